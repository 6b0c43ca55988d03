"""Any rows of rights and schedules become a page that can be shown, or an error."""

from contextlib import suppress
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kistui import i18n
from kistui.client.connection import ApiResponse
from kistui.client.dividends import RIGHTS_LIST, parse_schedule
from kistui.client.pagination import parse_list_page
from kistui.errors import KistuiError
from kistui.formatting.dividend_lines import (
    announced_line,
    dividend_detail_lines,
    mark_notes,
    missing_notes,
    received_line,
)
from kistui.formatting.dividends_table import dividend_entries, dividends_table
from kistui.formatting.trade_exports import (
    DIVIDEND_FIELDS,
    TradeSnapshot,
    trades_csv,
    trades_json,
)
from kistui.models.dividends import (
    AccountRight,
    DividendGrouping,
    DividendReport,
    ScheduledDividend,
    dividend_of_right,
    join_announced,
    scheduled_dividend,
)
from kistui.models.periods import DateRange
from tests.fuzz.strategies import JSON_VALUES, fuzz_settings, rows_of
from tests.support import MORNING, PROFILE, SAMSUNG

T = i18n.load_translations("ko")
TODAY = date(2026, 11, 23)
DAYS = DateRange(date(2026, 1, 1), TODAY)


def parse_rights(rows: object) -> tuple[AccountRight, ...]:
    """Return the rows of a page, or none if they are an error of the tree."""
    with suppress(KistuiError):
        return parse_list_page(RIGHTS_LIST, "D", {"output": rows}).rows
    return ()


def parse_announcements(rows: object) -> tuple[ScheduledDividend, ...]:
    with suppress(KistuiError):
        return parse_schedule(ApiResponse("M", {"output1": rows}, 200)).rows
    return ()


@given(JSON_VALUES)
@fuzz_settings
def test_any_json_is_a_page_or_an_error(rows: object) -> None:
    parse_rights(rows)
    parse_announcements(rows)


@given(rows_of(AccountRight), rows_of(ScheduledDividend), st.sampled_from(list(DividendGrouping)))
@fuzz_settings
def test_any_dividends_can_be_shown(
    right_rows: list[dict[str, Any]],
    schedule_rows: list[dict[str, Any]],
    grouping: DividendGrouping,
) -> None:
    rights = parse_rights(right_rows)
    dividends = [dividend_of_right(right, TODAY) for right in rights]
    paid = [dividend for dividend in dividends if dividend.is_received(TODAY)]
    pending = [dividend for dividend in dividends if not dividend.is_received(TODAY)]
    scheduled = [scheduled_dividend(row, SAMSUNG) for row in parse_announcements(schedule_rows)]
    report = DividendReport(
        days=DAYS,
        today=TODAY,
        grouping=grouping,
        received=tuple(paid),
        announced=join_announced(pending, paid, scheduled, TODAY),
        other_rights=rights,
        holdings=(SAMSUNG,),
    )
    entries = dividend_entries(report, T, with_others=True)
    list(dividends_table(entries, T, grouping=grouping).lay_out(80).rows)
    received_line(report, T, 80)
    announced_line(report, T, 80)
    missing_notes(report, T)
    mark_notes(report, T)
    for entry in entries:
        for is_raw in (False, True):
            dividend_detail_lines(entry, report, T, 76, show_raw_fields=is_raw)
    snapshot = TradeSnapshot(PROFILE, report, MORNING, (*report.groups(), *report.announced))
    trades_json([snapshot], all_accounts=False, amounts_hidden=False)
    trades_csv([snapshot], fields=DIVIDEND_FIELDS)
