"""The summary boxes, the holdings table and the status lines."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from kistui import errors
from kistui.clock import KST
from kistui.formatting import error_text, status
from kistui.formatting.balance_status import (
    balance_footer_lines,
    balance_placeholder_lines,
    empty_text,
)
from kistui.formatting.cells import Cell, Line, Role, display_width, plain_text
from kistui.formatting.holdings_table import HoldingsTable
from kistui.formatting.holdings_view_state import HoldingsViewState
from kistui.formatting.key_help import KeyHint, format_key_hints
from kistui.formatting.summary_boxes import folded_line, summary_boxes
from kistui.i18n.translations import Translations
from kistui.models.account import AccountNumber, Environment, Profile
from kistui.models.balance import Balance, BalanceSummary, Lot
from kistui.models.calls import LocalWait, PageLoaded, RetryScheduled, TurnDelayed
from kistui.models.kis_fields import ValueType, field_specs
from kistui.models.load_state import Failed, Loaded, Loading, NotLoaded
from kistui.models.market_hours import AfterHoursPrice, settlement_days
from kistui.models.markets import Market
from kistui.models.overseas import OverseasBalance, OverseasCash, OverseasTotals
from kistui.models.totals import with_overseas
from tests.support import MORNING, load_app_translations, make_balance, make_lot

KO, EN = load_app_translations("ko"), load_app_translations("en")
BOTH = pytest.mark.parametrize("t", [KO, EN], ids=["ko", "en"])
PROFILE = Profile("main", Environment.REAL, AccountNumber.parse("50071234-01"))


def distinct_summary(digits: int) -> BalanceSummary:
    """Return a summary in which every amount is a different number of `digits` digits."""
    values: dict[str, Any] = {}
    for index, spec in enumerate(field_specs(BalanceSummary)):
        if spec.value_type is ValueType.WON:
            values[spec.name] = 10 ** (digits - 1) + index * 1001
    return BalanceSummary(**values, auto_repayment="Y", asset_change_rate=Decimal("0.77"))


def summary_text(
    summary: BalanceSummary, t: Translations, *, wide: bool, width: int = 36
) -> list[str]:
    boxes = summary_boxes(Balance(summary=summary, holdings=()), t, wide=wide)
    return [plain_text(line) for box in boxes for line in box.render(width)]


@BOTH
@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("digits", [9, 12, 15])
def test_summary_shows_all_24_fields(t: Translations, digits: int, *, wide: bool) -> None:
    summary = distinct_summary(digits)
    text = "\n".join(summary_text(summary, t, wide=wide))
    assert "…" not in text
    for spec in field_specs(BalanceSummary):
        value = getattr(summary, spec.name)
        shown = {"auto_repayment": "Y", "asset_change_rate": "+0.77%"}.get(spec.name)
        assert (shown or f"{value:,}") in text, spec.name


@BOTH
@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("digits", [1, 8, 11, 12, 15])
def test_summary_lines_fit_their_box(t: Translations, digits: int, *, wide: bool) -> None:
    for line in summary_text(distinct_summary(digits), t, wide=wide):
        assert display_width(line) <= 36, line


@BOTH
def test_the_summary_fits_80x24(t: Translations) -> None:
    boxes = summary_boxes(make_balance(make_lot()), t, wide=False)
    assert len(boxes) == 5
    assert max(len(box.render(36)) for box in boxes) <= 4


@BOTH
def test_a_box_of_zeros_folds_into_one_line(t: Translations) -> None:
    names = {box.name for box in summary_boxes(make_balance(), t, wide=False)}
    assert "loans" not in names
    assert t("summary_group.loans") in folded_line(make_balance(), t)
    for amount in (1, None):  # an unknown amount is not zero
        account = make_balance(loans=amount)
        assert "loans" in {box.name for box in summary_boxes(account, t, wide=False)}
        assert t("summary_group.loans") not in folded_line(account, t)
    # To fold would tell that the amounts are zero.
    hidden = summary_boxes(make_balance(), t, wide=False, amounts_hidden=True)
    assert "loans" in {box.name for box in hidden}


def test_a_cash_flow_has_no_colour_of_gain_or_loss() -> None:
    boxes = summary_boxes(make_balance(), KO, wide=True)
    (box,) = [box for box in boxes if box.name == "deposits"]
    roles = {cell.role for line in box.render(40) for cell in line}
    assert not roles & {Role.GAIN, Role.LOSS}


@BOTH
def test_labels_are_not_truncated_at_the_usual_width(t: Translations) -> None:
    """Labels are truncated only to make room for large numbers."""
    summary = replace(distinct_summary(9), short_proceeds=0)
    for wide in (False, True):
        assert not [line for line in summary_text(summary, t, wide=wide) if "…" in line]
    label = t("summary_label.domestic_total_yesterday")
    assert display_width(label) + len(" 241,607,764") <= 35


@BOTH
@pytest.mark.parametrize("wide", [False, True])
def test_deposits_have_the_dates_on_which_they_settle(t: Translations, *, wide: bool) -> None:
    days = settlement_days(datetime(2026, 11, 27, 10, tzinfo=KST))
    boxes = summary_boxes(
        Balance(summary=distinct_summary(9), holdings=()), t, wide=wide, settlement_days=days
    )
    lines = [plain_text(line) for box in boxes for line in box.render(36)]
    labels = {
        "ko": ("D+1 예수금 11/30(월) ", "D+2 예수금 12/01(화) "),
        "en": ("D+1 deposit Mon 11/30 ", "D+2 deposit Tue 12/01 "),
    }
    for label in labels[t.language]:
        assert any(line.startswith(label) for line in lines), lines


@BOTH
def test_settled_trades_are_no_gain(t: Translations) -> None:
    summary = replace(distinct_summary(9), deposit=1_000_000, deposit_d1=3_000_000, deposit_d2=500)
    boxes = summary_boxes(Balance(summary=summary, holdings=()), t, wide=True)
    (deposits,) = (box for box in boxes if box.name == "deposits")
    cells = {cell.text.strip(): cell.role for line in deposits.render(36) for cell in line}
    assert cells["+2,000,000"] is cells["-2,999,500"] is Role.PLAIN


def test_rate_missing_from_kis_is_computed_and_marked() -> None:
    lines = summary_text(
        make_balance(make_lot(), asset_change_rate=Decimal(0)).summary, KO, wide=False
    )
    assert any("증감률" in line and line.endswith("+0.32%*") for line in lines)


def test_unavailable_values_are_dashes_not_zeros() -> None:
    lines = summary_text(BalanceSummary(), KO, wide=False)
    assert "0" not in "".join(lines).replace("D+0", "")


# holdings


def table_text(account: Balance, width: int, t: Translations = KO) -> list[str]:
    table = HoldingsTable(account, t).lay_out(width)
    return [plain_text(line) for line in (table.header, *table.rows, table.total_row)]


ACCOUNT = make_balance(
    make_lot(),
    make_lot(code="000660", name="SK하이닉스", price=Decimal(214_500), valuation=12_870_000,
        purchase_amount=13_000_000, profit_loss=-130_000, profit_rate=Decimal("-1.00"),
        average_price=Decimal("216666.6667"), quantity=60, sellable_quantity=60),
)  # fmt: skip


def test_wide_table_has_every_column() -> None:
    header = table_text(ACCOUNT, 118)[0]
    for title in ("코드", "종목", "수량", "매도가능", "매입단가", "현재가", "평가금액", "평가손익",
                  "수익률", "비중"):  # fmt: skip
        assert title in header


def test_narrow_tables_drop_whole_columns() -> None:
    wide = set(table_text(ACCOUNT, 200)[2].split())
    for width in range(20, 200):
        lines = table_text(ACCOUNT, width)
        assert len({display_width(line) for line in lines}) == 1, "ragged"
        for word in lines[2].split():
            assert word in wide or "…" in word or word in "SK하이닉스", (width, word)


@pytest.mark.parametrize("width", [40, 60, 76, 118])
def test_the_table_fits_its_width(width: int) -> None:
    assert all(display_width(line) <= width for line in table_text(ACCOUNT, width))


def test_main_columns_fit_80_columns() -> None:
    header = table_text(ACCOUNT, 75)[0]
    for title in (
        "종목", "현재가", "등락률", "당일손익*", "평가금액", "평가손익", "수익률",
    ):  # fmt: skip
        assert title in header


def test_total_row_has_sums_and_a_count() -> None:
    total = table_text(ACCOUNT, 118)[-1]
    assert "합계 2종목" in total
    assert "13,620,000" in total
    assert "▼ 80,000" in total
    assert "-0.58%" in total
    assert "100.0%" in total


def test_lots_are_merged_into_one_row() -> None:
    lines = table_text(make_balance(make_lot(), make_lot(trade_kind="자기융자")), 160)
    assert "삼성전자 (2건)" in lines[1]
    assert len(lines) == 3


def test_sold_out_holdings_show_on_demand_and_never_count() -> None:
    account = make_balance(
        make_lot(), make_lot(code="1", quantity=0, purchase_amount=0, valuation=0)
    )
    assert len(HoldingsTable(account, KO)) == 1
    assert len(HoldingsTable(account, KO, HoldingsViewState(show_sold_out=True))) == 2
    assert "합계 1종목" in table_text(account, 118)[-1]


def test_missing_price_leaves_row_and_total_unavailable() -> None:
    lines = table_text(
        make_balance(make_lot(), make_lot(code="1", price=Decimal(0), valuation=0)), 118
    )
    assert "-100" not in lines[2]
    assert lines[2].split().count("-") >= 4
    assert "▲" not in lines[-1]


@given(st.text(max_size=50), st.integers(min_value=30, max_value=160))
def test_any_name_keeps_the_columns_aligned(raw: str, width: int) -> None:
    from kistui.models.text import clean_text

    account = make_balance(make_lot(name=clean_text(raw)), make_lot(code="2"))
    assert len({display_width(line) for line in table_text(account, width)}) == 1


# title bar, footer, errors


@BOTH
def test_title_bar_has_environment_and_masked_account(t: Translations) -> None:
    freshness = status.freshness_cell(Loaded(make_balance(), MORNING), MORNING, t)
    for width in (60, 80, 120):
        text = plain_text(status.title_bar(PROFILE, Cell(""), freshness, t, width))
        assert t("environment.real") in text
        assert "5007****-01" in text
        assert "10:32:07" in text
        assert "50071234" not in text
        assert display_width(text) <= width


def test_title_bar_drops_whole_parts_when_narrow() -> None:
    freshness = status.freshness_cell(Loaded(make_balance(), MORNING), MORNING, KO)
    assert "읽기 전용" in plain_text(status.title_bar(PROFILE, Cell(""), freshness, KO, 80))
    assert "읽기 전용" not in plain_text(status.title_bar(PROFILE, Cell(""), freshness, KO, 50))
    assert "조회" not in plain_text(status.title_bar(PROFILE, Cell(""), freshness, KO, 30))
    bar = plain_text(status.title_bar(PROFILE, Cell("토큰 23시간 59분"), freshness, KO, 60))
    assert all(part in bar for part in ("5007****-01", "토큰 23시간 59분", "조회 10:32:07"))


def test_freshness_of_each_load_state() -> None:
    loaded = Loaded(make_balance(), MORNING)
    later = MORNING + timedelta(minutes=5)
    error = errors.RequestTimeoutError(host="kis")
    for load_state, text in (
        (NotLoaded(), "조회 전"),
        (Loading(None), "조회 중"),
        (Loading(loaded), "조회 중"),
        (loaded, "조회 10:32:07 KST"),
        (Failed(error, later, loaded), "10:32:07 KST 기준 · 5분 전"),
        (Failed(error, later, None), "조회 전"),
    ):
        assert status.freshness_cell(load_state, later, KO).text == text


def lines_text(lines: tuple[Line, ...]) -> str:
    return "\n".join(plain_text(line) for line in lines)


@BOTH
def test_error_has_title_code_message_and_hint(t: Translations) -> None:
    error = errors.AccountRejectedError(code="OPSQ2000", text="ERROR : INPUT INVALID_CHECK_ACNO")
    for load_state in (
        Failed(error, MORNING, None),
        Failed(error, MORNING, Loaded(make_balance(), MORNING)),
    ):
        text = lines_text(
            balance_footer_lines(load_state, None, t)
            if load_state.previous
            else balance_placeholder_lines(load_state, None, t)
        )
        assert "[OPSQ2000]" in text
        assert "INVALID_CHECK_ACNO" in text
        assert t("error.account_refused.title") in text
        assert t("error.account_refused.hint") in text


@BOTH
def test_the_advice_on_app_key_and_number_serves_an_account_of_the_environment(
    t: Translations,
) -> None:
    # The accounts page cannot change it.
    for error, variable in (
        (errors.AppSecretRejectedError(code="EGW00105", text=""), "KIS_APP_SECRET"),
        (errors.AccountRejectedError(code="OPSQ2000", text=""), "KIS_ACCOUNT"),
    ):
        assert variable in error_text.describe_error(error, t).hint


def test_wrong_key_length_is_translated() -> None:
    error = errors.InvalidCredentialError(
        what="app_secret", reason="wrong_length", length=9, expected=180
    )
    assert "앱시크릿: 180자여야 하는데 9자입니다" in error_text.describe_error(error, KO).message


def test_footer_shows_the_reconciliation() -> None:
    right = balance_footer_lines(Loaded(make_balance(make_lot()), MORNING), None, KO)
    assert right[0][0].role is Role.GOOD
    lines = balance_footer_lines(Loaded(make_balance(make_lot(), valuation=1), MORNING), None, KO)
    assert lines[0][0].role is Role.BAD
    assert "-749,999원" in lines_text(lines)


@BOTH
def test_footer_reports_sums_that_could_not_be_checked(t: Translations) -> None:
    account = replace(make_balance(make_lot()), summary=BalanceSummary())
    check = balance_footer_lines(Loaded(account, MORNING), None, t)[0]
    assert check[0].role is Role.WARN
    assert t("reconciliation.rows") in plain_text(check)
    assert t("state.reconciled") not in plain_text(check)


@BOTH
def test_footer_names_what_could_not_be_read_or_may_be_missing(t: Translations) -> None:
    account = replace(
        make_balance(make_lot(expiry_date=None)),
        unreadable_fields=("expd_dt", "unknown_key"),
        may_be_partial=True,
    )
    (_, note, _) = balance_footer_lines(Loaded(account, MORNING), None, t)
    assert f"{t('lot.expiry_date')} (expd_dt) · unknown_key" in plain_text(note)
    unsure = replace(account, summary=BalanceSummary())
    (_, *notes, _) = balance_footer_lines(Loaded(unsure, MORNING), None, t)
    assert plain_text(notes[1]).strip() == t("state.maybe_partial")


@BOTH
def test_fields_that_do_not_fit_are_counted(t: Translations) -> None:
    keys = tuple(spec.key for record in (Lot, BalanceSummary) for spec in field_specs(record))
    account = replace(make_balance(make_lot()), unreadable_fields=keys)
    for width in (50, 60, 80, 120, None):
        (_, note, _) = balance_footer_lines(Loaded(account, MORNING), None, t, width)
        assert display_width(plain_text(note)) <= (width or 120)
        assert plain_text(note).count(" · ") >= 1
    unchecked = replace(account, summary=BalanceSummary())
    assert (
        display_width(plain_text(balance_footer_lines(Loaded(unchecked, MORNING), None, t, 50)[0]))
        <= 50
    )


@BOTH
def test_what_was_not_checked_is_said_beside_a_difference(t: Translations) -> None:
    account = make_balance(make_lot(valuation=None), purchase_amount=1)
    (difference, unchecked, _) = balance_footer_lines(Loaded(account, MORNING), None, t)
    assert t("reconciliation.costs") in plain_text(difference)
    assert t("reconciliation.rows") in plain_text(unchecked)


@BOTH
@pytest.mark.parametrize(("shares", "cash"), [(302_000, 0), (0, 500_000)])
def test_overseas_totals_without_rows_do_not_fold(t: Translations, shares: int, cash: int) -> None:
    totals = OverseasTotals(valuation=shares, foreign_currency_balance=Decimal(cash))
    overseas = OverseasBalance(totals=totals)
    account = with_overseas(make_balance(make_lot()), Loaded(overseas, MORNING))
    boxes = {box.name: box for box in summary_boxes(account, t, wide=False)}
    assert f"{shares or cash:,}" in lines_text(boxes["overseas"].render(40))
    assert "foreign_cash" not in boxes  # there is no row to show
    assert t("summary_group.overseas") not in folded_line(account, t)
    assert (t("summary_group.foreign_cash") in folded_line(account, t)) is (cash == 0)


@BOTH
def test_totals_without_rows_are_not_an_empty_account(t: Translations) -> None:
    account = make_balance(valuation=5)
    text = lines_text(balance_placeholder_lines(Loaded(account, MORNING), None, t))
    assert t("state.rows_missing") in text
    assert t("state.empty") not in text
    assert empty_text(account, t, Market.US) == t("state.rows_missing")
    held = make_balance(make_lot())
    assert empty_text(held, t, Market.US) == t("state.empty")


@BOTH
def test_every_difference_has_its_amount(t: Translations) -> None:
    balance = make_balance(make_lot(), valuation=750_001, total_value=1, purchase_amount=1)
    amounts = ("+1", "-699,999", "-700,000", "-1,549,999", "+1,549,999")
    (check, _) = balance_footer_lines(Loaded(balance, MORNING), None, t)
    assert all(f" {amount}" in plain_text(check) for amount in amounts)
    assert t("reconciliation.total") in plain_text(check)


@BOTH
def test_differences_that_do_not_fit_are_counted(t: Translations) -> None:
    load_state = Loaded(
        make_balance(make_lot(), valuation=750_001, total_value=1, purchase_amount=1), MORNING
    )
    full_text = plain_text(balance_footer_lines(load_state, None, t)[0])
    first, *others = full_text.split(" · ")
    for width in range(1, display_width(full_text) + 2):
        text = plain_text(balance_footer_lines(load_state, None, t, width)[0])
        parts = text.split(" · ")
        assert parts[0] == first
        if text == full_text:
            assert display_width(text) <= width
            continue
        left_out = len(others) - len(parts) + 2
        assert parts[-1] == t("state.more_differences", n=left_out)
        assert parts[1:-1] == others[: len(parts) - 2]
        assert display_width(text) <= width or len(parts) == 2
    assert text == full_text


def test_progress_shows_pages_and_waits() -> None:
    assert "2페이지 · 100건" in status.describe_progress(
        PageLoaded(2, tuple(make_lot() for _ in range(100))), KO, stop_key="Esc"
    )
    waiting = RetryScheduled(errors.RateLimitedError(), 1.25, 2, 3)
    assert (
        status.describe_progress(waiting, KO, stop_key="Esc")
        == "초당 호출 한도를 초과했습니다. 1.2초 후 재시도 (2/3)"
    )


def test_key_hints_drop_from_the_right() -> None:
    items = [KeyHint("1", "요약"), KeyHint("2", "보유"), KeyHint("r", "새로고침")]
    assert plain_text(format_key_hints(items, 80)) == " 1 요약  2 보유  r 새로고침 "
    assert plain_text(format_key_hints(items, 20)) == " 1 요약  2 보유 "


def test_summary_without_prices_shows_no_loss() -> None:
    closed = make_lot(price=Decimal(0), valuation=0, profit_loss=-700_000)
    for wide in (False, True):
        boxes = summary_boxes(make_balance(closed), KO, wide=wide)
        text = "\n".join(plain_text(line) for box in boxes for line in box.render(36))
        assert "▼ 700,000" not in text
        assert "-100.00%" not in text
        assert "1,000,000" in text  # the deposit does not depend on prices


def test_title_bar_names_a_custom_server() -> None:
    profile = replace(PROFILE, base_url="http://user:password@127.0.0.1:8000")
    freshness = status.freshness_cell(Loaded(make_balance(), MORNING), MORNING, KO)
    title_bar = plain_text(status.title_bar(profile, Cell(""), freshness, KO, 80))
    assert "@ 127.0.0.1:8000" in title_bar
    assert "password" not in title_bar


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (errors.FileWriteError(path="x", reason="enospc"), "disk space"),
        (errors.FileWriteError(path="x", reason="erofs"), "XDG_STATE_HOME"),
        (errors.FileWriteError(path="x", reason="ebusy"), "Check the folder"),
        (errors.PassphraseRequiredError(), "Enter the passphrase"),
        (errors.PassphraseRequiredError(reason="no_terminal"), "in a terminal"),
        (errors.WrongPassphraseError(), "secrets.enc"),
        (errors.KeyringUnavailableError(reason="no_bus"), "D-Bus"),
        (errors.KeyringUnavailableError(reason="keyring_locked"), "Unlock"),
        (errors.SecretCommandError(program="x", reason="enoent"), "secret_command"),
        (errors.SecretCommandError(program="x", reason="no_answer"), "30 seconds"),
        (errors.SecretCommandError(program="x", reason="bad_output"), "secretkey"),
        (errors.CredentialImportError(path="x", reason="enoent"), "the path"),
        (errors.CredentialImportError(path="x", reason="no_keys"), "kis_devlp.yaml"),
        (errors.CredentialImportError(path="env", reason="no_variables"), "KIS_APP_SECRET"),
        (errors.CredentialImportError(path="x", reason="not_filled_in"), "Fill in"),
        (errors.InvalidCaFileError(name="SSL_CERT_FILE"), "path"),
        (errors.AppKeyRejectedError(), "KIS_PAPER=1"),
        (
            errors.ConfigError(
                path="x", where="default", reason="no_such_profile", name="a", known="b"
            ),
            "kistui profile use",
        ),
    ],
)
def test_the_advice_belongs_to_the_cause(error: errors.KistuiError, advice: str) -> None:
    assert advice in error_text.describe_error(error, EN).hint


class Trades(Struct, frozen=True):
    """A value that is no balance, as the pages to come have."""

    is_complete: bool
    item_count: int


@BOTH
def test_any_loaded_value_has_a_state(t: Translations) -> None:
    error = errors.RequestTimeoutError(host="kis")
    complete, partial = (
        Loaded(Trades(is_complete, 4321), MORNING) for is_complete in (True, False)
    )
    later = MORNING + timedelta(minutes=5)
    assert status.freshness_cell(complete, MORNING, t).role is Role.DIM
    assert "4321" in status.freshness_cell(Failed(error, later, partial), later, t).text
    for load_state in (Loading(complete), Failed(error, later, complete)):
        (first, *_) = status.footer_lines(load_state, None, t, now=later)
        assert plain_text(first).strip()
    assert "4321" in lines_text(status.footer_lines(Loading(partial), None, t))
    assert status.footer_lines(complete, None, t) == ()
    lines = status.placeholder_lines(Loading[Trades](), None, t, "Reading the trades")
    assert "Reading the trades" in lines_text(lines)
    for wait, title in (
        (LocalWait("keyring", "7"), "preparing"),
        (LocalWait("token_lock", "7"), "preparing_token"),
    ):
        lines = status.placeholder_lines(Loading[Trades](), wait, t, "Reading")
        assert plain_text(lines[0]) == t(f"state.{title}")


@BOTH
def test_a_deposit_that_is_unknown_is_shown_as_unknown(t: Translations) -> None:
    cash = (
        OverseasCash(currency="USD"),
        OverseasCash(currency="JPY", deposit=Decimal(0)),
        OverseasCash(currency="HKD", deposit=Decimal(7)),
    )
    account = with_overseas(make_balance(), Loaded(OverseasBalance(cash=cash), MORNING))
    boxes = summary_boxes(account, t, wide=False)
    (box,) = [box for box in boxes if box.name == "foreign_cash"]
    lines = [plain_text(line) for line in box.render(40)]
    (dollars,) = [line for line in lines if "USD" in line]
    assert dollars.rstrip(" │").endswith("-")
    assert any("7.00" in line for line in lines if "HKD" in line)
    assert not any("JPY" in line for line in lines)


@BOTH
def test_a_wait_for_other_programs_is_named_and_counted(t: Translations) -> None:
    first = status.describe_progress(TurnDelayed(0.2), t, stop_key="Ctrl+C")
    assert first == f"{t('state.turn_waiting')} · {t('state.wait_cancel', stop='Ctrl+C')}"
    later = status.describe_progress(TurnDelayed(3.7), t, stop_key="Ctrl+C")
    assert later == f"{first} · {t('state.waited', seconds=3)}"
    no_key = status.describe_progress(TurnDelayed(0.2), t, stop_key="")
    assert no_key == t("state.turn_waiting")


@BOTH
@pytest.mark.parametrize("price", [None, *AfterHoursPrice])
def test_the_source_line_has_its_overseas_part_at_80_columns(
    t: Translations, price: AfterHoursPrice | None
) -> None:
    cash = OverseasCash(
        currency="USD", deposit=Decimal(56_000), first_posted_rate=Decimal("1455.37")
    )
    overseas = Loaded(OverseasBalance(cash=(cash,)), MORNING)
    balance = replace(with_overseas(make_balance(make_lot()), overseas), after_hours_price=price)
    *_, line = balance_footer_lines(Loaded(balance, MORNING), None, t, 80)
    assert "81,500,720" in plain_text(line)
    assert "KIS" in plain_text(line)
    assert display_width(plain_text(line)) <= 80
