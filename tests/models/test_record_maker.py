"""Records made in bulk are the records that their class makes."""

from dataclasses import FrozenInstanceError, fields
from decimal import Decimal
from typing import Any

import pytest

from kistui.models.balance import BalanceSummary, Holding, Lot
from kistui.models.overseas_records import TradeDateLot
from kistui.models.record import maker


@pytest.mark.parametrize("record", [Lot, Holding, BalanceSummary, TradeDateLot])
def test_a_made_record_is_one_of_its_class(record: type[Any]) -> None:
    values = {each.name: at for at, each in enumerate(fields(record))}
    made, usual = maker(record)(*values.values()), record(**values)
    assert type(made) is record
    assert (made, hash(made), repr(made)) == (usual, hash(usual), repr(usual))
    with pytest.raises(FrozenInstanceError):
        setattr(made, fields(record)[0].name, "other")


def test_all_values_are_asked_for() -> None:
    with pytest.raises(TypeError):
        maker(Lot)(code="005930", price=Decimal(1))
