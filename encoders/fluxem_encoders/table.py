"""The table of all domains, as Markdown for the docs: `python -m fluxem_encoders.table`."""

from fluxem_encoders.domain import UNARY
from fluxem_encoders.registry import DOMAINS
from fluxem_encoders.tags import TAGGED

INTRODUCTION = """\
# The domains of embeddings

Made by `python -m fluxem_encoders.table`.

An embedding has 256 lanes: 0-15 name the domain, 16-127 hold the value exactly (also after a
round trip through bfloat16), 128-191 are features that all domains share, and 192-255 are what
the algebra adds and multiplies. `encode` refuses what a domain's lanes cannot hold
(`CapacityError`); `combine` applies an operation to embeddings, and its result decodes to the exact
result of the values. `fluxem-vllm encode '{"matrix": [[1, 2], [3, 4]]}'` shows one.
"""


def markdown() -> str:
    """A page with a section per domain: its values, their capacity, its operations."""
    sections = [INTRODUCTION]
    for name in TAGGED:
        domain = DOMAINS[name]
        operations = ", ".join(
            f"{op}{' (of one value)' if op in UNARY else ''}"
            + ("" if error == "exact" else f" (to {error})")
            for op, error in domain.algebra.items()
        )
        sections.append(
            f"## {name}\n\n"
            f"- Values: {domain.types}.\n"
            f"- Capacity: {domain.limits}.\n"
            f"- Operations, exact where nothing else is said: {operations}.\n"
        )
    return "\n".join(sections)


if __name__ == "__main__":
    print(markdown(), end="")
