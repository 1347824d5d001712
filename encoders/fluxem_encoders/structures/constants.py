"""Constants of nature and standard values: what they are called, and the quantities they are."""

from decimal import Decimal
from typing import Literal

from fluxem_encoders.structures.physics import Quantity

ConstantName = Literal[
    "speed_of_light",
    "planck",
    "elementary_charge",
    "boltzmann",
    "avogadro",
    "gas_constant",
    "faraday",
    "standard_gravity",
    "standard_atmosphere",
    "gravitational",
    "electron_mass",
    "proton_mass",
    "neutron_mass",
    "atomic_mass",
    "vacuum_permittivity",
    "vacuum_permeability",
    "rydberg",
    "bohr_radius",
    "stefan_boltzmann",
]

_WRITTEN: dict[ConstantName, tuple[str, str]] = {
    # Exact by the definitions of the SI (2019) and of the standards.
    "speed_of_light": ("299792458", "m/s"),
    "planck": ("6.62607015e-34", "J·s"),
    "elementary_charge": ("1.602176634e-19", "C"),
    "boltzmann": ("1.380649e-23", "J/K"),
    "avogadro": ("6.02214076e23", "1/mol"),
    "gas_constant": ("8.31446261815324", "J/(mol·K)"),
    "faraday": ("96485.3321233100184", "C/mol"),
    "standard_gravity": ("9.80665", "m/s^2"),
    "standard_atmosphere": ("101325", "Pa"),
    # Measured; the last one is exact but endless. CODATA 2022.
    "gravitational": ("6.67430e-11", "m^3/(kg·s^2)"),
    "electron_mass": ("9.1093837139e-31", "kg"),
    "proton_mass": ("1.67262192595e-27", "kg"),
    "neutron_mass": ("1.67492750056e-27", "kg"),
    "atomic_mass": ("1.66053906892e-27", "kg"),
    "vacuum_permittivity": ("8.8541878188e-12", "F/m"),
    "vacuum_permeability": ("1.25663706127e-6", "N/A^2"),
    "rydberg": ("10973731.568157", "1/m"),
    "bohr_radius": ("5.29177210544e-11", "m"),
    "stefan_boltzmann": ("5.670374419e-8", "W/(m^2·K^4)"),
}

CONSTANTS = {
    name: Quantity(int(size) if size.isdigit() else Decimal(size), unit)
    for name, (size, unit) in _WRITTEN.items()
}
"""Those of CODATA 2022, exact by the SI's definition or with all digits that are published."""

NAME_OF_CONSTANT = {quantity: name for name, quantity in CONSTANTS.items()}
