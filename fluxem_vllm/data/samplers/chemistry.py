"""How people write the values of chemistry: formulas, reactions, amounts, concentrations."""

import random
import re

from fluxem_encoders.structures.chemistry import ELEMENTS, ChemicalFormula, Reaction
from fluxem_vllm.data.samplers.sampler import Samplers, decimal, integer

_INORGANIC = """
H2O CO2 NH3 CH4 SO2 SO3 NO2 N2O N2O4 N2O5 H2O2 N2H4 O2 O3 NaCl KCl KBr NaOH KOH LiOH HCl HBr HNO3
H2SO4 H3PO4 H2CO3 HClO4 Ca(OH)2 Mg(OH)2 Ba(OH)2 Al(OH)3 Fe(OH)3 CaCO3 Na2CO3 NaHCO3 K2CO3 MgO CaO
CuO ZnO Fe2O3 Fe3O4 Al2O3 SiO2 TiO2 MnO2 Cr2O3 P4O10 PCl3 PCl5 SF6 FeCl3 FeCl2 MgCl2 CaCl2 BaCl2
ZnCl2 AlCl3 CuCl2 AgCl AgNO3 KNO3 NaNO3 NH4NO3 Pb(NO3)2 Cu(NO3)2 NH4Cl (NH4)2SO4 (NH4)3PO4 Na2SO4
K2SO4 MgSO4 CuSO4 BaSO4 Al2(SO4)3 Fe2(SO4)3 Ca3(PO4)2 Na3PO4 KMnO4 K2Cr2O7 K2CrO4 Na2S2O3 KClO3
NaClO3 Na2SiO3 B2H6 SiCl4 CCl4 PbO2 ZnS FeS2 CuFeS2 Hg2Cl2 C60 D2O CuSO4·5H2O MgSO4·7H2O
FeSO4·7H2O CaSO4·2H2O Na2CO3·10H2O CoCl2·6H2O BaCl2·2H2O K4[Fe(CN)6] K3[Fe(CN)6]
"""
_ORGANIC = """
CH4 C2H6 C3H8 C4H10 C5H12 C6H14 C8H18 C2H4 C2H2 C6H6 C7H8 C10H8 CH3OH C2H5OH CH3CH2OH C3H7OH
CH3COOH HCOOH CH2O C2H4O2 C2H6O2 C3H8O3 C6H12O6 C12H22O11 C6H8O6 C6H8O7 C9H8O4 C8H9NO2 C8H10N4O2
C10H14N2 C13H18O2 C17H21NO4 C27H46O CO(NH2)2 CH4N2O C3H6O CHCl3 CH2Cl2 C6H5NO2 C7H5N3O6 C2H2O4
C4H6O6 C18H36O2 C14H9Cl5 C6H5OH C6H5CH3 CH3(CH2)4CH3 C20H24N2O2
"""
_IONS = """
SO4^2- NO3^- CO3^2- PO4^3- NH4^+ OH^- CN^- MnO4^- Cr2O7^2- CrO4^2- HCO3^- H2PO4^- ClO4^- S2O3^2-
Fe^3+ Fe^2+ Cu^2+ Al^3+ Ca^2+ Mg^2+ Na^+ Fe3+ Cu2+ Zn2+ Na+ NH4+ NO3- H3O+ Cl- MnO4- [Fe(CN)6]4-
[Cu(NH3)4]^2+ SO4^{2-} PO4^{3-}
"""
_MULTIPLES = """
C6H12O6 H2O2 C2H6 C6H6 C4H10 N2O4 N2H4 C2H2 B2H6 C2H4O2 C8H18 P4O10 Hg2Cl2 C10H14N2 C8H10N4O2
C2H2O4 C6H8O6 C3H6O3 C6H12O2 S2Cl2 C4H8O2 C20H24N2O2 C2H6O2 C6H14 C4H4O4 C12H24O12 C5H10O5
C10H20O5 N2O2 Na2S2O4 C8H8 C6H10O4 C2H4 C4H8 C3H6 K2C2O4 C12H12N2 C9H12 C16H10N2O2 C7H8 H2O
"""
_REACTIONS = """
2H2 + O2 -> 2H2O | N2 + 3H2 -> 2NH3 | CH4 + 2O2 -> CO2 + 2H2O | C3H8 + 5O2 -> 3CO2 + 4H2O |
2C2H6 + 7O2 -> 4CO2 + 6H2O | 2C8H18 + 25O2 -> 16CO2 + 18H2O | C2H5OH + 3O2 -> 2CO2 + 3H2O |
C6H12O6 + 6O2 -> 6CO2 + 6H2O | 4Fe + 3O2 -> 2Fe2O3 | 2Al + 3Cl2 -> 2AlCl3 | 2Na + Cl2 -> 2NaCl |
2Mg + O2 -> 2MgO | 4Al + 3O2 -> 2Al2O3 | Fe2O3 + 3CO -> 2Fe + 3CO2 | Fe2O3 + 2Al -> Al2O3 + 2Fe |
Zn + 2HCl -> ZnCl2 + H2 | Mg + 2HCl -> MgCl2 + H2 | 2Al + 6HCl -> 2AlCl3 + 3H2 |
HCl + NaOH -> NaCl + H2O | H2SO4 + 2NaOH -> Na2SO4 + 2H2O | H3PO4 + 3KOH -> K3PO4 + 3H2O |
2HCl + Ca(OH)2 -> CaCl2 + 2H2O | CaCO3 + 2HCl -> CaCl2 + H2O + CO2 | 4NH3 + 5O2 -> 4NO + 6H2O |
NaHCO3 + HCl -> NaCl + H2O + CO2 | AgNO3 + NaCl -> AgCl + NaNO3 | 2Na + 2H2O -> 2NaOH + H2 |
BaCl2 + Na2SO4 -> BaSO4 + 2NaCl | Pb(NO3)2 + 2KI -> PbI2 + 2KNO3 | 2SO2 + O2 -> 2SO3 |
P4 + 5O2 -> P4O10 | P4 + 6Cl2 -> 4PCl3 | 4FeS2 + 11O2 -> 2Fe2O3 + 8SO2 | 2ZnS + 3O2 -> 2ZnO + 2SO2 |
Cu + 2AgNO3 -> Cu(NO3)2 + 2Ag | CaO + H2O -> Ca(OH)2 | N2H4 + 2H2O2 -> N2 + 4H2O |
2NH3 + H2SO4 -> (NH4)2SO4 | TiCl4 + 2Mg -> Ti + 2MgCl2 | SiCl4 + 2H2O -> SiO2 + 4HCl |
2H2S + 3O2 -> 2SO2 + 2H2O | 2KMnO4 + 16HCl -> 2KCl + 2MnCl2 + 5Cl2 + 8H2O |
K2Cr2O7 + 14HCl -> 2KCl + 2CrCl3 + 3Cl2 + 7H2O | 3Cu + 8HNO3 -> 3Cu(NO3)2 + 2NO + 4H2O
"""
_DECOMPOSITIONS = """
2KClO3 -> 2KCl + 3O2 | 2H2O2 -> 2H2O + O2 | CaCO3 -> CaO + CO2 | 2NaHCO3 -> Na2CO3 + H2O + CO2 |
NH4NO3 -> N2O + 2H2O | 6CO2 + 6H2O -> C6H12O6 + 6O2 | MnO4- + 5Fe2+ + 8H+ -> Mn2+ + 5Fe3+ + 4H2O |
Ag+ + Cl- -> AgCl | Cu + 2Ag+ -> Cu2+ + 2Ag | Ba2+ + SO4^2- -> BaSO4 | 2NaN3 -> 2Na + 3N2
"""
_FEW = [text.strip() for text in _REACTIONS.split("|")]
_ALL = [*_FEW, *(text.strip() for text in _DECOMPOSITIONS.split("|"))]
_LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUBSCRIPT = re.compile(r"(?<=[A-Za-z)\]])\d+(?![\d+-])")
_COEFFICIENT = re.compile(r"(?<![A-Za-z\d)\]])\d+(?=[A-Z(])")
# Reactants and products that stand in a sentence as formulas by themselves.
_ALONE = re.compile(r"N2|O2|Cl2|HCl|[KN]a?OH|(?:Na|K|Ag)Cl|(?:Mg|Ca|Zn)O|.*[A-Z].*[A-Z].*\d.*")


def _lowered(rng: random.Random, text: str) -> str:
    """The text, its subscripts now and then as low digits."""
    return _SUBSCRIPT.sub(lambda m: m[0].translate(_LOW), text) if rng.random() < 0.15 else text


def formula(rng: random.Random) -> str:
    """A compound: `H2SO4`, `Ca(OH)2`, `C₆H₁₂O₆`, `CuSO4·5H2O`."""
    return _lowered(rng, rng.choice((_ORGANIC if rng.random() < 0.35 else _INORGANIC).split()))


def _formula_or_ion(rng: random.Random) -> str:
    return rng.choice(_IONS.split()) if rng.random() < 0.5 else formula(rng)


def _multiple(rng: random.Random) -> str:
    return _lowered(rng, rng.choice(_MULTIPLES.split()))


def _formula_and_element(rng: random.Random) -> dict[str, str]:
    """A compound and one of its elements, mostly one that holds carbon and hydrogen."""
    text = rng.choice((_ORGANIC if rng.random() < 0.6 else _INORGANIC).split())
    symbol, _ = rng.choice(ChemicalFormula.parse(text).atoms)
    return {"formula": _lowered(rng, text), "element": "H" if symbol == "D" else symbol}


def element(rng: random.Random) -> str:
    """A symbol, mostly one of those that are heard of."""
    return ELEMENTS[int((56 if rng.random() < 0.7 else 103) * rng.random())]


def _written(rng: random.Random, text: str, unbalanced: float) -> str:
    """A reaction as people type it: with one arrow or another, low digits, without coefficients."""
    if rng.random() < unbalanced:
        text = _COEFFICIENT.sub("", text)
    arrow = rng.choice((" -> ", " -> ", " → ", " --> ", " => ", " = "))
    return _lowered(rng, text).replace(" -> ", arrow)


def reaction(rng: random.Random) -> str:
    """A reaction, mostly without its coefficients: `H2 + O2 -> H2O`."""
    return _written(rng, rng.choice(_ALL), 0.85)


def _maybe_balanced(rng: random.Random) -> str:
    """A reaction that is balanced in about half of the cases, or has a wrong coefficient."""
    text = rng.choice(_ALL)
    if rng.random() < 0.25:
        text = _COEFFICIENT.sub(lambda m: str(rng.randint(2, 6)), text)
    return _written(rng, text, 0.3)


def _starting_amounts(rng: random.Random) -> dict[str, str]:
    """A reaction and how many moles of each reactant there are, in brackets."""
    text = rng.choice([text for text in _FEW if " + " in text.split("->")[0]])
    size = text.split("->")[0].count(" + ") + 1
    amounts = ", ".join(decimal(0.5, rng.choice((5, 12)), 1)(rng) for _ in range(size))
    brackets = rng.choice(("[{}]", "({})"))
    return {"reaction": _written(rng, text, 0.3), "amounts": brackets.format(amounts)}


def _yield(rng: random.Random) -> dict[str, str]:
    """A reaction, one of its reactants with a mass or in mol, and one of its products."""
    left, right = list[str](), list[str]()
    while not (left and right):
        text = rng.choice(_FEW)
        sides = [[term.lstrip("0123456789") for term in s.split(" + ")] for s in text.split(" -> ")]
        left, right = ([f for f in side if _ALONE.fullmatch(f)] for side in sides)
    return {
        "reaction": _written(rng, text, 0.3),
        "reactant": rng.choice(left),
        "amount": (_mass if rng.random() < 0.6 else _moles)(rng),
        "product": rng.choice(right),
    }


def _mass(rng: random.Random) -> str:
    """A mass that is weighed in a laboratory."""
    unit = rng.choice((" g", " g", " g", " grams", "g", " mg", " kg"))
    return (decimal(100, 900, 0) if "m" in unit[:2] else decimal(1, 120, 2))(rng) + unit


def _moles(rng: random.Random) -> str:
    """An amount of substance: `0.25 mol`, `3 moles`, `40 mmol`."""
    unit = rng.choice((" mol", " mol", " mol", " moles", " mmol"))
    if unit == " mmol":
        return integer(5, 400)(rng) + unit
    number = f"{rng.uniform(0.05, 6):.{rng.randint(1, 3)}f}"
    return (number if rng.random() < 0.6 else str(rng.randint(2, 12))) + unit


def _volume(rng: random.Random) -> str:
    """A volume of a flask, a cylinder or a bottle."""
    if rng.random() < 0.65:
        unit = rng.choice((" mL", " mL", " ml", "mL", " cm^3", " cm³", " milliliters"))
        return rng.choice(("50", "100", "200", "250", "400", "500", "750")) + unit
    unit = rng.choice((" L", " L", " l", " liters", " litres"))
    return rng.choice(("0.25", "0.5", "0.75", "1.5", "2", "2.5", "3", "5")) + unit


def _dilution(rng: random.Random) -> dict[str, str]:
    """A stock's concentration, a lower one in the same unit, and the volume wanted."""
    unit = rng.choice((" mol/L", " mol/L", " mol/l", " moles per liter", " g/L", " mg/mL"))
    stock = rng.choice((2, 3, 4, 5, 6, 8, 10, 12, 16, 18, 20, 25, 50, 100))
    low = stock / rng.choice((2, 2.5, 4, 5, 8, 10, 20, 25, 40, 50, 100))
    return {"stock": f"{stock}{unit}", "concentration": f"{low:g}{unit}", "volume": _volume(rng)}


def _hydrogen_ions(rng: random.Random) -> str:
    """A concentration from strong to none: `0.01`, `3.2e-5`, `10^-4`, `4 × 10^-9`, `2 mmol/L`."""
    power = rng.choice((1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11))
    digits = rng.choice(("1", "2", "5", f"{rng.uniform(1, 9.9):.1f}"))
    if rng.random() < 0.15:
        return f"{rng.randint(1, 90)} mmol/L"
    if power <= 3:
        plain = f"{float(digits) * 10.0**-power:.5f}".rstrip("0")
        return plain + rng.choice(("", "", " mol/L", " mol/l"))
    if digits == "1" and rng.random() < 0.5:
        return f"10^-{power}"
    written = rng.choice(("{}e-{}", "{} × 10^-{}", "{}x10^-{}", "{}e-{} mol/L"))
    return written.format(digits, power)


SAMPLERS: Samplers = {
    ChemicalFormula: formula,
    Reaction: reaction,
    ("electron_count", "formula"): _formula_or_ion,
    ("empirical_formula", "formula"): _multiple,
    ("is_balanced", "reaction"): _maybe_balanced,
    ("atomic_number", "element"): element,
    "element_count": _formula_and_element,
    "mass_percent": _formula_and_element,
    ("moles_from_mass", "mass"): _mass,
    ("mass_from_moles", "amount"): _moles,
    ("particle_count", "amount"): _moles,
    "limiting_reagent": _starting_amounts,
    "theoretical_yield": _yield,
    ("molarity", "amount"): _moles,
    ("molarity", "volume"): _volume,
    "dilution_volume": _dilution,
    ("ph_from_concentration", "concentration"): _hydrogen_ions,
    ("concentration_from_ph", "ph"): decimal(0.5, 13.5, 2),
}
