"""Text that looks like a value and is none: addresses, codes, versions, references, clock times.

Only what certainly is no value stands here: a missed number is worse than one found in prose.
"""

from fluxem_encoders.patterns.numerals import DIGITS, number
from fluxem_encoders.patterns.rule import SPACE, Rule, skip

_HEX = "[0-9a-f]"
_PLACES = (
    r"(?:section|chapter|figure|version|page|room|appendix|theorem|lemma|fig\.|p\.|pp\.|ch\.|eq\.)"
)
_LABELLED = (
    r"(?:aisle|bay|bib|depot|exercise|exhibit|gate|highway|hut|lane|platform|problem|question|rig|"
    r"terminal|tier|tutorial|ward|worksheet)"
)
"""Not `stall`, `ticket` or `bus`, behind which a price may stand: `the stall 20, the bus 3`."""
_NUMBERED = (
    rf"(?:{_LABELLED}|account|badge|bus|card|case|claim|contract|customer|desk|employee|file|"
    r"flight|house|invoice|item|jersey|job|licence|license|locker|lot|order|permit|player|policy|"
    r"receipt|seat|serial|shirt|stall|store|table|ticket|track|tram)"
)
_NO = rf"{SPACE}(?:number|no\.?|nr\.?|\#){SPACE}?"
_LABEL_ENDS = (
    rf"{SPACE}?[,.;:?!)]\D|\n|{SPACE}(?:a|again|and|are|as|asks|at|before|but|by|for|from|has|have|he|i|"
    r"if|in|is|it|its|my|near|of|on|our|said|says|she|that|the|they|to|until|was|we|when|where|"
    r"which|who|will|with)\b"
)
"""What shows that the number behind such a word counts nothing: not so in `a gate 3 m wide`."""
_PRODUCTS = (
    r"(?-i:Python|Java|JavaScript|Node|PHP|Ubuntu|Debian|Fedora|Android|iOS|macOS|CUDA|PyTorch|"
    r"NumPy|Django|vLLM|Qwen|GPT|Llama|USB|HTTP|Postgres|MySQL)"
)
_FILES = r"(?:csv|docx?|gif|html?|jpe?g|js|json|md|mp[34]|pdf|png|py|txt|xlsx?|xml|zip)"
_HOSTS = r"(?:com|org|net|edu|gov|io|ai|dev|info)"
_CALL = r"\b(?:call|dial|phone|tel|fax|text)(?:[.:]|\sme|\sus)?(?:\sat|\son)?\s"
_RATIO = r"\b(?:ratio|scale|odds|proportions?|mix|mixed|split)(?:\s(?:of|is|was|in|at|=))?\s"

RULES = (
    skip(r"<\|[^|\s]{0,40}\|>"),
    # addresses
    skip(r"\b(?:https?|ftp)://\S+|\bwww\.\S+"),
    skip(r"\b\w+@[a-z][\w.-]*"),
    skip(rf"\b[a-z]\w*\.{_HOSTS}\b(?:/\S*)?"),
    skip(rf"\b\w+\.{_FILES}\b"),
    # codes
    skip(rf"\b{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}\b"),
    skip(rf"\b0x{_HEX}+\b"),
    skip(rf"\b(?:{_HEX}*\d+[a-f]+){{2}}{_HEX}*\d\b"),
    skip(r"\bISBN(?:-1[03])?:?\s?[\d-]{9,17}x?\b"),
    skip(r"\bcovid-\d+|(?-i:\b[A-Z]{2,}-\d+[A-Z]?\b)"),
    # references and versions
    skip(rf"\b{_PLACES}{SPACE}\d[\d.]*\b|§{SPACE}?\d[\d.]*"),
    Rule(rf"\b{_LABELLED}{SPACE}\d{{1,5}}", lambda text: None, after=_LABEL_ENDS),
    Rule(rf"\b{_NUMBERED}{_NO}\d{{1,9}}", lambda text: None, after=_LABEL_ENDS),
    skip(rf"\bflight{SPACE}(?-i:[A-Z]{{2,3}}){SPACE}?\d{{1,4}}\b"),
    skip(rf"\b{_PRODUCTS}[\s-]v?\d+\.\d[\d.]*"),
    # telephone numbers
    Rule(
        r"\+\d{1,3}[ .-]\(?\d{2,4}\)?[ .-]?\d{3,4}(?:[ .-]?\d{2,4}){0,3}\b",
        lambda text: None,
        before=r"[\s(:]",
    ),
    skip(r"(?:\([2-9]\d\d\) ?|\b[2-9]\d\d[.-])\d{3}[.-]\d{4}\b"),
    Rule(r"\d{3}-\d{4}\b", lambda text: None, before=_CALL),
    # clock times, unless they are ratios
    skip(r"T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z\b|[+-]\d{2}:\d{2})?"),
    Rule(r"\d{1,2}", number, before=_RATIO, after=r":\d"),
    Rule(r"\b\d{1,2}", number, after=r":\d{1,2}\sratio\b"),
    skip(r"\b(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?\b"),
)
"""What goes before every value."""

CODES = (
    skip(r"\bv?\d+\.\d+\.\d[\d.]*"),
    Rule(DIGITS, number, before=r"\b(?:usd|eur|gbp|inr|chf|aud|cad|rs)"),
    skip(r"\b[a-z_]+\d\w*(?:\.\d+)*"),
)
"""What goes before lists and single numbers: `2.3.1`, `x1`, `MP3`, but not `USD20`."""
