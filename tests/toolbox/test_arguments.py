"""Arguments read values of neighbouring types where there is one way to."""

from fractions import Fraction

import pytest

from fluxem_encoders.structures.geometry import Point
from fluxem_encoders.structures.physics import Quantity
from fluxem_encoders.values import Duration
from fluxem_toolbox import ToolError, call


@pytest.mark.parametrize(
    ("duration", "quantity"),
    [
        (Duration(seconds=7200), Quantity(2, "h")),
        (Duration(days=3), Quantity(3, "day")),
        (Duration(days=1, seconds=90), Quantity(86_490, "s")),
        (Duration(seconds=180), Quantity(3, "min")),
        (Duration(seconds=Fraction(1, 2)), Quantity(Fraction(1, 2), "s")),
        (Duration(), Quantity(0, "day")),
    ],
)
def test_a_duration_is_a_quantity_of_time(duration, quantity):
    speed = Quantity(60, "m/s")
    arguments = [{"a": speed, "b": time} for time in (duration, quantity)]
    assert call("multiply_quantities", arguments[0]) == call("multiply_quantities", arguments[1])


def test_months_are_no_quantity():
    with pytest.raises(ToolError, match="no fixed number of seconds; give days"):
        call("multiply_quantities", {"a": Quantity(1, "m/s"), "b": Duration(months=1)})


def test_points_make_up_a_polygon():
    corners = [Point((0, 0)), Point((4, 0)), Point((4, 3))]
    assert call("polygon_area", {"polygon": corners}) == (6, True)


def test_a_point_is_a_list_of_its_coordinates():
    assert call("mean", {"data": Point((2, 3))}) == call("mean", {"data": (2, 3)})
    with pytest.raises(ToolError, match="expected"):
        call("mean", {"data": Quantity(1, "m")})
