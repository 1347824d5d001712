import pytest

from tests.detection.spans import texts

NONE = [
    "v2.3.1", "version 2", "release 1.2.3", "Python 3.11", "python3.11",
    "call 555-1234", "(555) 123-4567", "415-555-2671", "415.555.2671", "+1 555 123 4567",
    "my number: +44 20 7946 0958",
    "section 3.2", "see Figure 4.", "chapter 12", "on page 9", "fig. 3", "§ 12", "p. 7",
    "Hello!", "x1", "foo_2", "COVID-19", "Covid-19", "A4", "MP3", "GPT-4", "Q2", "é5",
    "exercise 7:", "Ward 6.", "ticket number 4711", "invoice no. 2291", "gate 9,", "flight LH 438",
    "tier 37;", "house nr. 4", "order #5512",
    "https://a.b/c?d=3&e=4", "www.x.org/2", "me2@x.com", "3.doe4@y.org"[2:], "example1.com/page2",
    "report_2024.pdf", "2024.csv", "192.168.1.1", "ISBN 978-3-16-148410-0",
    "9f86d081884c7d659a2feaa0c55ad015", "a3f5c9", "550e8400-e29b-41d4-a716-446655440000", "0x1F",
    "10:30", "at 9:05 pm", "23:59:59", "<|flux_0|>", "<|flux_12|>", "<|im_start|>",
]  # fmt: skip


@pytest.mark.parametrize("text", NONE)
def test_no_value(text):
    assert texts(text) == []
    assert texts(f"I read {text} and 7 more") == ["7"]


MIXED = [
    ("ratio 7:11", ["7", "11"]),
    ("in the ratio of 10:30", ["10", "30"]),
    ("on a scale of 1:20", ["1", "20"]),
    ("a 7:11 ratio", ["7", "11"]),
    ("3:2", ["3", "2"]),
    ("pages 10 to 40", ["10", "40"]),
    ("room for 5", ["5"]),
    ("a gate 3 m wide", ["3"]),
    ("the stall 20, the flight 250 and the ticket 3.", ["20", "250", "3"]),
    ("exercise 3 times a week", ["3"]),
    ("a ticket 12.50 each", ["12.50"]),
    ("ticket 12.50, cash", ["12.50"]),
    ("the number 5, please", ["5"]),
    ("of order 4, so", ["4"]),
    ("The answer is no. 5 remain", ["5"]),
    ("gate 9, and gave 200", ["200"]),
    ("question 12 asks for 3 coins", ["3"]),
    ("12 apples@2.50 each", ["12", "2.50"]),
    ("x1 + 3", ["3"]),
    ("x-2", ["2"]),
    ("log2(8)", ["8"]),
    ("3D", ["3"]),
    ("10 sec. 5 people", ["10 sec", "5"]),
    ("windows 3.5 m wide", ["3.5"]),
    ("I have 2.Then 3.", ["2", "3"]),
]


@pytest.mark.parametrize(("text", "spans"), MIXED)
def test_values_beside_prose(text, spans):
    assert texts(text) == spans
