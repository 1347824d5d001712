import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluxem_encoders.detect import detect
from fluxem_encoders.patterns import FURTHER
from fluxem_encoders.structures.chemistry import ChemicalFormula, Reaction
from fluxem_encoders.structures.physics import Quantity

FORMULA, REACTION = ChemicalFormula.parse, Reaction.parse


def found(text):
    return [(span.text, span.value) for span in detect(text, domains=["chemistry"])]


FORMULAS = [
    "C6H12O6", "H2O", "NaCl", "Ca(OH)2", "(NH4)2SO4", "CuSO4·5H2O", "CuSO4.5H2O", "MgCl2 · 6H2O",
    "CO2", "CH3COOH", "CH3(CH2)4CH3", "C2H5OH", "HNO3", "FeCl3", "K4[Fe(CN)6]", "H_2O", "O2", "C60",
    "H₂O", "CO₂", "CuSO₄·5H₂O", "Al₂(SO₄)₃", "D2O", "KOH", "ZnSe", "SO4^2-", "NH4+", "NO3-", "Fe3+",
    "Fe³⁺", "SO₄²⁻", "Fe^3+", "Na+", "Cl-", "[Fe(CN)6]4-", "[Cu(NH3)4]^2+", "Cr2O7^2-", "OH^-",
    "[Co(NH3)6]Cl3", "C₆H₁₂O₆", "H₂O₂", "N₂O₅", "C₂H₅OH", "H₃O⁺",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula(text):
    value = FORMULA(text)
    assert found(text) == [(text, value)]
    assert found(f"Mix {text} with 7 ml, or ({text}).")[0] == (text, value)
    assert detect(text, domains=["chemistry"])[0].domain == "chemistry"
    (span,) = detect(f"molar mass of {text}?", domains=["chemistry", "logic"])
    assert (span.text, span.value) == (text, value)


IN_TEXT = [
    ("5 mol of O2", [("5", 5), ("O2", FORMULA("O2"))]),
    ("H2O-based, CO2's", [("H2O", FORMULA("H2O")), ("CO2", FORMULA("CO2"))]),
    ("NaCl(aq) and H2O(l)", [("NaCl", FORMULA("NaCl")), ("H2O", FORMULA("H2O"))]),
    ("CO₂—a gas", [("CO₂", FORMULA("CO2"))]),
    ("H_{2}O", [("H_{2}O", FORMULA("H2O"))]),
    ("SO4^{2-}", [("SO4^{2-}", FORMULA("SO4^2-"))]),
    ("moles of CO, grams of HF", [("CO", FORMULA("CO")), ("HF", FORMULA("HF"))]),
    ("molar mass of H2", [("H2", FORMULA("H2"))]),
    ("I- ions and O2- ions", [("I-", FORMULA("I-")), ("O2-", FORMULA("O2-"))]),
    ("with [H+] = 3", [("H+", FORMULA("H+")), ("3", 3)]),
    ("CO2- and methane", [("CO2", FORMULA("CO2"))]),
    ("CHF20", [("20", 20)]),
    ("5.0 g H2", [("5.0 g", Quantity(Decimal("5.0"), "g")), ("H2", FORMULA("H2"))]),
    ("two moles of CO", [("two moles", Quantity(2, "moles")), ("CO", FORMULA("CO"))]),
    ("MM of KI", [("KI", FORMULA("KI"))]),
    ("C1V1 = C2V2, P2V2", []),
    ("USD20", [("20", 20)]),
]


@pytest.mark.parametrize(("text", "spans"), IN_TEXT)
def test_formulas_in_text(text, spans):
    assert found(text) == spans


CONCENTRATIONS = [
    ("0.02M HCl", "0.02M", "0.02 mol/L"),
    ("6 M HCl", "6 M", "6 mol/L"),
    ("0.1 M H₂SO₄", "0.1 M", "0.1 mol/L"),
    ("a 0.5 M solution", "0.5 M", "0.5 mol/L"),
    ("0.5 M sodium hydroxide", "0.5 M", "0.5 mol/L"),
    ("a concentration of 0.25 M", "0.25 M", "0.25 mol/L"),
    ("M1 = 6 M", "6 M", "6 mol/L"),
    ("5 mM NaCl", "5 mM", "5 mmol/L"),
    ("3 × 10^-4 M NaOH", "3 × 10^-4 M", "0.0003 mol/L"),
    ("C2 = 0.1M, V2", "0.1M", "0.1 mol/L"),
    ("a 5 M stock", "5 M", "5 mol/L"),
    ("dilute 6M stock to it", "6M", "6 mol/L"),
    ("the stock to 0.5 M, final", "0.5 M", "0.5 mol/L"),
    ("1 mM H+", "1 mM", "1 mmol/L"),
    ("10 μM primer", "10 μM", "10 μmol/L"),
]


@pytest.mark.parametrize(("text", "span", "value"), CONCENTRATIONS)
@pytest.mark.parametrize("domains", [["chemistry"], FURTHER])
def test_a_concentration(text, span, value, domains):
    found = detect(text, domains=domains)[0]
    assert (found.text, found.value.to_text()) == (span, value)


@pytest.mark.parametrize("text", ["make 100 mL of 3 M.", "100 mL of a 3 M one", "100 mL 3M"])
def test_a_volume_of_a_concentration(text):
    values = [span.value.to_text() for span in detect(text, domains=FURTHER)]
    assert values[:2] == ["100 mL", "3 mol/L"]


@pytest.mark.parametrize(
    "text",
    [
        "the 3M stock fell",
        "stock at 3.5 M shares",
        "dilute 3M people",
        "1.5M users",
        "3 M PS5s",
        "2M CO staff",
        "3M adhesives",
        "4 M KFC meals",
        "$3M",
    ],
)
def test_millions(text):
    (span,) = detect(text, domains=["chemistry", "arithmetic", "finance"])
    assert not isinstance(span.value, Quantity)


REACTIONS = [
    "2H2 + O2 -> 2H2O", "2H₂ + O₂ → 2H₂O", "N2O4 ⇌ 2NO2", "Fe + O2 = Fe2O3", "2H2+O2→2H2O",
    "CH4 + 2 O2 ⟶ CO2 + 2 H2O", "2Na + Cl2 --> 2NaCl", "Fe2+ -> Fe3+ + e-", "CH4 + O2 -> CO2",
    "AgNO3(aq) + NaCl(aq) -> AgCl(s) + NaNO3(aq)", "HCl + NaOH = NaCl + H2O", "O2 <=> 2O",
    "NH3 + H2SO4 -> (NH4)2SO4", "(NH4)2Cr2O7 -> N2 + Cr2O3 + H2O", "N₂H₄ + 2H₂O₂ → N₂ + 4H₂O",
    "Zn + 2HCl => ZnCl2 + H2", "CaCO3 = CaO + CO2", "H+ + OH- -> H2O", "Cu2+ + 2e- -> Cu",
]  # fmt: skip


@pytest.mark.parametrize("text", REACTIONS)
def test_a_reaction(text):
    value = REACTION(text)
    assert found(text) == [(text, value)]
    assert found(f"Balance {text}, with 7 g.") == [(text, value), ("7", 7)]
    (span,) = detect(f"Balance {text}", domains=["chemistry", "logic", "calculus"])
    assert span.value == value


def test_reactions_in_latex():
    value = REACTION("2H2 + O2 -> 2H2O")
    assert [v for _, v in found(r"$2H_2 + O_2 \rightarrow 2H_2O$")] == [value]
    assert [v for _, v in found(r"\ce{2H2 + O2 -> 2H2O}")] == [value]
    assert [v for _, v in found("2H2 + O2 -> 2H2O + heat")] == [value]


NO_REACTION = [
    ("2B + 3C = 4B", [("2", 2), ("3", 3), ("4", 4)]),
    ("H2O + 3x -> 5", [("H2O", FORMULA("H2O")), ("3", 3), ("5", 5)]),
    ("1/2 O2 + H2 -> H2O", []),
    ("V = 2IR", [("2", 2)]),
    ("V = 38 L", [("38", 38)]),
    ("P1V1 = P2V2", []),
]


@pytest.mark.parametrize(("text", "spans"), NO_REACTION)
def test_not_a_reaction(text, spans):
    assert found(text) == spans


PROSE = [
    "I", "He", "In", "CO", "NO", "US", "OK", "A4", "B2B", "MP3", "COVID-19", "SW1A 2AA", "H1N1",
    "H3N2", "K9", "U2", "Co", "NaN", "USB3", "PS5", "HTML5", "UTF8", "ISO9001", "C4", "V8", "B12",
    "F1", "K2", "Y2K", "W3C", "R2D2", "C3PO", "SARS-CoV-2", "HeLa", "PhD", "PoC", "O(N)", "O(N2)",
    "P(BC)", "P(B2)", "P(H)", "US -> UK", "B -> C -> F", "C2 -> B3", "C2:B4", "V = IR", "P = VI",
    "H = U + PV", "C++", "B+", "F-", "Disney+", "COP26", "SPF50", "PHP8", "HK416", "VO2", "CNN10",
    "LiPo", "NiCd", "WiFi", "Co-founder", "As-is", "US$", "PV = VP", "page-H2O",
]  # fmt: skip


@pytest.mark.parametrize("text", PROSE)
def test_no_formula(text):
    for written in (text, f"I read {text} and 7 more"):
        assert all(span.domain != "chemistry" for span in detect(written, domains=["chemistry"]))


def test_only_when_asked_for():
    assert detect("NaCl and H2O") == []


UNITS = [
    "H2(",
    "(H2)",
    "[H2 ",
    "H2-",
    "H2",
    "2H2O -> ",
    "H2 = H2 + ",
    "5 g H2 ",
    "(H2)2O ",
    "5 M ",
    "5 mL of ",
    "dilute the ",
    "stock to ",
    "H2O→",
    "N₂O₄→",
    "SO4^2-",
    "Fe(",
    "H2 + ",
]


@pytest.mark.parametrize("unit", UNITS)
def test_time_is_linear(unit):
    text = (unit * 100_000)[:100_000]
    detect("H2O", domains=["chemistry"])
    start = time.process_time()
    detect(text, domains=["chemistry"])
    assert time.process_time() - start < 3


PIECES = [
    "H",
    "O",
    "Cl",
    "2",
    "₂",
    "(",
    ")",
    "[",
    "]",
    " ",
    "+",
    "-",
    "→",
    "->",
    "=",
    "^",
    "²",
    "·",
]


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=24).map("".join)))
@settings(max_examples=500, deadline=None)
def test_any_text(text):
    for span in detect(text, domains=["chemistry"]):
        assert span.text == text[span.start : span.end]
