"""Chemistry: molar masses, balanced reactions, amounts and concentrations."""

import math
from fractions import Fraction

import gmpy2
from gmpy2 import mpz

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import clip
from fluxem_encoders.structures.chemistry import (
    ATOMIC_NUMBERS,
    ChemicalFormula,
    Reaction,
    Term,
)
from fluxem_encoders.structures.physics import Quantity
from fluxem_encoders.structures.units import parse_unit
from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox.bounds import refuse_over
from fluxem_toolbox.elements import ATOMIC_WEIGHTS, molar_mass_of
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.matrices import eliminate
from fluxem_toolbox.quantities import (
    magnitudes,
    not_negative,
    number_of,
    positive,
    quantity_in,
    shown,
)
from fluxem_toolbox.rationals import (
    high_precision,
    in_form_of,
    nearest_float,
    real,
)
from fluxem_toolbox.registry import tool

MAX_TERMS = 40  # of a reaction that is balanced
MAX_PH = 100  # either way
CONCENTRATIONS = ("mol/L", "g/L", "%")
AVOGADRO = Fraction("6.02214076e23")  # per mole; exact by the definition of the mole


@tool("chemistry", keywords=("molecular weight", "molar weight", "g/mol", "atomic weight", "mass"))
def molar_mass(formula: ChemicalFormula) -> Quantity:
    """Molar mass of a formula, in g/mol.

    From IUPAC's abridged standard atomic weights; for elements without stable isotopes from the
    mass number of the longest-lived one.

    >>> molar_mass(ChemicalFormula.parse("H2O"))
    Quantity(magnitude=Decimal('18.015'), unit='g/mol')
    """
    return quantity_in("g/mol", molar_mass_of("molar_mass", formula), (), "molar_mass")


@tool("chemistry", keywords=("balance", "equation", "coefficients", "stoichiometry", "->"))
def balance_reaction(reaction: Reaction) -> Reaction:
    """Reaction with the smallest coefficients that balance it.

    Atoms of every element and the charge are kept. Coefficients given are ignored, unless they
    balance the reaction.

    >>> balance_reaction(Reaction.parse("H2 + O2 -> H2O")).to_text()
    '2H2 + O2 -> 2H2O'
    """
    return _balanced("balance_reaction", reaction)


def _balanced(tool: str, reaction: Reaction) -> Reaction:
    terms = [*reaction.reactants, *reaction.products]
    refuse_over(f"`{tool}`", "numbers of formulas", len(terms), MAX_TERMS)
    if reaction.is_balanced:
        coefficients = [coefficient for coefficient, _ in terms]
    else:
        coefficients = _coefficients(tool, reaction)
    common = math.gcd(*coefficients)
    scaled = [(n // common, formula) for n, (_, formula) in zip(coefficients, terms, strict=True)]
    left = len(reaction.reactants)
    try:
        return Reaction(tuple(scaled[:left]), tuple(scaled[left:]))
    except ValueFormError as error:
        raise ToolError(f"`{tool}` cannot write the coefficients: {error}", "limit") from None


def _coefficients(tool: str, reaction: Reaction) -> list[int]:
    """The whole numbers, unique but for a factor, that keep every element and the charge."""
    signed = [(1, f) for _, f in reaction.reactants] + [(-1, f) for _, f in reaction.products]
    elements = sorted({symbol for _, formula in signed for symbol, _ in formula.atoms})
    rows = [[mpz(sign * dict(f.atoms).get(e, 0)) for sign, f in signed] for e in elements]
    rows.append([mpz(sign * formula.charge) for sign, formula in signed])
    found = eliminate(tool, rows)
    free = [column for column in range(len(signed)) if column not in found.columns]
    if len(free) > 1:
        raise ToolError(
            f"`{tool}` needs a reaction that can be balanced in one way; this one can in more, "
            "being a sum of reactions: give these one by one",
            "undefined",
        )
    # With the pivot for the free coefficient, each row gives that of its pivot's column.
    solution = dict.fromkeys(free, found.pivot)
    for column, row in zip(found.columns, found.rows, strict=False):
        solution[column] = -sum(row[i] for i in free)
    if not free or min(solution.values()) <= 0 <= max(solution.values()):
        raise ToolError(
            f"`{tool}` found no coefficients that keep every element and the charge; look whether "
            "a formula is missing or wrong",
            "undefined",
        )
    return [abs(int(solution[column])) for column in range(len(signed))]


@tool("chemistry", keywords=("balanced", "conserved", "conservation of mass", "check", "equation"))
def is_balanced(reaction: Reaction) -> bool:
    """Whether a reaction keeps every element and the charge.

    >>> is_balanced(Reaction.parse("2H2 + O2 -> 2H2O"))
    True
    """
    return reaction.is_balanced


@tool("chemistry", keywords=("how many atoms", "atoms in total", "number of atoms", "molecule"))
def atom_count(formula: ChemicalFormula) -> int:
    """Number of all atoms in a formula.

    >>> atom_count(ChemicalFormula.parse("C6H12O6"))
    24
    """
    return formula.count


@tool("chemistry", keywords=("how many", "hydrogen", "carbon", "oxygen", "atoms of", "contain"))
def element_count(formula: ChemicalFormula, element: str) -> int:
    """Number of atoms of one element in a formula.

    `element` is a symbol, such as O.

    >>> element_count(ChemicalFormula.parse("Ca(OH)2"), "O")
    2
    """
    return dict(formula.atoms).get(_symbol("element_count", element), 0)


def _symbol(tool: str, text: str) -> str:
    symbol = text.strip()
    if symbol not in ATOMIC_NUMBERS:
        raise ToolError(f"`{tool}` needs the symbol of an element such as Na, got {clip(text)}")
    return symbol


@tool("chemistry", keywords=("electrons", "ion", "how many electrons", "charge"))
def electron_count(formula: ChemicalFormula) -> int:
    """Number of electrons in a molecule or ion.

    >>> electron_count(ChemicalFormula.parse("NH4+"))
    10
    """
    return formula.electrons


@tool("chemistry", keywords=("protons", "periodic table", "element number", "Z", "how many"))
def atomic_number(element: str) -> int:
    """Atomic number of an element: protons in its nucleus.

    `element` is a symbol, such as Fe.

    >>> atomic_number("Fe")
    26
    """
    return ATOMIC_NUMBERS[_symbol("atomic_number", element)]


@tool("chemistry", keywords=("percent by mass", "mass fraction", "composition", "percentage", "%"))
def mass_percent(formula: ChemicalFormula, element: str) -> Number:
    """Percent of a formula's mass that one element makes up.

    `element` is a symbol, such as O.

    >>> mass_percent(ChemicalFormula.parse("CH4"), "H")
    Fraction(403200, 16043)
    """
    symbol = _symbol("mass_percent", element)
    part = element_count(formula, symbol) * Fraction(ATOMIC_WEIGHTS[symbol])
    return in_form_of(100 * part / molar_mass_of("mass_percent", formula), ())


@tool("chemistry", keywords=("how many moles", "grams to moles", "mol", "amount", "n = m / M"))
def moles_from_mass(mass: Quantity, formula: ChemicalFormula) -> Quantity:
    """Amount of a substance that has a mass, in mol.

    >>> moles_from_mass(Quantity(36, "g"), ChemicalFormula.parse("H2O"))
    Quantity(magnitude=Fraction(2400, 1201), unit='mol')
    """
    m = not_negative("moles_from_mass.mass", mass, "g")
    amount = m / molar_mass_of("moles_from_mass", formula)
    return quantity_in("mol", amount, [mass], "moles_from_mass")


@tool("chemistry", keywords=("how many grams", "moles to grams", "weigh", "m = n M"))
def mass_from_moles(amount: Quantity, formula: ChemicalFormula) -> Quantity:
    """Mass of an amount of a substance, in g.

    >>> mass_from_moles(Quantity(2, "mol"), ChemicalFormula.parse("H2O"))
    Quantity(magnitude=Decimal('36.03'), unit='g')
    """
    n = not_negative("mass_from_moles.amount", amount, "mol")
    mass = n * molar_mass_of("mass_from_moles", formula)
    return quantity_in("g", mass, [amount], "mass_from_moles")


@tool("chemistry", keywords=("Avogadro", "how many molecules", "how many atoms", "particles"))
def particle_count(amount: Quantity) -> Number:
    """Number of particles in an amount of substance.

    >>> particle_count(Quantity(2, "mol"))
    1204428152000000000000000
    """
    n = not_negative("particle_count.amount", amount, "mol")
    return in_form_of(n * AVOGADRO, [amount.magnitude])


@tool("chemistry", keywords=("simplest formula", "ratio", "reduce", "lowest terms"))
def empirical_formula(formula: ChemicalFormula) -> ChemicalFormula:
    """Empirical formula: atoms in the smallest whole ratio.

    A charge is divided with them.

    >>> empirical_formula(ChemicalFormula.parse("C6H12O6")).to_text()
    'CH2O'
    """
    common = math.gcd(formula.charge, *(count for _, count in formula.atoms))
    atoms = tuple((symbol, count // common) for symbol, count in formula.atoms)
    return ChemicalFormula(atoms, formula.charge // common)


@tool("chemistry", keywords=("limiting reactant", "runs out first", "excess", "used up"))
def limiting_reagent(reaction: Reaction, amounts: Numbers) -> ChemicalFormula:
    """Reactant that is used up first, given amounts in mol.

    `amounts` are those of the reactants in the order written. The reaction is balanced if it is
    not. The first of them where several are used up together.

    >>> limiting_reagent(Reaction.parse("N2 + 3H2 -> 2NH3"), (2, 5)).to_text()
    'H2'
    """
    terms = _balanced("limiting_reagent", reaction).reactants
    if len(amounts) != len(terms):
        raise ToolError(
            f"`limiting_reagent` needs an amount for each of the {len(terms)} reactants, got "
            f"{len(amounts)}"
        )
    given = [number_of("limiting_reagent.amounts", amount) for amount in amounts]
    if min(given) < 0:
        raise ToolError(f"`limiting_reagent` needs amounts >= 0, got {clip(min(given))}")
    runs = [amount / coefficient for amount, (coefficient, _) in zip(given, terms, strict=True)]
    return terms[runs.index(min(runs))][1]


@tool("chemistry", keywords=("yield", "how much product", "produced", "stoichiometry", "formed"))
def theoretical_yield(
    reaction: Reaction, reactant: ChemicalFormula, amount: Quantity, product: ChemicalFormula
) -> Quantity:
    """Mass of product from an amount of one reactant, in g.

    `amount` is a mass or in mol; there is enough of the other reactants. The reaction is
    balanced if it is not.

    >>> water, hydrogen = ChemicalFormula.parse("H2O"), ChemicalFormula.parse("H2")
    >>> theoretical_yield(
    ...     Reaction.parse("2H2 + O2 -> 2H2O"), hydrogen, Quantity(3, "mol"), water
    ... )
    Quantity(magnitude=Decimal('54.045'), unit='g')
    """
    balanced = _balanced("theoretical_yield", reaction)
    used = _coefficient("reactant", reactant, balanced.reactants)
    made = _coefficient("product", product, balanced.products)
    if amount.parsed.exponents == Quantity(1, "mol").parsed.exponents:
        n = not_negative("theoretical_yield.amount", amount, "mol")
    else:
        mass = not_negative("theoretical_yield.amount", amount, "g")
        n = mass / molar_mass_of("theoretical_yield", reactant)
    grams = n * made / used * molar_mass_of("theoretical_yield", product)
    return quantity_in("g", grams, [amount], "theoretical_yield")


def _coefficient(side: str, formula: ChemicalFormula, terms: tuple[Term, ...]) -> int:
    coefficient = sum(n for n, other in terms if other == formula)
    if not coefficient:
        raise ToolError(
            f"`theoretical_yield` needs a {side} of the reaction, got {clip(formula.to_text())}"
        )
    return coefficient


@tool("chemistry", keywords=("molar concentration", "mol/L", "solution", "dissolved", "c = n / V"))
def molarity(amount: Quantity, volume: Quantity) -> Quantity:
    """Concentration of an amount in a volume, in mol/L.

    >>> molarity(Quantity(3, "mol"), Quantity(500, "mL"))
    Quantity(magnitude=6, unit='mol/L')
    """
    n = not_negative("molarity.amount", amount, "mol")
    v = positive("molarity.volume", volume, "L")
    return quantity_in("mol/L", n / v, (amount, volume), "molarity")


@tool("chemistry", keywords=("dilute", "stock", "C1V1 = C2V2", "water", "prepare", "solution"))
def dilution_volume(
    stock: Quantity | Number, concentration: Quantity | Number, volume: Quantity | Number
) -> Quantity | Number:
    """Volume of stock solution to dilute, in the final volume's unit.

    `stock` and `concentration` are the concentrations before and after, `volume` is that after.
    Concentrations are amounts or masses per volume, or shares such as percent; both may be plain
    numbers in one unit or shares, such as 0.7 for 70%. A plain volume gives one.

    >>> dilution_volume(Quantity(12, "mol/L"), Quantity(3, "mol/L"), Quantity(100, "mL"))
    Quantity(magnitude=25, unit='mL')
    """
    name = "dilution_volume"
    before, after = _concentrations(name, stock, concentration)
    if after > before:
        raise ToolError(
            f"`{name}` needs a stock above the final concentration, got {_shown(stock)} for "
            f"{_shown(concentration)}"
        )
    inputs = (stock, concentration, volume)
    if isinstance(volume, Quantity):
        not_negative(f"{name}.volume", volume, "L")
        part = Fraction(volume.magnitude) * after / before
        return quantity_in(volume.unit, part, inputs, name)
    litres = number_of(f"{name}.volume", volume)
    if litres < 0:
        raise ToolError(f"`{name}` needs a volume >= 0, got {clip(volume)}")
    return in_form_of(litres * after / before, magnitudes(inputs))


def _concentrations(
    name: str, stock: Quantity | Number, concentration: Quantity | Number
) -> tuple[Fraction, Fraction]:
    """Both in the stock's unit, or as the plain numbers that they are."""
    if isinstance(stock, Quantity) and isinstance(concentration, Quantity):
        if stock.parsed.exponents not in [parse_unit(unit).exponents for unit in CONCENTRATIONS]:
            raise ToolError(
                f"`{name}` needs concentrations in {', '.join(CONCENTRATIONS)} or the like, got "
                f"{shown(stock)}"
            )
        return (
            positive(f"{name}.stock", stock, stock.unit),
            not_negative(f"{name}.concentration", concentration, stock.unit),
        )
    if isinstance(stock, Quantity) or isinstance(concentration, Quantity):
        raise ToolError(
            f"`{name}` needs two concentrations with units or two plain numbers, got "
            f"{_shown(stock)} and {_shown(concentration)}"
        )
    before = number_of(f"{name}.stock", stock)
    after = number_of(f"{name}.concentration", concentration)
    if before <= 0 or after < 0:
        raise ToolError(
            f"`{name}` needs a stock > 0 and a concentration >= 0, got {clip(stock)} and "
            f"{clip(concentration)}"
        )
    return before, after


def _shown(concentration: Quantity | Number) -> str:
    return shown(concentration) if isinstance(concentration, Quantity) else clip(concentration)


@tool("chemistry", keywords=("pH", "acid", "acidity", "hydrogen ions", "H+", "strong acid"))
def ph_from_concentration(concentration: Quantity | Number) -> Number:
    """pH from the concentration of hydrogen ions.

    A plain number is in mol/L. Minus the decimal logarithm: whole for powers of ten, else a
    float, to 15 digits or so.

    >>> ph_from_concentration(Quantity(1, "mmol/L")), ph_from_concentration(Fraction(1, 50))
    (3, 1.6989700043360187)
    """
    if isinstance(concentration, Quantity):
        c = positive("ph_from_concentration.concentration", concentration, "mol/L")
    else:
        c = number_of("ph_from_concentration.concentration", concentration)
        if c <= 0:
            raise ToolError(
                f"`ph_from_concentration` needs a concentration > 0, got {clip(concentration)}"
            )
    with high_precision():
        ph = -gmpy2.log10(real(c))
        whole = round(float(ph))
    return whole if c == Fraction(10) ** -whole else nearest_float(ph)


@tool("chemistry", keywords=("pH", "hydrogen ions", "H+", "acid", "concentration from pH"))
def concentration_from_ph(ph: Number) -> Quantity:
    """Concentration of hydrogen ions at a pH, in mol/L.

    Exact for a whole pH, else a float, to 15 digits or so. `ph` lies within ±100.

    >>> concentration_from_ph(3)
    Quantity(magnitude=Decimal('0.001'), unit='mol/L')
    >>> concentration_from_ph(Fraction(1, 2))
    Quantity(magnitude=0.31622776601683794, unit='mol/L')
    """
    x = number_of("concentration_from_ph.ph", ph)
    refuse_over("`concentration_from_ph`", "sizes of a pH", abs(x), MAX_PH)
    if x.denominator == 1:
        return quantity_in("mol/L", Fraction(10) ** -int(x), [ph], "concentration_from_ph")
    with high_precision():
        concentration = nearest_float(real(Fraction(10)) ** real(-x))
    return Quantity(concentration, "mol/L")
