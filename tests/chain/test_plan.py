"""References in arguments: found, bound, written to traces and read back."""

from hypothesis import given
from hypothesis import strategies as st

from fluxem_vllm.chain.plan import as_trace, bind, from_trace, references
from fluxem_vllm.chain.slot import Slot
from tests.played import ref

LITERALS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
REFERENCES = st.integers(0, 127).map(ref)
NAMES = st.text(max_size=4)
ARGUMENTS = st.recursive(
    LITERALS | REFERENCES,
    lambda form: st.lists(form, max_size=3) | st.dictionaries(NAMES, form, max_size=3),
)


@given(ARGUMENTS)
def test_the_form_of_traces_reads_back(form):
    assert from_trace(as_trace(form)) == form


@given(ARGUMENTS)
def test_binding_leaves_no_reference(form):
    slots = {k: Slot(k, "call", k) for k in range(128)}
    assert list(references(bind(form, slots))) == []


def test_a_reference_within_a_longer_text_is_text():
    assert list(references([f"x{ref(1)}", f" {ref(2)}\n"])) == [2]
    assert bind(f"x{ref(1)}", {}) == f"x{ref(1)}"
