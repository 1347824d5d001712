"""Chemical formulas and reactions: parsed, laid out in lanes, added, exactly."""

import hashlib
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from fluxem_encoders.compose import SECOND, closed_form, read_count, read_linear, read_log
from fluxem_encoders.domains.chemistry import COMMON, COUNTS, LARGEST, LARGEST_CHARGE
from fluxem_encoders.errors import AlgebraError, CapacityError, DecodeError, ValueFormError
from fluxem_encoders.features import MAGNITUDE
from fluxem_encoders.forms import from_json
from fluxem_encoders.layout import COMPOSE, FEATURES, TAG, VALUE
from fluxem_encoders.registry import combine, decode, encode
from fluxem_encoders.structures.chemistry import (
    ATOMIC_NUMBERS,
    ELEMENTS,
    MAX_COUNT,
    ChemicalFormula,
    Reaction,
)
from tests.encoders.laws import check_forms, check_roundtrip

F, R = ChemicalFormula.parse, Reaction.parse
OTHERS = sorted(set(ELEMENTS) - set(COMMON))
SIZES = st.integers(1, 12) | st.integers(1, LARGEST)
CHARGES = st.just(0) | st.integers(-4, 4) | st.integers(-LARGEST_CHARGE, LARGEST_CHARGE)


def formulas(common: int, others: int, sizes: Any, charges: Any) -> st.SearchStrategy[Any]:
    """Formulas of up to so many elements of either kind, charged within what they can lose."""

    def build(a: dict[str, int], b: dict[str, int], charge: int) -> ChemicalFormula:
        counts = a | b or {"H": 1}
        protons = sum(ATOMIC_NUMBERS[s] * n for s, n in counts.items())
        return ChemicalFormula(tuple(counts.items()), min(charge, protons))

    atoms = [
        st.dictionaries(st.sampled_from(symbols), sizes, max_size=most)
        for symbols, most in ((COMMON, common), (OTHERS, others))
    ]
    return st.builds(build, *atoms, charges) | st.just(F("e-"))


SMALL = formulas(3, 1, st.integers(1, 40), CHARGES)
TERMS = st.tuples(st.integers(1, 9) | st.integers(1, MAX_COUNT), SMALL)
# At most 6 terms of 5 + 1 + 3 + 4 * 2 bytes: 102.
SIDES = st.lists(TERMS, min_size=1, max_size=3).map(tuple)
REACTIONS = st.builds(Reaction, SIDES, SIDES)


@given(formulas(30, 4, SIZES, CHARGES) | REACTIONS)
@example(ChemicalFormula(tuple((s, LARGEST) for s in (*COMMON, "D", "T", "U", "Og")), -32_639))
@example(ChemicalFormula((("H", 1),), 1))
def test_every_value_comes_back(value: Any) -> None:
    check_roundtrip(value)
    check_forms(value)


def test_atoms_lie_open_in_the_lanes() -> None:
    lanes = encode(F("C6H12O6"))[VALUE][COUNTS]
    assert {COMMON[i]: lanes[i] * 128 for i in lanes.nonzero()[0]} == {"C": 6, "H": 12, "O": 6}
    both = lanes + encode(F("CO2"))[VALUE][COUNTS]
    assert np.array_equal(both, encode(F("C7H12O8"))[VALUE][COUNTS])


# Without the letters of Roman numerals: (II) is refused.
ATOMS = st.tuples(st.sampled_from([s for s in ELEMENTS if s not in "IV"]), st.integers(1, 30))
BRACKETS = st.sampled_from(["()", "[]", "{}"])
GROUPS = st.tuples(BRACKETS, st.lists(ATOMS, min_size=1, max_size=3), st.integers(2, 9))


@given(st.lists(GROUPS, min_size=1, max_size=3), st.integers(2, 9), st.integers(-3, 1))
def test_structure_is_multiplied_out(groups: Any, n: int, charge: int) -> None:
    inner, expected = "", Counter({"H": 2 * n, "O": n})
    for (left, right), atoms, times in groups:
        inner += left + "".join(s + (str(k) if k > 1 else "") for s, k in atoms) + f"{right}{times}"
        for symbol, k in atoms:
            expected[symbol] += n * times * k
    sign = f"^{abs(charge)}{'+' if charge > 0 else '-'}" if charge else ""
    formula = F(f"([{inner}]){n}·{n}H2O{sign}")
    assert dict(formula.atoms) == expected
    assert formula.charge == charge
    assert formula.electrons == sum(ATOMIC_NUMBERS[s] * k for s, k in expected.items()) - charge


WRITINGS = """
Ca(OH)2 CaH2O2      CuSO4·5H2O CuH10O9S   CH3COOH C2H4O2    NaCl ClNa      H₂O H2O     Co Co
SO4^2- O4S^2-       SO₄²⁻ O4S^2-          SO4-- O4S^2-      Fe3+ Fe^3+     CO CO       e- e^-
SO_4^{2-} O4S^2-    [Fe(CN)6]4- C6FeN6^4- (((((H)))))2 H2   NH4+ H4N^+     NO3− NO3^-  D2O D2O
C60^- C60^-         CuSO4.5H2O CuH10O9S   Ba^+2 Ba^2+       O2^- O2^-      O2- O^2-    Na+ Na^+
"""
REACTION_WRITINGS = """
2H2 + O2 → 2H2O ~ 2H2 + O2 -> 2H2O | 2 H2(g) + O2(g) --> 2 H2O(l) ~ 2H2 + O2 -> 2H2O |
2H2+O2=2H2O ~ 2H2 + O2 -> 2H2O | Ag+ (aq) + Cl- (aq) => AgCl (s) ~ Ag^+ + Cl^- -> AgCl |
Ag++Cl-⇌AgCl ~ Ag^+ + Cl^- -> AgCl | Ba^+2 + SO4^-2 <=> BaSO4 ~ Ba^2+ + O4S^2- -> BaO4S |
Fe^{3+} + e^- -> Fe^{2+} ~ Fe^3+ + e^- -> Fe^2+
"""


def test_writings() -> None:
    words = WRITINGS.split()
    for text, canonical in zip(words[::2], words[1::2], strict=True):
        assert F(text).to_text() == canonical, text
    for pair in REACTION_WRITINGS.split("|"):
        text, canonical = pair.split("~")
        assert R(text).to_text() == canonical.strip(), text
        assert R(text).is_balanced, text
    charged = R("Fe3+ + Cu -> Fe2+ + Cu2+")
    assert (charged.net_atoms, charged.net_charge, charged.is_balanced) == ({}, 1, False)
    assert R("H2 + O2 -> H2O").net_atoms == {"O": -1}


MEDIUM = formulas(3, 2, st.integers(1, 10**5), st.integers(-1000, 1000))


@given(MEDIUM, MEDIUM, st.integers(1, 9))
def test_formulas_add_subtract_and_scale(a: Any, b: Any, n: int) -> None:
    total = Counter(dict(a.atoms)) + Counter(dict(b.atoms))
    charge = a.charge + b.charge
    assume(total)  # two electrons are no formula
    ea, eb = encode(a), encode(b)
    added = combine("add", ea, eb)
    assert decode(added) == ChemicalFormula(tuple(total.items()), charge)
    assert decode(combine("subtract", added, eb)) == a
    multiple = ChemicalFormula(tuple((s, n * c) for s, c in total.items()), n * charge)
    assert decode(combine("scale", added, encode(n))) == multiple
    lanes = closed_form("add", ea, eb)
    assert read_linear(lanes) == sum(total.values())
    assert read_linear(lanes, SECOND) == a.electrons + b.electrons
    product = read_log(closed_form("multiply", added, encode(n)))
    assert product == pytest.approx(n * sum(total.values()), rel=1e-9)


@given(SMALL, SMALL, SMALL, st.integers(2, 9))
def test_reactions_add_turn_and_scale(a: Any, b: Any, c: Any, n: int) -> None:
    x, y = Reaction(((1, a),), ((3, b),)), Reaction(((2, b),), ((1, c), (1, a)))
    ex, ey = encode(x), encode(y)
    assert decode(combine("negate", ex)) == Reaction(x.products, x.reactants)
    assert decode(combine("scale", ex, encode(n))) == Reaction(((n, a),), ((3 * n, b),))
    added, subtracted = combine("add", ex, ey), combine("subtract", ex, ey)
    assert decode(added) == Reaction(((1, a), (2, b)), ((3, b), (1, c), (1, a)))
    assert decode(subtracted) == Reaction(((1, a), (1, c), (1, a)), ((3, b), (2, b)))
    first, second = 3 * b.count - a.count, c.count + a.count - 2 * b.count
    lost, gained = 3 * b.electrons - a.electrons, c.electrons + a.electrons - 2 * b.electrons
    for op, whole, sign in (("add", added, 1), ("subtract", subtracted, -1)):
        for lanes in (closed_form(op, ex, ey), whole[COMPOSE]):
            assert read_linear(lanes) == first + sign * second
            assert read_linear(lanes, SECOND) == lost + sign * gained
    assert read_count(closed_form("add", ex, ey)) == read_count(added[COMPOSE]) == 5


REFUSED: list[Any] = [
    *(("subtract", F("H2O"), F("H2O")), ("subtract", F("H2O"), F("CO2"))),
    *(("add", F("e-"), F("e-")), ("add", F("H2"), R("H2 -> 2H")), ("negate", F("H2"))),
    *(("scale", F("H2"), 0), ("scale", F("H2"), 0.5), ("scale", 2, F("H2"))),
]


def test_what_the_algebra_refuses() -> None:
    for op, *values in REFUSED:
        with pytest.raises(AlgebraError):
            combine(op, *map(encode, values))
    for value, by in ((F("H2"), 10**200), (F("H2"), 10**8), (R("H2 -> 2H"), 10**9)):
        with pytest.raises(CapacityError):
            combine("scale", encode(value), encode(by))


@given(st.lists(st.integers(1, LARGEST), min_size=3, max_size=3).map(sorted), st.booleans())
def test_nearer_sizes_have_nearer_features(counts: list[int], react: bool) -> None:
    formulas = [ChemicalFormula((("C", n),)) for n in counts]
    values = [Reaction(((2, f),), ((1, f),)) if react else f for f in formulas]
    a, b, c = (encode(value)[FEATURES][MAGNITUDE] for value in values)
    assert np.linalg.norm(c - a) >= max(np.linalg.norm(c - b), np.linalg.norm(b - a))


def test_what_does_not_fit_is_refused_with_the_limit() -> None:
    for value, limit in (
        *((ChemicalFormula(((s, LARGEST + 1),)), "8,355,711 atoms") for s in ("C", "Au")),
        *((F("AuPtHgUW"), "four others"), (ChemicalFormula((("C", 1),), -32_640), "32,639")),
        (Reaction(((1, F("C60H60N60O60S60")),) * 7, ((1, F("H")),) * 7), "104 bytes"),
    ):
        with pytest.raises(CapacityError, match=limit):
            encode(value)


BAD_FORMULAS = r"""
Xx2 'Xx' is no symbol | 2H2O begin with a number | H0 cannot go on with '0' | h2o cannot go on |
H2O! cannot go on | (OH open | OH)2 did not open | (OH]2 did not open | H()2 open or fill |
SO42- write it as in SO4\^2- | H^2+ more electrons | H^x after \^ comes a charge | e+ electron |
((((((H)))))) at most 5 deep | ((((H999999999)999999999)999999999)9)9 10\*\*9 - 1 | e at least one |
CuSO4· no formula | ¹⁴C after \^ | C-14 cannot go on | Fe(III) oxidation number | H+- cannot go on
"""
BAD_REACTIONS = """
H2 ~ one arrow | H2 -> H -> H2 ~ has 2 | H2 -> ~ is missing | H2-->2H ~ one arrow |
H2 + -> H ~ cannot go on | 0H2 -> H ~ cannot go on | + -> H ~ no formula
"""
BAD_FORMS: list[Any] = [
    ({"chemical_formula": "H2O", "charge": 1}, "got an object of 2 items"),
    ({"chemical_formula": 5}, 'expected {"chemical_formula": "H2SO4"}'),
    *(({"reaction": None}, 'expected {"reaction"'), ({"reaction": "H" * 2001}, "2000 characters")),
    *(({"chemical_formula": text}, "no formula") for text in ("", "·", " ")),
    *(({"chemical_formula": text * 10**6}, "2000 characters") for text in ("H", "(", "9")),
    *(({"chemical_formula": b.split()[0]}, b.split(None, 1)[1]) for b in BAD_FORMULAS.split("|")),
    *(({"reaction": b.split("~")[0]}, b.split("~")[1]) for b in BAD_REACTIONS.split("|")),
]


@pytest.mark.parametrize(("form", "sentence"), BAD_FORMS)
def test_other_forms_are_refused(form: Any, sentence: str) -> None:
    with pytest.raises(ValueFormError, match=sentence.strip()):
        from_json(form, "chemistry")


NONSENSE: list[Any] = [
    *((ChemicalFormula, ()), (ChemicalFormula, (("H", 0),)), (ChemicalFormula, (("H", True),))),
    *((ChemicalFormula, (("H", MAX_COUNT), ("H", 1))), (ChemicalFormula, ((["H"], 1),))),
    *((ChemicalFormula, (("H", 1),), 0.5), (Reaction, (), ((1, F("H")),))),
    *((Reaction, ((0, F("H")),), ((1, F("H")),)), (Reaction, ((1, "H"),), ((1, F("H")),))),
]


def test_nonsense_is_no_value() -> None:
    for kind, *arguments in NONSENSE:
        with pytest.raises(ValueFormError):
            kind(*arguments)


FIXED = [
    *map(F, ("H2O", "C6H12O6", "CuSO4·5H2O", "SO4^2-", "AuPtUD", "e-", "C300N200")),
    R("2KMnO4 + 16HCl -> 2KCl + 2MnCl2 + 5Cl2 + 8H2O"),
    R("Fe^3+ + e- -> Fe^2+"),
]


CHANGES = st.sampled_from([-2, -1, -0.25, -1 / 128, 0.004, 1 / 128, 0.25, 1, 2, 1e30])


@given(st.sampled_from(FIXED), st.integers(VALUE.start, VALUE.stop - 1), CHANGES)
def test_changed_lanes_are_refused_or_mean_another_value(value: Any, lane: int, by: float) -> None:
    e = encode(value)
    e[lane] += by
    try:
        other = decode(e)
    except DecodeError:
        return
    assert np.abs(encode(other)[VALUE] - e[VALUE]).max() < 1e-3


def test_the_code_stays_as_it_is() -> None:
    lanes = [encode(value) for value in FIXED]
    data = b"".join((e[part] + 0.0).astype("<f4").tobytes() for e in lanes for part in (TAG, VALUE))
    assert hashlib.sha256(data).hexdigest()[:16] == "c3cfea91c1293903"
