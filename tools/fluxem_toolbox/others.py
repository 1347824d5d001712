"""Tools of other packages: a module that registers some as it is imported is all that is needed."""

import importlib
from collections.abc import Sequence
from importlib.metadata import entry_points

from fluxem_encoders.errors import FluxEMError

GROUP = "fluxem.tools"
"""Entry points of this group name modules that register tools, in any installed package."""


class ToolModuleError(FluxEMError, ImportError):
    """A module of tools that cannot be imported; the text names it and says why."""


def load_tools(modules: Sequence[str] = ()) -> None:
    """Import the modules of installed packages' `fluxem.tools`, then `modules`.

    Raises:
        ToolModuleError: for a module that is not there, or fails as it is imported.
    """
    for name in (*(point.value for point in entry_points(group=GROUP)), *modules):
        try:
            importlib.import_module(name)
        except Exception as error:  # whatever other people's code raises
            raise ToolModuleError(
                f"the module of tools `{name}` cannot be imported: {type(error).__name__}: {error}"
            ) from error
