"""Every field of an answer, each with what it is not: named, or read for what it is."""

import json
from contextlib import aclosing
from typing import Any

import pytest

from kistui.errors import MalformedResponseError
from kistui.models.balance import Lot, BalanceSummary
from kistui.models.kis_fields import ValueType, field_specs
from kistui.services.session import Session
from kistui.simulator import Reply
from tests.faults.desk import Desk
from tests.faults.table import BALANCE, TOKEN
from tests.support import ROW, SUMMARY, body

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
async def test_a_wrong_type_in_any_field_is_named_or_absent(desk: Desk, kind: str) -> None:
    async with aclosing(desk.open()) as session:
        good = await desk.read(session)
        await _try_all(desk, session, kind)
        assert len((await desk.read(session)).open_holdings) == len(good.open_holdings)
    assert desk.simulator.count(TOKEN) == 1


async def _try_all(desk: Desk, session: Session, kind: str) -> None:
    for record, rows in ((Lot, "output1"), (BalanceSummary, "output2")):
        for spec in field_specs(record):
            for value in WRONG[kind]:
                content = {"output1": [ROW], "output2": [SUMMARY]}
                content[rows] = [content[rows][0] | {spec.key: value}]
                answer = json.dumps(body([], **content)).encode()
                desk.simulator.script(BALANCE, Reply(body=answer))
                if not _is_refused(kind, spec.value_type):
                    await desk.read(session)
                    continue
                with pytest.raises(MalformedResponseError) as caught:
                    await desk.read(session)
                assert caught.value.details == {"where": spec.key}, value


@pytest.mark.parametrize("key", [*ROW, *SUMMARY])
async def test_a_field_that_is_missing_is_no_zero(desk: Desk, key: str) -> None:
    row = {name: value for name, value in ROW.items() if name != key}
    summary = {name: value for name, value in SUMMARY.items() if name != key}
    answer = json.dumps(body([row], output2=[summary])).encode()
    desk.simulator.script(BALANCE, Reply(body=answer))
    async with aclosing(desk.open()) as session:
        balance = await desk.read(session)
    records = ((Lot, balance.lots[0]), (BalanceSummary, balance.summary))
    (value,) = (
        getattr(each, spec.name)
        for record, each in records
        for spec in field_specs(record)
        if spec.key == key
    )
    assert value is None


def _is_refused(kind: str, unit: ValueType) -> bool:
    match kind:
        case "null":
            return False
        case "number for text":
            return unit in TEXTS or unit is ValueType.DATE
        case "text for a number":
            return unit not in TEXTS
        case _:
            return True
