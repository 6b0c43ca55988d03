"""Every response field with a value of a wrong type: it is unknown and named, or it is read."""

import json
from contextlib import aclosing
from typing import Any

import pytest

from kistui.models.balance import BalanceSummary, Lot
from kistui.models.kis_fields import ValueType, field_specs
from kistui.services.session import Session
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


@pytest.mark.parametrize("kind", WRONG)
async def test_a_wrong_type_in_any_field_is_named_or_read_as_missing(
    harness: FaultHarness, kind: str
) -> None:
    async with aclosing(harness.open_session()) as session:
        valid_balance = await harness.fetch_balance(session)
        await _try_all(harness, session, kind)
        assert len((await harness.fetch_balance(session)).open_holdings) == len(
            valid_balance.open_holdings
        )
    assert harness.simulator.notices == 1  # a token was issued once


async def _try_all(harness: FaultHarness, session: Session, kind: str) -> None:
    for record, rows in ((Lot, "output1"), (BalanceSummary, "output2")):
        for spec in field_specs(record):
            for value in WRONG[kind]:
                content = {"output1": [BALANCE_ROW], "output2": [BALANCE_SUMMARY]}
                content[rows] = [content[rows][0] | {spec.key: value}]
                body = json.dumps(balance_body([], **content)).encode()
                harness.simulator.script(BALANCE_PATH, Response(body=body))
                balance = await harness.fetch_balance(session)
                is_unreadable = _is_unreadable(kind, spec.value_type)
                assert balance.unreadable_fields == ((spec.key,) if is_unreadable else ()), value
                records = {Lot: balance.lots[0], BalanceSummary: balance.summary}
                if is_unreadable:
                    assert getattr(records[record], spec.name) is None
                assert balance.holdings


@pytest.mark.parametrize("key", [*BALANCE_ROW, *BALANCE_SUMMARY])
async def test_a_missing_field_is_not_read_as_zero(harness: FaultHarness, key: str) -> None:
    row = {name: value for name, value in BALANCE_ROW.items() if name != key}
    summary = {name: value for name, value in BALANCE_SUMMARY.items() if name != key}
    body = json.dumps(balance_body([row], output2=[summary])).encode()
    harness.simulator.script(BALANCE_PATH, Response(body=body))
    async with aclosing(harness.open_session()) as session:
        balance = await harness.fetch_balance(session)
    records = ((Lot, balance.lots[0]), (BalanceSummary, balance.summary))
    (value,) = (
        getattr(result, spec.name)
        for record, result in records
        for spec in field_specs(record)
        if spec.key == key
    )
    assert value is None


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
