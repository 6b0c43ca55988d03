"""Which holdings have daily prices, and until when these are of the present day."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from kistui.clock import KST
from kistui.models.balance import merge_lots
from kistui.models.markets import MARKET_BY_EXCHANGE
from kistui.models.overseas import OverseasHolding
from kistui.models.prices import (
    OVERSEAS_HOURS,
    QUOTE_EXCHANGES,
    DomesticItem,
    OverseasItem,
    are_fresh,
    quoted_item,
)
from tests.support import make_lot

NEW_YORK = timezone(timedelta(hours=-5))


@pytest.mark.parametrize(
    ("code", "is_listed"),
    [
        ("005930", True), ("Q500011", True), ("0005K0", True), ("KR5232AB1234", False),
        ("", False), (None, False), ("00593", False), ("005930\n", False),
    ],
)  # fmt: skip
def test_a_domestic_item_needs_a_code_of_krx(code: str | None, is_listed: bool) -> None:
    (holding,) = merge_lots([make_lot(code=code)])
    assert quoted_item(holding) == (DomesticItem(code or "") if is_listed else None)


def test_an_overseas_item_needs_a_known_exchange() -> None:
    def subject(**values: Any) -> object:
        return quoted_item(OverseasHolding(**values))

    assert subject(code="BRK/B", exchange="NYSE") == OverseasItem("NYS", "BRK/B")
    assert subject(code="X", exchange="ELSE") is subject(exchange="NASD") is subject(code="X")
    assert subject(code="X") is None
    assert QUOTE_EXCHANGES.keys() == MARKET_BY_EXCHANGE.keys()
    assert set(QUOTE_EXCHANGES.values()) == OVERSEAS_HOURS.keys()


@pytest.mark.parametrize(
    ("loaded", "now", "is_fresh"),
    [
        ("2026-11-23 09:05", "2026-11-23 23:59", True),
        ("2026-11-23 08:59", "2026-11-23 09:00", False),
        ("2026-11-23 08:00", "2026-11-23 08:30", True),
        ("2026-11-23 23:59", "2026-11-24 00:00", False),
    ],
)
def test_prices_are_fresh_for_the_day_of_their_exchange(
    loaded: str, now: str, is_fresh: bool
) -> None:
    instants = [datetime.fromisoformat(text).replace(tzinfo=KST) for text in (loaded, now)]
    assert are_fresh(DomesticItem("005930"), *instants) is is_fresh


def test_the_day_of_new_york_lasts_over_midnight_in_korea() -> None:
    item = OverseasItem("NAS", "AAPL")
    opening, evening = (
        datetime(2026, 11, 23, hour, 31, tzinfo=NEW_YORK).astimezone(KST) for hour in (9, 22)
    )
    assert opening.date() != evening.date()
    assert are_fresh(item, opening, evening)
    assert not are_fresh(item, opening - timedelta(minutes=2), evening)
    assert not are_fresh(item, opening, opening + timedelta(days=1))
