"""The title bar, the footer, placeholders and progress."""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from kistui import errors
from kistui.formatting import status
from kistui.formatting.balance_status import (
    balance_footer_lines,
    balance_placeholder_lines,
    empty_text,
    freshness_cell,
)
from kistui.formatting.cells import Cell, Role, display_width, plain_lines, plain_text
from kistui.formatting.key_help import KeyHint, format_key_hints
from kistui.i18n.translations import Translations
from kistui.models.balance import BalanceSummary, Lot
from kistui.models.calls import LocalWait, PageLoaded, RetryScheduled, TurnDelayed
from kistui.models.kis_fields import field_specs
from kistui.models.load_state import Failed, Loaded, Loading, NotLoaded
from kistui.models.market_hours import AfterHoursPrice
from kistui.models.markets import Market
from kistui.models.overseas import OverseasBalance, OverseasCash
from kistui.models.totals import with_overseas
from tests.support import MORNING, PROFILE, load_app_translations, make_balance, make_lot

KO, EN = load_app_translations("ko"), load_app_translations("en")
BOTH = pytest.mark.parametrize("t", [KO, EN], ids=["ko", "en"])


@BOTH
def test_title_bar_has_environment_and_masked_account(t: Translations) -> None:
    freshness = freshness_cell(Loaded(make_balance(), MORNING), MORNING, t)
    for width in (60, 80, 120):
        text = plain_text(status.title_bar(PROFILE, Cell(""), freshness, t, width))
        assert t("environment.real") in text
        assert "5007****-01" in text
        assert "10:32:07" in text
        assert "50071234" not in text
        assert display_width(text) <= width


def test_title_bar_drops_whole_parts_when_narrow() -> None:
    freshness = freshness_cell(Loaded(make_balance(), MORNING), MORNING, KO)
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
        assert freshness_cell(load_state, later, KO).text == text


def test_footer_shows_the_reconciliation() -> None:
    right = balance_footer_lines(Loaded(make_balance(make_lot()), MORNING), None, KO)
    assert right[0][0].role is Role.GOOD
    lines = balance_footer_lines(Loaded(make_balance(make_lot(), valuation=1), MORNING), None, KO)
    assert lines[0][0].role is Role.BAD
    assert "-749,999원" in plain_lines(lines)


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
def test_totals_without_rows_are_not_an_empty_account(t: Translations) -> None:
    account = make_balance(valuation=5)
    text = plain_lines(balance_placeholder_lines(Loaded(account, MORNING), None, t))
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


def test_title_bar_names_a_custom_server() -> None:
    profile = replace(PROFILE, base_url="http://user:password@127.0.0.1:8000")
    freshness = freshness_cell(Loaded(make_balance(), MORNING), MORNING, KO)
    title_bar = plain_text(status.title_bar(profile, Cell(""), freshness, KO, 80))
    assert "@ 127.0.0.1:8000" in title_bar
    assert "password" not in title_bar


@BOTH
def test_every_load_state_of_a_balance_is_described(t: Translations) -> None:
    error = errors.RequestTimeoutError(host="kis")
    lots = [make_lot(code=str(number)) for number in range(321)]
    complete, partial = (
        Loaded(replace(make_balance(*lots), is_complete=is_complete), MORNING)
        for is_complete in (True, False)
    )
    later = MORNING + timedelta(minutes=5)
    assert freshness_cell(complete, MORNING, t).role is Role.DIM
    assert "321" in freshness_cell(Failed(error, later, partial), later, t).text
    for load_state in (Loading(complete), Failed(error, later, complete)):
        (first, *_) = balance_footer_lines(load_state, None, t, now=later)
        assert plain_text(first).strip()
    assert "321" in plain_lines(balance_footer_lines(Loading(partial), None, t))
    for progress, title in (
        (None, "loading"),
        (LocalWait("keyring", "7"), "preparing"),
        (LocalWait("token_lock", "7"), "preparing_token"),
    ):
        lines = balance_placeholder_lines(Loading(), progress, t)
        assert plain_text(lines[0]) == t(f"state.{title}")


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
