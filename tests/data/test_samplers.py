"""Questions for the further domains' tools: enough of them, and their values are found."""

import random
from collections import Counter
from itertools import islice

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.patterns import FURTHER
from fluxem_encoders.structures.finance import Rate
from fluxem_encoders.values import Number
from fluxem_toolbox import CORE, TOOLS, ToolError
from fluxem_toolbox.arguments import bind
from fluxem_vllm.data.bank import load_asks, load_bank
from fluxem_vllm.data.generate import Generator
from fluxem_vllm.data.samplers.sampler import samplers_of
from fluxem_vllm.data.values import aside_kind
from fluxem_vllm.router import UNIT_DOMAINS, default_router

ASKS = load_asks("all")
BANK = load_bank("all")
FURTHER_TOOLS = [name for name, tool in TOOLS.items() if tool.domain not in CORE]
TYPES = [
    (domain, kind)
    for domain in sorted({TOOLS[name].domain for name in ASKS})
    for kind in samplers_of(domain)
    if isinstance(kind, type)
]


def test_every_further_domain_is_asked_for():
    assert {TOOLS[name].domain for name in ASKS} == {t.domain for t in TOOLS.values()} - {*CORE}


@pytest.mark.parametrize("name", FURTHER_TOOLS)
def test_every_tool_can_be_asked_for_in_many_ways(name):
    assert len(ASKS[name]) >= 15
    if name != "expand_factors":  # no text is read as a factored number
        assert len(BANK.further[name]) >= 10


@pytest.mark.parametrize("name", FURTHER_TOOLS)
def test_placeholders_and_options_are_the_tools_parameters(name):
    names = {p.name for p in TOOLS[name].parameters}
    for asked in ASKS[name]:
        told = {n for n in asked.names if not aside_kind(n)}
        assert told | {*asked.fixed} <= names | {"x"}, asked


@pytest.mark.parametrize(("domain", "kind"), TYPES, ids=lambda v: getattr(v, "__name__", v))
def test_a_value_of_a_type_is_read_as_one_of_it(domain, kind):
    rng = random.Random(3)
    texts = [samplers_of(domain)[kind](rng) for _ in range(60)]
    unread = [t for t in texts if not (is_read(kind, t) or is_read(kind, t, f"the {kind.key} "))]
    assert len(unread) <= 20, unread[:5]
    assert len(set(texts)) > 10


def is_read(kind, text, before=""):
    spans = detect(before + text, domains=FURTHER)
    if len(spans) != 1 or spans[0].text != text:
        return False
    try:  # plain lists are cash flows to the tools, plain numbers rates
        bind(kind | Number if kind is Rate else kind, spans[0].value, "value")
    except ToolError:
        return False
    return True


@pytest.fixture(scope="module")
def drawn():
    """Questions about further domains, and the reasons why others were not accepted."""
    generator = Generator(5, "all", domains=FURTHER)
    tries = [generator._question((), 0, (*generator.composer.further(), {})) for _ in range(1200)]
    return [t for t in tries if not isinstance(t, str)], [t for t in tries if isinstance(t, str)]


def test_most_questions_have_their_values_found_and_their_calls_done(drawn):
    accepted, reasons = drawn
    assert len(accepted) >= 0.8 * (len(accepted) + len(reasons)), Counter(reasons)
    assert len({tool for sample in accepted for tool in sample.tools}) > 250
    assert all(call.error is None for sample in accepted for call in sample.turn.calls)
    assert any(len(sample.turn.calls) > 1 for sample in accepted)


def test_units_are_read_only_where_they_are_asked_for(drawn):
    router = default_router()
    accepted, _ = drawn
    found = [sample for sample in accepted if domains_of(sample.turn.spans) & UNIT_DOMAINS]
    assert len(found) > 30
    for sample in found:
        plain = router.plain_domains(sample.turn.text, sample.turn.spans)
        assert not domains_of(sample.turn.spans) & plain


def domains_of(spans):
    return {getattr(span.value, "domain", None) for span in spans}


def test_without_further_domains_none_is_asked_for():
    assert all(
        TOOLS[tool].domain in CORE for sample in islice(Generator(6), 300) for tool in sample.tools
    )
