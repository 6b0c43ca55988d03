"""Every response field with a value of a wrong type: it is unknown and named, or it is read."""

import json
from contextlib import aclosing
from typing import Any

import pytest

from kistui.client.domestic_balance import LotPage, fetch_balance, parse_page
from kistui.client.pagination import Cursor
from kistui.models.balance import Balance, BalanceSummary, Lot
from kistui.models.kis_fields import FieldSpec, ValueType, field_specs
from kistui.simulator import Response
from tests.faults.fault_table import BALANCE_PATH
from tests.faults.harness import FaultHarness
from tests.support import BALANCE_ROW, BALANCE_SUMMARY, balance_body

TEXTS = {ValueType.TEXT, ValueType.CODE}
WRONG: dict[str, tuple[Any, ...]] = {
    "list": ([], ["1"]),
    "object": ({}, {"1": "1"}),
    "truth": (True, False),
    "text for a number": ("x", "1e5", "1,000", "0x10", "--1", "1 2", "∞", "NaN"),
    "number for text": (1, 0),
    "null": (None,),
}
FIELDS = [(record, spec) for record in (Lot, BalanceSummary) for spec in field_specs(record)]


def body_without(key: str) -> dict[str, Any]:
    """Return the body of a balance of one row; no record in it has this field."""
    row, summary = (
        {name: value for name, value in record.items() if name != key}
        for record in (BALANCE_ROW, BALANCE_SUMMARY)
    )
    return balance_body([row], output2=[summary])


def body_with(record: type[Any], key: str, value: object) -> dict[str, Any]:
    """Return the body of a balance of one row, with another value in a field of one record."""
    body = balance_body([BALANCE_ROW])
    rows = "output1" if record is Lot else "output2"
    return body | {rows: [body[rows][0] | {key: value}]}


async def read(body: dict[str, Any]) -> Balance:
    """Return the balance of one page, as the client reads it."""

    async def fetch_page(_cursor: Cursor, _page: int) -> LotPage:
        return parse_page("", body)

    return await fetch_balance(fetch_page, lambda _event: None)


def value_in(balance: Balance, record: type[Any], spec: FieldSpec) -> object:
    """Return the value of a field in the first row of the balance, or in its summary."""
    return getattr(balance.lots[0] if record is Lot else balance.summary, spec.name)


@pytest.mark.parametrize("kind", WRONG)
async def test_a_wrong_type_in_any_field_is_named_or_read_as_missing(kind: str) -> None:
    for record, spec in FIELDS:
        for value in WRONG[kind]:
            balance = await read(body_with(record, spec.key, value))
            is_unreadable = _is_unreadable(kind, spec.value_type)
            assert balance.unreadable_fields == ((spec.key,) if is_unreadable else ()), value
            if is_unreadable:
                assert value_in(balance, record, spec) is None
            assert balance.holdings


async def test_wrong_types_leave_no_trace_in_the_session(harness: FaultHarness) -> None:
    async with aclosing(harness.open_session()) as session:
        valid_balance = await harness.fetch_balance(session)
        for kind, (value, *_) in WRONG.items():
            body = json.dumps(body_with(Lot, "hldg_qty", value)).encode()
            harness.simulator.script(BALANCE_PATH, Response(body=body))
            balance = await harness.fetch_balance(session)
            assert balance.unreadable_fields == (
                ("hldg_qty",) if _is_unreadable(kind, ValueType.QUANTITY) else ()
            )
        assert len((await harness.fetch_balance(session)).open_holdings) == len(
            valid_balance.open_holdings
        )
    assert harness.simulator.notice_count == 1  # a token was issued once


async def test_a_missing_field_is_not_read_as_zero() -> None:
    assert {spec.key for _, spec in FIELDS} == {*BALANCE_ROW, *BALANCE_SUMMARY}
    for record, spec in FIELDS:
        assert value_in(await read(body_without(spec.key)), record, spec) is None, spec.key


def _is_unreadable(kind: str, unit: ValueType) -> bool:
    match kind:
        case "null":
            return False
        case "number for text":
            return unit in TEXTS or unit is ValueType.DATE
        case "text for a number":
            return unit not in TEXTS
        case _:
            return True
