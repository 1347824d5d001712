"""Words that name a part of a value in the same text, and units that it is wanted in."""

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.patterns import FURTHER
from fluxem_encoders.structures.data import Word
from fluxem_encoders.structures.physics import BareUnit

TABLE = "name,price,qty\npen,2,3\nnote book,10,1\n\n"
EDGES = "the graph A-B (2), B-C (3), C-D (1)"


def named(text: str) -> list[tuple[str, str]]:
    spans = detect(text, domains=FURTHER)
    return [(s.text, s.value.to_text()) for s in spans if isinstance(s.value, Word | BareUnit)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("convert 26.2 miles to km", [("km", "km")]),
        ("How many kilometers is 5 miles?", [("kilometers", "kilometers")]),
        ("5 km = ? miles", [("miles", "miles")]),
        ("what's the kg equivalent of 150 lb", [("kg", "kg")]),
        ("100 km/h in m/s, please", [("m/s", "m/s")]),
        ("5 km in m", [("m", "m")]),
        ("9.8 m/s^2 in feet per second squared", [("feet per second squared",) * 2]),
        ("20 °C in fahrenheit", [("fahrenheit", "°F")]),
        (f"{TABLE}What is the total of the Prices?", [("Prices", "price")]),
        (f"{TABLE}price of the note book?", [("price", "price"), ("note book", "note book")]),
        (f"shortest path from A to D in {EDGES}", [("A", "A"), ("D", "D")]),
        (f"degree of B in {EDGES}", [("B", "B")]),
        ("how many oxygen atoms are in CO2", [("oxygen", "O")]),
        ("mass percent of O in H2O", [("O", "O")]),
        ("atomic number of Fe", [("Fe", "Fe")]),
        ("how many Gs in the DNA sequence ATGGCCGATTAG", [("Gs", "G")]),
    ],
)
def test_found(text: str, found: list[tuple[str, str]]) -> None:
    assert named(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "the price in miles, the names from A to D, the oxygen in the air",
        "A tank holds 500 liters. How many liters do 6 tanks hold?",
        "we drove 5 km in a car that weighs what a kilo of feathers does not",
        f"A person asks: what is {EDGES} about?",
        "In H2SO4? At 300 K?",
        "The DNA sequence ATGGCCGATTAG. A long one.",
        "We won gold and 3 more medals",
    ],
)
def test_not_found(text: str) -> None:
    assert named(text) == []


def test_limit_and_order() -> None:
    text = "5 km in miles and 6 km in yards"
    spans = detect(text, domains=FURTHER, limit=3)
    assert [s.text for s in spans] == ["5 km", "miles", "6 km"]
