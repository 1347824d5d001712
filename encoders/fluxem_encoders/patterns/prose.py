"""Text that looks like a value and is none: addresses, codes, versions, references, clock times.

Only what certainly is no value stands here: a missed number is worse than one found in prose.
"""

from fluxem_encoders.patterns.numerals import DIGITS, number
from fluxem_encoders.patterns.rule import SPACE, Rule, skip

_HEX = "[0-9a-f]"
_PLACES = (
    r"(?:sections?|sec\.|chapters?|ch\.|figures?|fig\.|version|pages?|p\.|pp\.|room|appendix|"
    r"theorem|lemma|isbn|eq\.)"
)
_PRODUCTS = (
    r"(?-i:Python|Java|Node|Ruby|PHP|Windows|Ubuntu|Debian|Fedora|Android|iOS|macOS|CUDA|PyTorch|"
    r"NumPy|Django|Java[Ss]cript|vLLM|Qwen|GPT|Llama|Claude|Gemini|USB|HTTP|Postgres|MySQL)"
)
_FILES = r"(?:csv|docx?|gif|html?|jpe?g|js|json|md|mp[34]|pdf|png|py|txt|xlsx?|xml|zip)"
_DOMAINS = r"(?:com|org|net|edu|gov|io|ai|dev|info|co\.uk)"

RULES = (
    skip(r"<\|[^|\s]{0,40}\|>"),
    skip(r"\bhttps?://\S+|\bftp://\S+|\bwww\.\S+"),
    skip(r"\b\w+@[\w.-]+"),
    skip(rf"\b[a-z]\w*\.{_DOMAINS}\b(?:/\S*)?"),
    skip(rf"\b\w+\.{_FILES}\b"),
    skip(rf"\b{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}\b"),
    skip(rf"\b0x{_HEX}+\b"),
    skip(rf"\b(?:{_HEX}*\d+[a-f]+){{2}}{_HEX}*\d\b"),
    skip(rf"\bISBN(?:-1[03])?:?{SPACE}?[\d-]{{9,17}}x?\b"),
    skip(rf"\b{_PLACES}{SPACE}?\d[\d.]*\b"),
    skip(rf"\b{_PRODUCTS}[\s-]v?\d+\.\d[\d.]*|§{SPACE}?\d[\d.]*"),
    skip(r"\bcovid-\d+|(?-i:\b[A-Z]{2,}-\d+[A-Z]?\b)"),
    skip(rf"\+\d{{1,3}}(?:[ .-]?\(?\d{{2,4}}\)?){{2,5}}"),
    skip(r"(?:\([2-9]\d\d\) ?|\b[2-9]\d\d[.-])\d{3}[.-]\d{4}\b"),
    skip(
        rf"\b(?:call|dial|phone|tel|fax|mobile|text)(?:[.:]|{SPACE}(?:me|us))?(?:{SPACE}(?:at|on))?{SPACE}\d{{3}}-\d{{4}}\b"
    ),
    skip(r"T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z\b|[+-]\d{2}:\d{2})?"),
    Rule(r"\d{1,2}", number, before=r"\bratio(?:\s(?:of|is|was|=))?\s", after=r":\d"),
    Rule(r"\b\d{1,2}", number, after=r":\d+\sratio\b"),
    skip(r"\b(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?\b"),
    skip(r"\bv?\d+\.\d+\.\d[\d.]*"),
)
"""What goes before every value."""

CODES = (
    Rule(DIGITS, number, before=r"\b(?:usd|eur|gbp|inr|chf|aud|cad|rs)"),
    skip(r"\b[a-z_]+\d\w*(?:\.\d+)*"),
)
"""What goes before lists and single numbers: `x1`, `MP3`, but not `USD20`."""
