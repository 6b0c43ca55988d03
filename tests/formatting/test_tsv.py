"""TSV: the values of the CSV, separated by tabs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistui.formatting.serialization import csv_to_tsv, to_csv


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", "plain"),
        ('has "quotes", commas', 'has "quotes", commas'),
        ("two\nlines", "two lines"),
        ("a\r\nb", "a b"),
        ("a\tb", "a b"),
        (None, ""),
        (0, "0"),
    ],
)
def test_a_value_is_on_one_line_without_quotes(value: object, expected: str) -> None:
    assert csv_to_tsv(to_csv(("name", "value"), [("x", value)])) == f"name\tvalue\nx\t{expected}\n"


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_every_row_is_one_line_with_as_many_values(rows: list[list[str]]) -> None:
    lines = csv_to_tsv(to_csv(("a", "b"), rows)).split("\n")
    assert [line.count("\t") for line in lines] == [*[1] * (len(rows) + 1), 0]
