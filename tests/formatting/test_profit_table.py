"""The table of realised profit."""

import datetime as dt

from kistui.formatting.cells import plain_text
from kistui.formatting.profit_table import profit_columns
from kistui.i18n import load_translations
from kistui.models.overseas import Market
from kistui.models.profit_report import ProfitGroup, ProfitGrouping, ProfitLine


def market_text(*markets: Market) -> str:
    days = (dt.date(2026, 11, 2 + day) for day in range(len(markets)))
    lines = [
        ProfitLine(trade_date=day, market=market) for day, market in zip(days, markets, strict=True)
    ]
    columns = profit_columns(ProfitGrouping.MONTH)
    column = next(column for column in columns if column.name == "market")
    group = ProfitGroup(key="2026-11", lines=tuple(lines))
    return plain_text((column.format_cell(group, load_translations("en")),))


def test_markets_stand_in_one_order_whatever_was_sold_first() -> None:
    expected = market_text(Market.KR, Market.US, Market.HK)
    assert expected.count("+") == 2
    assert market_text(Market.HK, Market.KR, Market.US, Market.KR) == expected
