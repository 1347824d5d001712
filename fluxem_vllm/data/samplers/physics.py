"""How people write quantities: a number and a unit, in symbols or words; and units by name."""

import random
from collections.abc import Callable

from fluxem_vllm.data.samplers.sampler import Sampler, Samplers, one_of
from fluxem_vllm.data.values import number_word

Measure = tuple[float, float, str]
"""The least and largest ordinary number, and the units that it goes with, between bars."""

Kind = tuple[Measure, ...]
"""What measures the same, the larger units first; 0 to 0 for units that are only asked for."""

_SHORT: Kind = ((0.5, 40, "m|m|meters|metres"), (2, 90, "ft|feet"), (5, 300, "cm|centimeters"))
_TINY: Kind = ((2, 60, "inches"), (2, 250, "cm"), (2, 900, "mm|millimeters"))
_LONG: Kind = ((2, 900, "miles"), (2, 900, "km|km|kilometers"), (200, 5000, "meters|yards"))
_MASS: Kind = ((40, 150, "kg|kg|kilograms"), (60, 300, "lbs|pounds"), (0, 0, "stone|kg"))
_PORTION: Kind = ((0.5, 5, "kg|kilos|pounds"), (2, 30, "oz|ounces"), (50, 900, "g|g|grams"))
_SPEED: Kind = (
    *((20, 130, "mph|mph|miles per hour"), (5, 60, "knots"), (4, 60, "m/s|meters per second")),
    (20, 200, "km/h|km/h|kilometers per hour"),
)
_WARMTH: Kind = (
    *((0, 450, "°F|°F|degrees Fahrenheit|degrees F|deg F|fahrenheit"), (50, 900, "K|kelvin")),
    (-30, 250, "°C|°C|degrees Celsius|degrees C|celsius"),
)
_LIQUID: Kind = ((2, 60, "gallons"), (2, 80, "L|liters|litres"), (2, 20, "quarts|pints"))
_POUR: Kind = (
    *((0.5, 3, "L|liters"), (0, 0, "cups"), (2, 12, "tablespoons|teaspoons")),
    *((0, 0, "tbsp|tsp"), (20, 900, "ml|mL|milliliters")),
)
_LAND: Kind = ((2, 500, "acres"), (2, 300, "hectares|ha"), (0, 0, "square miles|square kilometers"))
_FLOOR: Kind = ((5, 300, "m²|m^2|square meters"), (40, 3000, "sq ft|square feet"))
_FOOD: Kind = ((80, 900, "kcal|kilocalories"), (200, 5000, "kJ|kilojoules"))
_ENERGY: Kind = ((2, 90, "kWh"), (2, 300, "MJ|megajoules"), (0, 0, "joules|kWh"))
_POWER: Kind = ((40, 600, "hp|horsepower"), (2, 400, "kW|kilowatts"), (40, 2000, "W|watts"))
_AIR: Kind = (
    *((0.5, 8, "bar"), (20, 120, "psi"), (80, 500, "kPa|kilopascals"), (0.5, 9, "atm")),
    (600, 1000, "mmHg"),
)
_DATA: Kind = ((2, 900, "GB|gigabytes"), (2, 64, "GiB"), (50, 9000, "MB|megabytes"))
_RATE: Kind = ((10, 900, "Mbps|Mbit/s"), (5, 400, "MB/s"), (0, 0, "Gbps|kB/s"))
_ANGLE: Kind = ((10, 350, "degrees|°"), (0.5, 6, "radians"))

_PARTS = ("1/2", "1/4", "3/4", "1/3")
_KINDS = (
    *(_SHORT, _TINY, _LONG, _LONG, _MASS, _PORTION, _SPEED, _SPEED, _WARMTH, _WARMTH, _LIQUID),
    *(_POUR, _LAND, _FLOOR, _FOOD, _ENERGY, _POWER, _AIR, _DATA, _RATE, _ANGLE),
)


def _number(rng: random.Random, low: float, high: float, word: bool) -> str:
    """`12`, `2.5`, `1,200`, before the word for a unit also `twelve`, `2 1/2`, `3/4`."""
    if word and 0 < low < 10 and rng.random() < 0.1:
        return rng.choice(("1/2", "3/4", "2½", f"{rng.randint(2, 9)} {rng.choice(_PARTS)}"))
    if low % 1 or (low > 0 and rng.random() < 0.2):
        return f"{rng.uniform(low, high):.{rng.choice((1, 1, 2))}f}"
    n = round(low + (high - low) * rng.random() ** 1.5)
    if word and 1 < n <= 20 and rng.random() < 0.25:
        return number_word(n)
    return f"{n:,}" if n >= 1000 and rng.random() < 0.5 else str(n)


def _written(rng: random.Random, measure: Measure) -> str:
    """`12 km`, `12km`, `twelve kilometers`."""
    low, high, units = measure
    unit = rng.choice(units.split("|"))
    word = len(unit) > 4 and unit.replace(" ", "").isalpha()
    close = unit == "°" or (len(unit) < 4 and unit not in ("K", "l") and rng.random() < 0.15)
    return _number(rng, low, high, word) + ("" if close else " ") + unit


def measured(*measures: Measure) -> Sampler:
    """A sampler of quantities in one of the units."""
    return lambda rng: _written(rng, rng.choice([m for m in measures if m[1]]))


def height_of_people(rng: random.Random) -> str:
    """`5 ft 11 in`, `5'11"`, `6 feet 2 inches`."""
    form = rng.choice(("{} ft {} in", "{}'{}\"", "{} feet {} inches"))
    return form.format(rng.randint(4, 6), rng.randint(1, 11))


def any_quantity(rng: random.Random) -> str:
    """An everyday quantity of any kind."""
    return measured(*rng.choice(_KINDS))(rng)


def light(rng: random.Random) -> str:
    """`532 nm`, `600 THz`, `5.2e14 Hz`."""
    if rng.random() < 0.15:
        return f"{rng.uniform(4, 8):.{rng.randint(1, 2)}f}e14 Hz"
    return measured((380, 750, "nm|nm|nanometers"), (400, 790, "THz"))(rng)


def conversion(rng: random.Random) -> dict[str, str]:
    """A quantity and another unit of its kind."""
    kind = rng.choice(_KINDS)
    old = rng.choice([m for m in kind if m[1]])
    new = rng.choice([m for m in kind if m is not old])
    quantity = _written(rng, old)
    if kind is _TINY and rng.random() < 0.3:
        quantity, new = height_of_people(rng), kind[1]
    units = [unit for unit in new[2].split("|") if unit not in ("°", old[2].split("|")[0])]
    return {"quantity": quantity, "unit": rng.choice(units or ["kg"])}


def two_alike(*kinds: Kind) -> Callable[[random.Random], dict[str, str]]:
    """Two quantities of one kind, the first one mostly the larger."""

    def texts(rng: random.Random) -> dict[str, str]:
        kind = [m for m in rng.choice(kinds) if m[1]]
        first, second = sorted(rng.choices(range(len(kind)), k=2))
        low, high, units = kind[first]
        large = _written(rng, ((low + high) / 2, high, units))
        low, high, units = kind[second]
        return {"a": large, "b": _written(rng, (low, (low + high) / 2, units))}

    return texts


def two_of_any_kind(rng: random.Random) -> dict[str, str]:
    """Two quantities that measure the same thing or do not."""
    kind = rng.choice(_KINDS)
    other = kind if rng.random() < 0.5 else rng.choice(_KINDS)
    return {"a": measured(*kind)(rng), "b": measured(*other)(rng)}


_moving_mass = measured(
    *((800, 2500, "kg|kg|kilograms"), (40, 110, "kg|kg|kilos"), (50, 900, "g|grams")),
    *((2, 40, "kg|tonnes"), (3, 250, "lbs|pounds")),
)
_speed = measured(*_SPEED, (2, 40, "m/s|m/s|m/s|metres per second"))
_acceleration = measured(
    (0.5, 15, "m/s^2|m/s²|m/s^2|meters per second squared|m/s2"), (4, 32, "ft/s^2")
)
_duration = measured((2, 60, "seconds|seconds|minutes"), (2, 12, "hours"))
_voltage = measured((1.5, 24, "V|V|volts"), (100, 400, "V|volts"), (2, 30, "kV"), (50, 900, "mV"))
_current = measured((0.2, 16, "amps|amps|amperes"), (2, 30, "amps"), (5, 900, "mA|milliamps"))
_resistance = measured((2, 900, "Ω|ohms|Ω"), (2, 90, "kΩ"))
_sound_or_light = one_of("343 m/s", "340 m/s", "1,480 m/s", "1500 m/s", "2e8 m/s", "330 m/s")

SAMPLERS: Samplers = {
    "convert_units": conversion,
    "magnitude_in_unit": conversion,
    "add_quantities": two_alike(_PORTION, _PORTION, _MASS),
    "subtract_quantities": two_alike(_SHORT, _TINY, _LONG),
    "divide_quantities": two_alike(_LIQUID + _POUR[:1] + _POUR[-1:]),
    ("multiply_quantities", "a"): measured(*_SHORT),
    ("multiply_quantities", "b"): measured(*_SHORT),
    ("quantity_power", "quantity"): measured(*_SHORT, *_TINY),
    ("quantity_power", "exponent"): one_of("2", "3", "2", "3", "4"),
    "same_dimension": two_of_any_kind,
    ("kinetic_energy", "mass"): _moving_mass,
    ("kinetic_energy", "speed"): _speed,
    ("potential_energy", "mass"): _moving_mass,
    ("potential_energy", "height"): measured((2, 90, "m|m|meters"), (5, 300, "ft|feet|metres")),
    ("potential_energy", "gravity"): one_of("1.62 m/s^2", "3.7 m/s²", "9.8 m/s^2", "24.8 m/s^2"),
    ("force", "mass"): _moving_mass,
    ("force", "acceleration"): _acceleration,
    ("momentum", "mass"): _moving_mass,
    ("momentum", "velocity"): _speed,
    ("final_velocity", "initial_velocity"): _speed,
    ("final_velocity", "acceleration"): _acceleration,
    ("final_velocity", "time"): _duration,
    ("distance_travelled", "velocity"): _speed,
    ("distance_travelled", "acceleration"): _acceleration,
    ("distance_travelled", "time"): _duration,
    ("voltage", "current"): _current,
    ("voltage", "resistance"): _resistance,
    ("electric_current", "voltage"): _voltage,
    ("electric_current", "resistance"): _resistance,
    ("electrical_resistance", "voltage"): _voltage,
    ("electrical_resistance", "current"): _current,
    ("electric_power", "voltage"): _voltage,
    ("electric_power", "current"): _current,
    ("ideal_gas_pressure", "amount"): measured((0.1, 5, "mol|moles"), (2, 40, "mol|moles")),
    ("ideal_gas_pressure", "temperature"): measured((250, 600, "K|kelvin"), (5, 90, "°C|°C")),
    ("ideal_gas_pressure", "volume"): measured((2, 60, "L|liters|litres"), (0.5, 4, "m^3|m³")),
    ("density", "mass"): measured((20, 900, "g|g|grams"), (2, 90, "kg|kilograms|pounds")),
    ("density", "volume"): measured((5, 300, "cm^3|cm³|mL|ml"), (2, 40, "L|liters|cubic feet")),
    ("pressure", "force"): measured((20, 900, "N|N|newtons"), (2, 40, "kN"), (20, 300, "lbf")),
    ("pressure", "area"): measured((4, 400, "cm^2|cm²|square inches"), (0.2, 4, "m^2|m²")),
    ("wavelength", "frequency"): measured(
        *((87, 108, "MHz"), (2, 60, "GHz"), (2, 90, "kHz|kilohertz"), (20, 900, "Hz|hertz"))
    ),
    ("wavelength", "speed"): _sound_or_light,
    ("photon_energy", "wave"): light,
}
