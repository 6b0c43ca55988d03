"""Any answers about cash become lines that the page and the exports can show, or an error."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kistui.client.cash import parse_asset_classes, parse_buying_power, parse_margins
from kistui.errors import KistuiError
from kistui.formatting.cash_exports import CashSnapshot, cash_csv, cash_json
from kistui.formatting.cash_page import CashView, cash_page_lines, copied_text, raw_cash_lines
from kistui.formatting.cells import line_width
from kistui.i18n import load_translations
from kistui.models.allocation import LISTED_GROUPINGS, AllocationGrouping
from kistui.models.asset_classes import AssetRow, AssetTotals
from kistui.models.balance import Balance, BalanceSummary
from kistui.models.cash import BuyingPower, CashCall, CashReport, CurrencyMargin
from kistui.models.load_state import Loaded
from tests.fuzz.strategies import JSON_VALUES, fuzz_settings, rows_of
from tests.support import MORNING, PROFILE

T = load_translations("en")
PARSERS: tuple[Callable[[dict[str, Any]], Any], ...] = (
    parse_buying_power,
    parse_margins,
    parse_asset_classes,
)


@given(st.sampled_from(PARSERS), st.dictionaries(st.text(max_size=8), JSON_VALUES), JSON_VALUES)
@fuzz_settings
def test_any_json_is_a_record_or_an_error(
    parse: Callable[[dict[str, Any]], Any], body: dict[str, Any], rows: object
) -> None:
    with suppress(KistuiError):
        parse({**body, "output": rows, "output1": rows, "output2": rows})


@given(
    rows_of(BuyingPower),
    rows_of(CurrencyMargin),
    rows_of(AssetRow),
    rows_of(AssetTotals),
    st.sampled_from(LISTED_GROUPINGS),
    st.sampled_from([60, 80, 120, 200]),
)
@fuzz_settings
def test_any_figures_can_be_shown(
    power: list[dict[str, Any]],
    margins: list[dict[str, Any]],
    rows: list[dict[str, Any]],
    totals: list[dict[str, Any]],
    by: AllocationGrouping,
    width: int,
) -> None:
    report = CashReport(calls=tuple(CashCall))
    with suppress(KistuiError):
        report = CashReport(
            calls=tuple(CashCall),
            ended=tuple(CashCall),
            buying_power=parse_buying_power({"output": power}).value,
            margins=parse_margins({"output": margins}).value,
            asset_classes=parse_asset_classes({"output1": rows, "output2": totals}),
        )
    balance = Balance(summary=BalanceSummary(deposit=1), holdings=())
    view = CashView(
        balance_state=Loaded(balance, MORNING),
        report=report,
        times=dict.fromkeys(CashCall, MORNING),
        chosen_grouping=by,
    )
    for hidden in (False, True):
        for line in cash_page_lines(view, T, width, 40, amounts_hidden=hidden):
            line_width(line)
        raw_cash_lines(view, T, width, amounts_hidden=hidden)
        copied_text(view, T, amounts_hidden=hidden)
        snapshot = CashSnapshot(PROFILE, balance, report, MORNING)
        cash_json([snapshot], all_accounts=False, amounts_hidden=hidden)
        cash_csv([snapshot], amounts_hidden=hidden)
