"""Statistics of lists of numbers and of named distributions."""

import math
from collections import Counter
from fractions import Fraction

from fluxem_encoders.forms import clip
from fluxem_encoders.values import Distribution, Number, Numbers
from fluxem_toolbox.distributions import mean_of, square_root, variance_of
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.masses import median_of
from fluxem_toolbox.rationals import in_form_of, over_common_denominator
from fluxem_toolbox.registry import tool


def _scaled(name: str, data: Numbers, least: int = 1) -> tuple[list[int], int]:
    """The data over their common denominator, which lets every statistic work in integers."""
    if len(data) < least:
        raise ToolError(f"`{name}` needs {least} or more numbers, got {len(data)}")
    return over_common_denominator(name, data)


def _squared_deviation(name: str, data: Numbers, least: int = 1) -> Fraction:
    """The sum of squared deviations from the mean."""
    parts, scale = _scaled(name, data, least)
    n, total = len(parts), sum(parts)
    return Fraction(n * sum(x * x for x in parts) - total * total, n * scale * scale)


def _in_form(result: Fraction | float, inputs: Numbers) -> Number:
    return result if isinstance(result, float) else in_form_of(result, inputs)


@tool("statistics", keywords=("average", "arithmetic mean", "expected value", "expectation"))
def mean(data: Distribution | Numbers) -> Number:
    """Mean: the average, or expected value of a distribution.

    >>> mean((1, 2, 4)), mean(Distribution("binomial", (10, Fraction(1, 2))))
    (Fraction(7, 3), 5)
    """
    if isinstance(data, Distribution):
        return in_form_of(mean_of(data), data.parameters)
    parts, scale = _scaled("mean", data)
    return in_form_of(Fraction(sum(parts), scale * len(parts)), data)


@tool("statistics", keywords=("middle", "central", "50th percentile", "half"))
def median(data: Distribution | Numbers) -> Number:
    """Median: the middle value of sorted data.

    The mean of the two middle values of an even number of data. Of a discrete distribution, the
    least m with P(X <= m) >= 1/2.

    >>> median((7, 1, 4, 2)), median(Distribution("normal", (100, 15)))
    (3, 100)
    >>> median(Distribution("exponential", (1,)))
    0.6931471805599453
    """
    if isinstance(data, Distribution):
        return _in_form(median_of(data), data.parameters)
    parts, scale = _scaled("median", data)
    ordered = sorted(parts)
    middle = ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]
    return in_form_of(Fraction(middle, 2 * scale), data)


@tool("statistics", keywords=("most common", "most often", "most frequent", "popular"))
def mode(data: Numbers) -> Number:
    """Mode: the most frequent value.

    The smallest of them when several are equally frequent.

    >>> mode((3, 1, 3, 1, 2))
    1
    """
    parts, scale = _scaled("mode", data)
    counts = Counter(parts)
    most = max(counts.values())
    return in_form_of(Fraction(min(x for x in counts if counts[x] == most), scale), data)


@tool("statistics", keywords=("spread", "dispersion", "sigma squared", "population variance"))
def variance(data: Distribution | Numbers) -> Number:
    """Population variance: mean squared deviation.

    >>> variance((2, 4, 4, 4, 5, 5, 7, 9)), variance(Distribution("poisson", (3,)))
    (4, 3)
    """
    if isinstance(data, Distribution):
        return in_form_of(variance_of(data), data.parameters)
    return in_form_of(_squared_deviation("variance", data) / len(data), data)


@tool("statistics", keywords=("sd", "sigma", "spread", "dispersion", "population", "deviate"))
def standard_deviation(data: Distribution | Numbers) -> Number:
    """Population standard deviation, the spread around the mean.

    Exact when the variance is a perfect square, else a float.

    >>> standard_deviation((2, 4, 4, 4, 5, 5, 7, 9))
    2
    >>> standard_deviation((1, 2, 4))
    1.247219128924647
    """
    if isinstance(data, Distribution):
        return _in_form(square_root(variance_of(data)), data.parameters)
    squares = _squared_deviation("standard_deviation", data)
    return _in_form(square_root(squares / len(data)), data)


@tool("statistics", keywords=("sd", "estimate", "n - 1", "unbiased", "spread", "stdev"))
def sample_standard_deviation(data: Numbers) -> Number:
    """Sample standard deviation, dividing by n - 1.

    Exact when the sample variance is a perfect square, else a float.

    >>> sample_standard_deviation((1, 2, 3))
    1
    >>> sample_standard_deviation((1, 2, 4))
    1.5275252316519468
    """
    squares = _squared_deviation("sample_standard_deviation", data, least=2)
    return _in_form(square_root(squares / (len(data) - 1)), data)


@tool("statistics", keywords=("add up", "sum up", "altogether", "in all", "overall", "combined"))
def total(data: Numbers) -> Number:
    """Sum of all numbers in a list.

    >>> total((1, 2, Fraction(1, 2)))
    Fraction(7, 2)
    """
    parts, scale = over_common_denominator("total", data) if data else ([], 1)
    return in_form_of(Fraction(sum(parts), scale), data)


@tool(
    "statistics",
    keywords=(
        *("max", "highest", "greatest", "biggest", "top", "best", "longest", "tallest"),
        *("heaviest", "fastest", "hottest", "oldest", "strongest", "dearest"),
    ),
)
def maximum(data: Numbers) -> Number:
    """Largest number in a list.

    >>> maximum((3, Fraction(7, 2), 1))
    Fraction(7, 2)
    """
    parts, _ = _scaled("maximum", data)
    return data[parts.index(max(parts))]


@tool(
    "statistics",
    keywords=(
        *("min", "lowest", "least", "smallest", "bottom", "worst", "poorest", "shortest"),
        *("lightest", "slowest", "coldest", "youngest", "weakest", "cheapest"),
    ),
)
def minimum(data: Numbers) -> Number:
    """Smallest number in a list.

    >>> minimum((3, Fraction(7, 2), 1))
    1
    """
    parts, _ = _scaled("minimum", data)
    return data[parts.index(min(parts))]


@tool("statistics", keywords=("range", "spread", "difference", "highest", "lowest", "span"))
def data_range(data: Numbers) -> Number:
    """Range of a list: largest minus smallest.

    >>> data_range((3, 10, 4))
    7
    """
    parts, scale = _scaled("data_range", data)
    return in_form_of(Fraction(max(parts) - min(parts), scale), data)


@tool("statistics", keywords=("quantile", "quartile", "decile", "rank", "score", "top"))
def percentile(data: Numbers, percent: Number) -> Number:
    """Value below which a percent of the data lies.

    Linear interpolation between the two nearest of the sorted data, as numpy does by default:
    the least is the 0th percentile, the greatest the 100th.

    >>> percentile((1, 2, 3, 4), 25)
    Decimal('1.75')
    """
    if not 0 <= percent <= 100:
        raise ToolError(f"`percentile` needs 0 <= percent <= 100, got percent={clip(percent)}")
    parts, scale = _scaled("percentile", data)
    ordered = sorted(parts)
    rank = Fraction(percent) * (len(ordered) - 1) / 100
    below = math.floor(rank)
    above = min(below + 1, len(ordered) - 1)
    value = ordered[below] + (rank - below) * (ordered[above] - ordered[below])
    return in_form_of(value / scale, (*data, percent))
