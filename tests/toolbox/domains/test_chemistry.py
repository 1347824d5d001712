"""Chemistry against published molar masses, textbook equations and conservation laws."""

import math
import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluxem_encoders.structures.chemistry import ELEMENTS, ChemicalFormula, Reaction
from fluxem_encoders.structures.physics import Quantity
from fluxem_toolbox import ToolError
from fluxem_toolbox.domains import chemistry
from fluxem_toolbox.domains.chemistry import (
    atom_count,
    atomic_number,
    balance_reaction,
    concentration_from_ph,
    dilution_volume,
    electron_count,
    element_count,
    empirical_formula,
    is_balanced,
    limiting_reagent,
    mass_from_moles,
    mass_percent,
    molar_mass,
    molarity,
    moles_from_mass,
    particle_count,
    ph_from_concentration,
    theoretical_yield,
)
from fluxem_toolbox.elements import ATOMIC_WEIGHTS
from tests.checks import checks

formula = ChemicalFormula.parse

counts = st.dictionaries(st.sampled_from(ELEMENTS), st.integers(1, 50), min_size=1, max_size=5)
formulas = counts.map(lambda c: ChemicalFormula(tuple(c.items())))
positive = st.fractions("1/1000", 1000, max_denominator=1000)


def test_every_element_has_a_weight() -> None:
    assert list(ATOMIC_WEIGHTS) == list(ELEMENTS)
    # Weights grow with the atomic number but for the pairs that Mendeleev turned around, and a
    # few of the radioactive ones.
    weights = [ATOMIC_WEIGHTS[s] for s in ELEMENTS[:118]]
    falls = {(ELEMENTS[i], ELEMENTS[i + 1]) for i in range(117) if weights[i] > weights[i + 1]}
    stable = {("Ar", "K"), ("Co", "Ni"), ("Te", "I"), ("Th", "Pa")}
    assert falls == stable | {("U", "Np"), ("Pu", "Am"), ("Bh", "Hs")}


@pytest.mark.parametrize(
    ("text", "grams"),
    [  # as printed on bottles and in tables
        ("H2O", "18.015"),
        ("C6H12O6", "180.156"),
        ("NaCl", "58.44"),
        ("H2SO4", "98.07"),
        ("CaCO3", "100.09"),
        ("CuSO4·5H2O", "249.68"),
        ("C8H10N4O2", "194.19"),
        ("KMnO4", "158.03"),
        ("Fe2(SO4)3", "399.88"),
        ("UF6", "352.02"),
    ],
)
@checks(molar_mass, against="published molar masses")
def test_molar_masses(text: str, grams: str) -> None:
    mass = molar_mass(formula(text))
    assert mass.unit == "g/mol"
    assert float(mass.magnitude) == pytest.approx(float(grams), abs=0.03)
    assert mass.is_exact


EQUATIONS = [
    "2H2 + O2 -> 2H2O",
    "C3H8 + 5O2 -> 3CO2 + 4H2O",
    "4Fe + 3O2 -> 2Fe2O3",
    "2KMnO4 + 16HCl -> 2KCl + 2MnCl2 + 8H2O + 5Cl2",
    "6CO2 + 6H2O -> C6H12O6 + 6O2",
    "MnO4^- + 8H^+ + 5Fe^2+ -> Mn^2+ + 4H2O + 5Fe^3+",
    "3Cu + 8HNO3 -> 3Cu(NO3)2 + 2NO + 4H2O",
    "Fe^3+ + e^- -> Fe^2+",
    "10K4Fe(CN)6 + 122KMnO4 + 299H2SO4 -> "
    "162KHSO4 + 5Fe2(SO4)3 + 122MnSO4 + 60HNO3 + 60CO2 + 188H2O",
]


@pytest.mark.parametrize("text", EQUATIONS)
@checks(balance_reaction, is_balanced, against="equations of textbooks")
def test_textbook_equations(text: str) -> None:
    expected = Reaction.parse(text)
    assert is_balanced(expected)
    bare = Reaction(
        tuple((1, f) for _, f in expected.reactants), tuple((1, f) for _, f in expected.products)
    )
    assert balance_reaction(bare) == expected
    doubled = Reaction(
        tuple((2 * n, f) for n, f in expected.reactants),
        tuple((2 * n, f) for n, f in expected.products),
    )
    assert balance_reaction(doubled) == expected


@settings(max_examples=25)
@given(st.integers(1, 40), st.integers(0, 60))
def test_combustion_of_any_hydrocarbon(carbon: int, pairs: int) -> None:
    atoms = (("C", carbon), ("H", 2 * pairs))[: 1 + bool(pairs)]
    fuel, oxygen = (1, ChemicalFormula(atoms)), (1, formula("O2"))
    products = ((1, formula("CO2")), (1, formula("H2O")))[: 1 + bool(pairs)]
    assert is_balanced(balance_reaction(Reaction((fuel, oxygen), products)))


@settings(max_examples=25)
@given(formulas)
@checks(atom_count, element_count, against="the formula's own counts")
@checks(electron_count, against="law: one per proton of each atom")
@checks(mass_percent, against="law: the percents add up to 100")
def test_counts(f: ChemicalFormula) -> None:
    assert {s: element_count(f, s) for s, _ in f.atoms} == dict(f.atoms)
    assert atom_count(f) == sum(count for _, count in f.atoms)
    protons = sum(atomic_number(s) * element_count(f, s) for s in ELEMENTS)
    assert electron_count(f) == protons
    assert sum(Fraction(mass_percent(f, s)) for s, _ in f.atoms) == 100


@checks(electron_count, mass_percent, against="values of textbooks")
@checks(atomic_number, against="the periodic table")
def test_ions_and_symbols() -> None:
    assert electron_count(formula("SO4^2-")) == 50
    assert electron_count(formula("e-")) == 1
    assert atomic_number(" Og ") == 118
    metals = ("Na", "Fe", "Ag", "Au", "Pb", "U")
    assert [atomic_number(s) for s in ("H", "C", *metals)] == [1, 6, 11, 26, 47, 79, 82, 92]
    assert element_count(formula("C6H12O6"), "N") == 0
    assert float(mass_percent(formula("H2O"), "H")) == pytest.approx(11.19, abs=0.005)


@settings(max_examples=25)
@given(formulas, st.integers(1, 1000))
@checks(empirical_formula, against="law: coprime counts, the same percents")
def test_empirical_formulas(f: ChemicalFormula, n: int) -> None:
    simple = empirical_formula(f)
    assert math.gcd(*(count for _, count in simple.atoms)) == 1
    assert empirical_formula(ChemicalFormula(tuple((s, n * c) for s, c in f.atoms))) == simple
    assert [mass_percent(f, s) for s, _ in f.atoms] == [mass_percent(simple, s) for s, _ in f.atoms]


def test_an_empirical_formula_with_a_charge() -> None:
    assert empirical_formula(formula("Hg2^2+")) == formula("Hg^+")
    assert empirical_formula(formula("C2O4^2-")) == formula("CO2^-")
    assert empirical_formula(formula("e-")) == formula("e-")


@settings(max_examples=25)
@given(formulas, positive)
@checks(
    moles_from_mass,
    mass_from_moles,
    against="law: one undoes the other, a mole weighs the molar mass",
)
@checks(particle_count, against="Avogadro's number")
def test_masses_and_amounts(f: ChemicalFormula, grams: Fraction) -> None:
    mass = Quantity(grams, "g")
    amount = moles_from_mass(mass, f)
    assert mass_from_moles(amount, f) == Quantity(grams, "g")
    assert mass_from_moles(Quantity(1, "mol"), f).magnitude == molar_mass(f).magnitude
    assert Fraction(particle_count(amount)) == Fraction(amount.magnitude) * 602214076 * 10**15


@checks(limiting_reagent, against="worked cases")
def test_limiting_reagents() -> None:
    ammonia = Reaction.parse("N2 + H2 -> NH3")
    assert limiting_reagent(ammonia, (1, Decimal("2.9"))) == formula("H2")
    assert limiting_reagent(ammonia, (1, Fraction(31, 10))) == formula("N2")
    assert limiting_reagent(ammonia, (1, 3)) == formula("N2")


@settings(max_examples=25)
@given(positive)
@checks(theoretical_yield, against="law: the mass is kept")
def test_yields_keep_the_mass(grams: Fraction) -> None:
    """The products weigh what the fuel and its oxygen do."""
    burning, fuel = Reaction.parse("C3H8 + O2 -> CO2 + H2O"), formula("C3H8")
    made = sum(
        Fraction(theoretical_yield(burning, fuel, Quantity(grams, "g"), formula(p)).magnitude)
        for p in ("CO2", "H2O")
    )
    propane, oxygen = (Fraction(molar_mass(formula(f)).magnitude) for f in ("C3H8", "O2"))
    assert made == grams * (propane + 5 * oxygen) / propane


@checks(theoretical_yield, against="a yield of textbooks")
def test_a_textbook_yield() -> None:
    """Haber's process: 28.014 g of nitrogen give 34.062 g of ammonia."""
    ammonia = Reaction.parse("N2 + 3H2 -> 2NH3")
    for amount in (Quantity(1, "mol"), Quantity(Decimal("28.014"), "g")):
        made = theoretical_yield(ammonia, formula("N2"), amount, formula("NH3"))
        assert made == Quantity(Decimal("34.062"), "g")


@settings(max_examples=25)
@given(positive, positive, positive)
@checks(dilution_volume, molarity, against="law: the amount is kept")
def test_diluting_keeps_the_amount(stock: Fraction, share: Fraction, litres: Fraction) -> None:
    after = stock * share / 1000
    before, volume = Quantity(stock, "mol/L"), Quantity(litres, "mL")
    taken = dilution_volume(before, Quantity(1000 * after, "mmol/L"), volume)
    assert isinstance(taken, Quantity)
    assert taken.unit == "mL"
    assert dilution_volume(stock, after, litres) == taken.magnitude
    assert dilution_volume(stock, after, volume) == taken
    assert Fraction(taken.magnitude) * stock == after * litres
    assert molarity(Quantity(after * litres, "mmol"), volume) == Quantity(after, "mol/L")


@pytest.mark.parametrize(
    ("concentration", "ph"),
    [("1", 0), ("1e-7", 7), ("10", -1), ("1e-14", 14), ("0.02", 1.6989700043360187)],
)
@checks(concentration_from_ph, against="law: undoes the pH")
def test_ph(concentration: str, ph: float) -> None:
    given_ph = ph_from_concentration(Decimal(concentration))
    assert given_ph == ph
    assert type(given_ph) is type(ph)
    back = concentration_from_ph(ph)
    assert float(back.magnitude) == pytest.approx(float(concentration), rel=1e-14)
    assert ph_from_concentration(Quantity(1000 * Decimal(concentration), "mmol/L")) == ph


@given(st.floats(1e-15, 10))
@checks(ph_from_concentration, against="Python's math")
def test_ph_is_a_logarithm(concentration: float) -> None:
    assert float(ph_from_concentration(concentration)) == pytest.approx(
        -math.log10(concentration), rel=1e-14, abs=1e-15
    )


water, gram, mole, litre = formula("H2O"), Quantity(1, "g"), Quantity(1, "mol"), Quantity(1, "L")
making_water = Reaction.parse("H2 + O2 -> H2O")
molar = Quantity(1, "mol/L")


@pytest.mark.parametrize(
    ("name", "arguments", "category", "text"),
    [
        ("molar_mass", (formula("e-"),), "undefined", "got the electron"),
        ("balance_reaction", (Reaction.parse("H2 -> O2"),), "undefined", "found no coefficients"),
        ("balance_reaction", (Reaction.parse("H2O + CO2 -> H2O + O2"),), "undefined", "no coeff"),
        (
            "balance_reaction",
            (Reaction.parse("KMnO4 + H2O2 + HCl -> KCl + MnCl2 + H2O + O2"),),
            "undefined",
            "in one way",
        ),
        ("element_count", (water, "Xx"), "invalid", "symbol of an element such as Na, got 'Xx'"),
        ("atomic_number", ("x" * 10**6,), "invalid", "symbol of an element"),
        ("mass_percent", (water, ""), "invalid", "symbol of an element"),
        ("mass_percent", (formula("e-"), "H"), "undefined", "got the electron"),
        ("moles_from_mass", (litre, water), "mismatch", "in g or the like, got 1 L"),
        ("moles_from_mass", (gram, formula("e-")), "undefined", "got the electron"),
        ("mass_from_moles", (Quantity(-1, "mol"), water), "invalid", ">= 0 mol"),
        ("particle_count", (gram,), "mismatch", "in mol or the like"),
        ("limiting_reagent", (making_water, (1,)), "invalid", "each of the 2 reactants, got 1"),
        ("limiting_reagent", (making_water, (1, -1)), "invalid", "amounts >= 0, got -1"),
        ("theoretical_yield", (making_water, water, gram, water), "invalid", "a reactant of"),
        (
            "theoretical_yield",
            (making_water, formula("H2"), gram, formula("O3")),
            "invalid",
            "a product of the reaction, got 'O3'",
        ),
        ("theoretical_yield", (making_water, formula("H2"), litre, water), "mismatch", "in g or"),
        ("molarity", (mole, Quantity(0, "L")), "invalid", "> 0 L"),
        ("dilution_volume", (molar, Quantity(2, "mol/L"), litre), "invalid", "above the final"),
        ("dilution_volume", (molar, Quantity(2, "g/L"), litre), "mismatch", "in mol/L or the like"),
        ("dilution_volume", (2, molar, litre), "invalid", "two plain numbers, got 2 and 1 mol/L"),
        ("dilution_volume", (0, 0, litre), "invalid", "a stock > 0"),
        ("dilution_volume", (2, 1, -1), "invalid", "a volume >= 0, got -1"),
        ("dilution_volume", (gram, gram, litre), "invalid", "in mol/L, g/L, % or the like"),
        ("ph_from_concentration", (0,), "invalid", "a concentration > 0, got 0"),
        ("ph_from_concentration", (Quantity(0, "mol/L"),), "invalid", "> 0 mol/L"),
        ("ph_from_concentration", (10**100_000,), "limit", "16384 bits"),
        ("concentration_from_ph", (101,), "limit", "up to 100, got 101"),
    ],
)
def test_refusals(name: str, arguments: tuple[object, ...], category: str, text: str) -> None:
    with pytest.raises(ToolError) as caught:
        getattr(chemistry, name)(*arguments)
    assert caught.value.category == category
    assert text in str(caught.value)


def test_coefficients_beyond_a_reactions_own() -> None:
    alkane = ChemicalFormula((("C", 10**9 - 1), ("H", 10**9 - 1)))
    burning = Reaction(
        ((1, alkane), (1, formula("O2"))), ((1, formula("CO2")), (1, formula("H2O")))
    )
    with pytest.raises(ToolError, match="cannot write the coefficients") as caught:
        balance_reaction(burning)
    assert caught.value.category == "limit"


def ladder(rungs: int) -> Reaction:
    """A reaction of that many formulas, each needed twice as often as the one before."""
    terms = []
    for i in range(rungs):
        before = [(ELEMENTS[i - 1], 1)] if i else []
        after = [(ELEMENTS[i], 2)] if i < rungs - 1 else []
        terms.append((1, ChemicalFormula((*before, *after))))
    return Reaction(tuple(terms[::2]), tuple(terms[1::2]))


def test_the_longest_reactions() -> None:
    started = time.process_time()
    balanced = balance_reaction(ladder(28))
    assert [n for n, _ in balanced.reactants] == [4**i for i in range(14)]
    with pytest.raises(ToolError, match="cannot write the coefficients") as caught:
        balance_reaction(ladder(40))
    assert caught.value.category == "limit"
    with pytest.raises(ToolError, match="numbers of formulas up to 40, got 42"):
        balance_reaction(ladder(42))
    assert time.process_time() - started < 4  # twice the bound, for slow machines
