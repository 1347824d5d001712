# gmpy2 ships no types; pyright looks here.
from typing import Any

def __getattr__(name: str) -> Any: ...
