"""Values for fuzz tests; `KISTUI_FUZZ` is the number of examples, by default few and the same.

KISTUI_FUZZ=200000 python -m pytest tests/fuzz -n2
"""

import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from kistui.models.kis_fields import field_specs

MAX_EXAMPLES = int(os.environ.get("KISTUI_FUZZ", "0"))

fuzz_settings = settings(
    max_examples=MAX_EXAMPLES or 25,
    derandomize=not MAX_EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)

EDGE_CASE_STRINGS = (
    "", " ", "0", "-0", "1e999", "NaN", "٣", "１", "00000000", "99991231", "00010101", "005930",
    "0" * 31, "9" * 19, "-" + "9" * 19, "0.000000000001", "-100.00000000", "\ud800", "\0",
    "1" * 5000, "가" * 2000, "Y", "N", "01", "M", "+1.44", "=cmd", "[red]", "\x1b[2J",
)  # fmt: skip

# Texts where a number, a date, a key or a name is expected.
RAW_VALUES = st.one_of(
    st.text(max_size=40),
    st.text("0123456789", max_size=20),
    st.tuples(st.integers(-(10**20), 10**20), st.text("0123456789", max_size=13)).map(
        "{0[0]}.{0[1]}".format
    ),
    st.integers(0, 99_999_999).map("{:08}".format),
    st.sampled_from(EDGE_CASE_STRINGS),
)

JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | RAW_VALUES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=6,
)

NUMBERS = st.integers(-(10**18), 10**18).map(str) | st.sampled_from(["0", "1", "10", "1.5", ""])
VALUES = st.sampled_from(["20261123", "20261120", "01", "02", "Y", "NASD", "USD"]) | NUMBERS


def rows_of(record: type[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return rows with values that are mostly fit for some field of a record."""
    keys = [spec.key for spec in field_specs(record)]
    row = st.dictionaries(st.sampled_from(keys), VALUES | RAW_VALUES | JSON_VALUES, max_size=20)
    return st.lists(row, max_size=5)
