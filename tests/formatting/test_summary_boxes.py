"""The boxes of the summary: every field, whole amounts, what folds and what is unknown."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from kistui.clock import KST
from kistui.formatting.cells import Role, display_width, plain_lines, plain_text
from kistui.formatting.summary_boxes import folded_line, summary_boxes
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance, BalanceSummary
from kistui.models.kis_fields import ValueType, field_specs
from kistui.models.load_state import Loaded
from kistui.models.market_hours import settlement_days
from kistui.models.overseas import OverseasBalance, OverseasCash, OverseasTotals
from kistui.models.totals import with_overseas
from tests.support import MORNING, load_app_translations, make_balance, make_lot

KO, EN = load_app_translations("ko"), load_app_translations("en")
BOTH = pytest.mark.parametrize("t", [KO, EN], ids=["ko", "en"])


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


@BOTH
@pytest.mark.parametrize(("shares", "cash"), [(302_000, 0), (0, 500_000)])
def test_overseas_totals_without_rows_do_not_fold(t: Translations, shares: int, cash: int) -> None:
    totals = OverseasTotals(valuation=shares, foreign_currency_balance=Decimal(cash))
    overseas = OverseasBalance(totals=totals)
    account = with_overseas(make_balance(make_lot()), Loaded(overseas, MORNING))
    boxes = {box.name: box for box in summary_boxes(account, t, wide=False)}
    assert f"{shares or cash:,}" in plain_lines(boxes["overseas"].render(40))
    assert "foreign_cash" not in boxes  # there is no row to show
    assert t("summary_group.overseas") not in folded_line(account, t)
    assert (t("summary_group.foreign_cash") in folded_line(account, t)) is (cash == 0)


def test_summary_without_prices_shows_no_loss() -> None:
    closed = make_lot(price=Decimal(0), valuation=0, profit_loss=-700_000)
    for wide in (False, True):
        boxes = summary_boxes(make_balance(closed), KO, wide=wide)
        text = "\n".join(plain_text(line) for box in boxes for line in box.render(36))
        assert "▼ 700,000" not in text
        assert "-100.00%" not in text
        assert "1,000,000" in text  # the deposit does not depend on prices


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
