"""The certified values of NIST's Statistical Reference Datasets (StRD).

Source: https://www.itl.nist.gov/div898/strd/, univariate summary statistics (NumAcc1 to NumAcc4,
Michelso) and linear regression (Norris, Pontius, Wampler1 to Wampler5). NIST certifies 15 digits;
NumAcc and Wampler have exact values.
"""

from decimal import Decimal
from fractions import Fraction

import pytest

from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox.domains.optimization import fit_polynomial, least_squares_line
from fluxem_toolbox.domains.signal_processing import autocorrelation
from fluxem_toolbox.domains.statistics import mean, sample_standard_deviation
from tests.checks import checks


def numbers(text: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, text.split()))


def alternating(first: str, low: str, high: str) -> Numbers:
    """The 1001 values of NumAcc2 to NumAcc4."""
    return (Decimal(first), *(Decimal(low), Decimal(high)) * 500)


NUM_ACC = {
    "NumAcc1": ((10_000_001, 10_000_003, 10_000_002), "10000002", "1"),
    "NumAcc2": (alternating("1.2", "1.1", "1.3"), "1.2", "0.1"),
    "NumAcc3": (alternating("1000000.2", "1000000.1", "1000000.3"), "1000000.2", "0.1"),
    "NumAcc4": (alternating("10000000.2", "10000000.1", "10000000.3"), "10000000.2", "0.1"),
}
MICHELSO = tuple(  # Michelson's speeds of light of 1879, in 1000 km/s
    299 + x / 1000
    for x in numbers("""
        850 740 900 1070 930 850 950 980 980 880 1000 980 930 650 760 810 1000 1000 960 960
        960 940 960 940 880 800 850 880 900 840 830 790 810 880 880 830 800 790 760 800
        880 880 880 860 720 720 620 860 970 950 880 910 850 870 840 840 850 840 840 840
        890 810 810 820 800 770 760 740 750 760 910 920 890 860 880 720 840 850 850 780
        890 840 780 810 760 810 790 810 820 850 870 870 810 740 810 940 950 800 810 870
    """)
)
NORRIS: dict[str, Numbers] = {  # ozone as two instruments measured it
    "x": numbers("""
        0.2 337.4 118.2 884.6 10.1 226.5 666.3 996.3 448.6 777.0 558.2 0.4 0.6 775.5 666.9 338.0
        447.5 11.6 556.0 228.1 995.8 887.6 120.2 0.3 0.3 556.8 339.1 887.2 999.0 779.0 11.1 118.3
        229.2 669.1 448.9 0.5
    """),
    "y": numbers("""
        0.1 338.8 118.1 888.0 9.2 228.1 668.5 998.5 449.1 778.9 559.2 0.3 0.1 778.1 668.8 339.3
        448.9 10.8 557.7 228.3 998.0 888.8 119.6 0.3 0.6 557.6 339.3 888.0 998.5 778.9 10.2 117.6
        228.9 668.4 449.2 0.2
    """),
}
PONTIUS: dict[str, Numbers] = {  # the deflection of a load cell
    "x": tuple(150_000 * k for k in range(1, 21)) * 2,
    "y": numbers("""
        .11019 .21956 .32949 .43899 .54803 .65694 .76562 .87487 .98292 1.09146 1.20001 1.30822
        1.41599 1.52399 1.63194 1.73947 1.84646 1.95392 2.06128 2.16844 .11052 .22018 .32939
        .43886 .54798 .65739 .76596 .87474 .98300 1.09150 1.20004 1.30818 1.41613 1.52408 1.63159
        1.73965 1.84696 1.95445 2.06177 2.16829
    """),
}
WAMPLER_NOISE = (
    *(759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048, -2048, 1838, -2048),
    *(2048, -2048, 2523, -2048, 2048, -2048, 759),
)


def lag_1_autocorrelation(data: Numbers) -> Number:
    centre = Fraction(mean(data))
    centred = tuple(Fraction(x) - centre for x in data)
    return Fraction(autocorrelation(centred, 1)) / Fraction(autocorrelation(centred))


def certified(*values: str) -> object:
    return pytest.approx([float(value) for value in values], rel=1e-14, abs=0)


@pytest.mark.parametrize("name", NUM_ACC)
@checks(mean, sample_standard_deviation, against="NIST StRD")
def test_numerical_accuracy(name: str) -> None:
    data, centre, spread = NUM_ACC[name]
    assert mean(data) == Decimal(centre)
    assert sample_standard_deviation(data) == Decimal(spread)


@checks(mean, sample_standard_deviation, against="NIST StRD")
def test_michelsons_speed_of_light() -> None:
    assert mean(MICHELSO) == Decimal("299.8524")
    spread = sample_standard_deviation(MICHELSO)
    assert [float(spread)] == certified("0.0790105478190518")


@checks(autocorrelation, against="NIST StRD")
def test_autocorrelations() -> None:
    assert lag_1_autocorrelation(NUM_ACC["NumAcc1"][0]) == Fraction(-1, 2)
    assert [float(lag_1_autocorrelation(MICHELSO))] == certified("0.535199668621283")


@checks(least_squares_line, against="NIST StRD")
def test_norris() -> None:
    line = least_squares_line(NORRIS["x"], NORRIS["y"])
    assert [float(c) for c in line.coefficients] == certified(
        "-0.262323073774029", "1.00211681802045"
    )


@checks(fit_polynomial, against="NIST StRD")
def test_pontius() -> None:
    curve = fit_polynomial(PONTIUS["x"], PONTIUS["y"], 2)
    assert [float(c) for c in curve.coefficients] == certified(
        "0.673565789473684E-03", "0.732059160401003E-06", "-0.316081871345029E-14"
    )


@pytest.mark.parametrize("noise", [0, 1, 100, 10_000], ids=["1", "3", "4", "5"])
@checks(fit_polynomial, against="NIST StRD")
def test_wampler(noise: int) -> None:
    xs = tuple(range(21))
    ys = tuple(
        sum(x**k for k in range(6)) + noise * e for x, e in zip(xs, WAMPLER_NOISE, strict=True)
    )
    assert fit_polynomial(xs, ys, 5).coefficients == (1,) * 6


@checks(fit_polynomial, against="NIST StRD")
def test_wampler_2() -> None:
    xs = tuple(range(21))
    tenths = tuple(Fraction(1, 10**k) for k in range(6))
    ys = tuple(sum(c * x**k for k, c in enumerate(tenths)) for x in xs)
    assert fit_polynomial(xs, ys, 5).coefficients == tenths
