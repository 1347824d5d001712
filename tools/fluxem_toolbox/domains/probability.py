"""Named distributions, the probabilities of events, and Bayes' rule."""

import math
from fractions import Fraction

from fluxem_encoders.forms import clip
from fluxem_encoders.values import Distribution, Number
from fluxem_toolbox.distributions import CONTINUOUS, checked
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.masses import interval_probability
from fluxem_toolbox.rationals import in_form_of
from fluxem_toolbox.registry import tool


@tool("probability", keywords=("trials", "coin", "flips", "successes", "independent", "each"))
def binomial_distribution(n: int, p: Number) -> Distribution:
    """Binomial: number of successes in n trials.

    >>> binomial_distribution(10, Fraction(1, 2))
    Distribution(family='binomial', parameters=(10, Fraction(1, 2)))
    """
    return checked(Distribution("binomial", (n, p)))


@tool("probability", keywords=("events", "arrivals", "calls", "per hour", "average rate", "lambda"))
def poisson_distribution(rate: Number) -> Distribution:
    """Poisson: number of events at an average rate.

    >>> poisson_distribution(3)
    Distribution(family='poisson', parameters=(3,))
    """
    return checked(Distribution("poisson", (rate,)))


@tool("probability", keywords=("gaussian", "bell curve", "normally distributed", "sigma", "mu"))
def normal_distribution(mean: Number, sd: Number) -> Distribution:
    """Normal, the bell curve: mean and standard deviation.

    >>> normal_distribution(100, 15)
    Distribution(family='normal', parameters=(100, 15))
    """
    return checked(Distribution("normal", (mean, sd)))


@tool("probability", keywords=("first success", "until", "tries", "attempts", "waiting", "trials"))
def geometric_distribution(p: Number) -> Distribution:
    """Geometric: number of trials up to the first success.

    >>> geometric_distribution(Fraction(1, 6))
    Distribution(family='geometric', parameters=(Fraction(1, 6),))
    """
    return checked(Distribution("geometric", (p,)))


@tool("probability", keywords=("waiting time", "lifetime", "between events", "decay", "lambda"))
def exponential_distribution(rate: Number) -> Distribution:
    """Exponential: waiting time at an average rate.

    >>> exponential_distribution(2)
    Distribution(family='exponential', parameters=(2,))
    """
    return checked(Distribution("exponential", (rate,)))


@tool("probability", keywords=("equally likely", "evenly", "random point", "between", "interval"))
def uniform_distribution(low: Number, high: Number) -> Distribution:
    """Uniform: any real value from low to high.

    Continuous; every value between is equally likely.

    >>> uniform_distribution(0, 60)
    Distribution(family='uniform', parameters=(0, 60))
    """
    return checked(Distribution("uniform", (low, high)))


@tool("probability", keywords=("exact", "equal", "equals", "precisely", "P(X = x)", "pmf"))
def probability_exactly(distribution: Distribution, x: Number) -> Number:
    """Chance of exactly x, P(X = x).

    0 for continuous families.

    >>> probability_exactly(Distribution("binomial", (10, Fraction(1, 2))), 3)
    Fraction(15, 128)
    >>> probability_exactly(Distribution("poisson", (3,)), 2)
    0.22404180765538775
    """
    return _probability(distribution, x, x)


@tool("probability", keywords=("up to", "no more than", "maximum", "cdf", "or fewer", "or less"))
def probability_at_most(distribution: Distribution, x: Number) -> Number:
    """Chance of at most x, P(X <= x).

    >>> probability_at_most(Distribution("geometric", (Fraction(1, 6),)), 2)
    Fraction(11, 36)
    >>> probability_at_most(Distribution("normal", (100, 15)), 130)
    0.9772498680518208
    """
    return _probability(distribution, None, x)


@tool("probability", keywords=("no fewer than", "minimum", "or more", "not less than"))
def probability_at_least(distribution: Distribution, x: Number) -> Number:
    """Chance of at least x, P(X >= x).

    >>> probability_at_least(Distribution("binomial", (3, Fraction(1, 2))), 2)
    Fraction(1, 2)
    >>> probability_at_least(Distribution("exponential", (2,)), 1)
    0.1353352832366127
    """
    return _probability(distribution, x, None)


@tool("probability", keywords=("above", "exceeds", "greater than", "over", "survival", "longer"))
def probability_more_than(distribution: Distribution, x: Number) -> Number:
    """Chance of more than x, P(X > x).

    >>> probability_more_than(Distribution("normal", (100, 15)), 130)
    0.02275013194817921
    """
    discrete = distribution.family not in CONTINUOUS
    return _probability(distribution, math.floor(x) + 1 if discrete else x, None)


@tool("probability", keywords=("below", "fewer than", "under", "shorter", "smaller"))
def probability_less_than(distribution: Distribution, x: Number) -> Number:
    """Chance of less than x, P(X < x).

    >>> probability_less_than(Distribution("uniform", (0, 60)), 15)
    Decimal('0.25')
    >>> probability_less_than(Distribution("normal", (100, 15)), 130)
    0.9772498680518208
    """
    discrete = distribution.family not in CONTINUOUS
    return _probability(distribution, None, math.ceil(x) - 1 if discrete else x)


@tool("probability", keywords=("from", "to", "within", "range", "interval", "inclusive"))
def probability_between(distribution: Distribution, low: Number, high: Number) -> Number:
    """Chance from low to high inclusive, P(low <= X <= high).

    >>> probability_between(Distribution("binomial", (4, Fraction(1, 2))), 1, 2)
    Fraction(5, 8)
    >>> probability_between(Distribution("normal", (0, 1)), -1, 1)
    0.6826894921370859
    """
    if low > high:
        raise ToolError(
            f"`probability_between` needs low <= high, got low={clip(low)}, high={clip(high)}"
        )
    return _probability(distribution, low, high)


def _probability(d: Distribution, low: Number | None, high: Number | None) -> Number:
    ends = [x for x in (low, high) if x is not None]
    low, high = (None if x is None else Fraction(x) for x in (low, high))
    p = interval_probability(d, low, high)
    return p if isinstance(p, float) else in_form_of(p, (*d.parameters, *ends))


@tool("probability", keywords=("test", "positive", "posterior", "disease", "given", "conditional"))
def bayes(prior: Number, likelihood: Number, false_positive_rate: Number) -> Number:
    """Bayes' rule: chance of the cause, given the evidence.

    P(H|E) from P(H), P(E|H) and P(E|not H).

    >>> bayes(Fraction(1, 100), Fraction(9, 10), Fraction(1, 20))
    Fraction(2, 13)
    """
    given = {"prior": prior, "likelihood": likelihood, "false_positive_rate": false_positive_rate}
    for name, p in given.items():
        if not 0 <= p <= 1:
            raise ToolError(f"`bayes` needs 0 <= {name} <= 1, got {name}={clip(p)}")
    true_positive = Fraction(prior) * Fraction(likelihood)
    evidence = true_positive + (1 - Fraction(prior)) * Fraction(false_positive_rate)
    if evidence == 0:
        raise ToolError("`bayes` needs evidence that can occur: here its chance is 0", "undefined")
    return in_form_of(true_positive / evidence, given.values())
