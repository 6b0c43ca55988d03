"""Values at live prices are marked, and the marks move nothing."""

from decimal import Decimal

import pytest

from kistui.formatting.balance_status import balance_footer_lines, live_status_cell
from kistui.formatting.cells import Line, plain_text
from kistui.formatting.holding_detail import holding_detail_lines
from kistui.formatting.holdings_table import HoldingsTable
from kistui.formatting.raw_fields import raw_summary_lines
from kistui.formatting.summary_page import SummaryLayout
from kistui.models.balance import Balance
from kistui.models.live_prices import LiveItem, LiveState, LiveStatus, Tick, apply_ticks
from kistui.models.load_state import Loaded
from kistui.models.prices import DomesticItem
from tests.support import MORNING, load_app_translations, make_balance, make_lot

T = load_app_translations("en")
SAMSUNG = DomesticItem("005930")


def at(price: int | None) -> Balance:
    """Return a balance of two holdings after a trade of the first, if there was one."""
    balance = make_balance(make_lot(), make_lot(code="000660", name="SK하이닉스"))
    ticks: dict[LiveItem, Tick] = (
        {} if price is None else {SAMSUNG: Tick(item=SAMSUNG, price=Decimal(price))}
    )
    return apply_ticks(balance, ticks)


def rows(balance: Balance) -> list[str]:
    table = HoldingsTable(balance, T).lay_out(100)
    return [*(plain_text(table.render_row(i)) for i in range(2)), plain_text(table.total_row)]


def test_a_row_and_the_total_are_marked_without_moving() -> None:
    before, after = rows(at(None)), rows(at(75_100))
    assert "~" not in "".join(before)
    assert ["~" in row for row in after] == [True, False, True]
    assert "~75,100" in after[0]
    assert "~751,000" in after[0]
    assert "~1,501,000" in after[2]
    assert [len(row) for row in before] == [len(row) for row in after]


def test_the_headline_and_the_detail_are_marked_and_raw_fields_are_those_of_kis() -> None:
    live = at(75_100)
    lines = SummaryLayout(live, T, amounts_hidden=False).render(120, 36)
    headline = plain_text(lines[0])
    assert "~2,301,000" in headline
    titles = " ".join(plain_text(line) for line in lines if "─" in plain_text(line))
    assert {word for word in ("P&L ~", "assets ~", "Deposit ~") if word in titles} == {
        "P&L ~",
        "assets ~",
    }
    assert "~" not in "".join(
        map(plain_text, SummaryLayout(live.as_sent, T, amounts_hidden=False).render(120, 36))
    )
    detail = holding_detail_lines(
        live.holdings[0], (1, 2), T, 80, MORNING.date(), show_raw_fields=False
    )
    assert any("~75,100" in plain_text(line) for line in detail)
    raw = [plain_text(line) for line in raw_summary_lines(live, T, 80, amounts_hidden=False)]
    assert any(line.startswith("scts_evlu_amt") and "1500000" in line for line in raw)


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (LiveState(), ""),
        (LiveState(LiveStatus.CONNECTING, wanted_count=3), "live: connecting"),
        (LiveState(LiveStatus.LIVE, 3, 3), "~ live 3"),
        (LiveState(LiveStatus.LIVE, 41, 60, MORNING), "~ live 41/60 10:32:07"),
        (LiveState(LiveStatus.LOST, 0, 3), "live: reconnecting"),
        (LiveState(LiveStatus.CLOSED), "live: nothing is traded now"),
    ],
)
def test_every_state_has_a_text(state: LiveState, text: str) -> None:
    assert live_status_cell(state, T).text == text


def test_the_footer_ends_its_first_line_with_the_state() -> None:
    cell = live_status_cell(LiveState(LiveStatus.LIVE, 41, 60, MORNING), T)
    for width, valuation in ((100, 1), (80, None), (None, 1)):
        state = Loaded(make_balance(make_lot(), valuation=valuation), MORNING)
        lines = balance_footer_lines(state, None, T, width, live=cell)
        assert plain_text(lines[0]).endswith("~ live 41/60 10:32:07")
        assert width is None or len(plain_text(lines[0])) <= width
        assert lines[1:] == balance_footer_lines(state, None, T, width)[1:]
    alarm = Loaded(make_balance(make_lot(), valuation=1), MORNING)
    narrow = balance_footer_lines(alarm, None, T, 60, live=cell)
    assert narrow == balance_footer_lines(alarm, None, T, 60)


def test_rows_of_the_same_holdings_are_not_formatted_again() -> None:
    large = make_lot(code="000001", name="a", quantity=10_000_000, valuation=750_000_000_000)
    base = make_balance(make_lot(), make_lot(code="000660", name="SK하이닉스"), large)
    earlier, later = (
        apply_ticks(base, {SAMSUNG: Tick(item=SAMSUNG, price=Decimal(price))})
        for price in (75_100, 75_200)
    )
    before = HoldingsTable(earlier, T)
    reused, fresh = HoldingsTable(later, T, previous=before), HoldingsTable(later, T)
    assert shown(reused) == shown(fresh) != shown(before)
    moved, still, _ = later.holdings
    assert before.formatted_row(moved) is None
    first, second = before.formatted_row(still), reused.formatted_row(still)
    assert first is not None
    assert second is not None
    assert second.cells is first.cells
    hidden = HoldingsTable(later, T, amounts_hidden=True, previous=before)
    assert shown(hidden) == shown(HoldingsTable(later, T, amounts_hidden=True))


def shown(table: HoldingsTable) -> list[Line]:
    layout = table.lay_out(120)
    return [layout.header, *map(layout.render_row, range(len(layout))), layout.total_row]
