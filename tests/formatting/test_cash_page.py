"""The lines of the cash page in every state, without an app."""

from datetime import timedelta
from decimal import Decimal

import pytest

from kistui.errors import NotOnPaperError, RequestRejectedError, RequestTimeoutError
from kistui.formatting.allocation import folded_text, part_bar_lines
from kistui.formatting.ascii import to_ascii
from kistui.formatting.cash_page import CashView, cash_page_lines, sources, view_notes
from kistui.formatting.cells import line_width, plain_text
from kistui.i18n import load_translations
from kistui.models.account import AccountNumber, Environment, Profile
from kistui.models.allocation import AllocationGrouping, allocate_accounts, allocate_classes
from kistui.models.asset_classes import AssetCategory, AssetClasses, AssetLine, AssetRow
from kistui.models.balance import Balance, BalanceSummary
from kistui.models.cash import BuyingPower, CashCall, CashReport, CurrencyMargin
from kistui.models.load_state import Failed, Loaded, Loading, LoadState, NotLoaded
from kistui.models.overseas import OverseasBalance, OverseasCash, OverseasTotals
from kistui.models.totals import AccountOverview
from tests.support import MORNING

KO, EN = load_translations("ko"), load_translations("en")
REJECTED = RequestRejectedError(code="OPSQ2001", text="", status=200)
SUMMARY = BalanceSummary(
    deposit=18_204_330,
    deposit_d1=19_963_941,
    deposit_d2=20_423_479,
    total_value=30_423_479,
    securities_value=10_000_000,
)
OVERSEAS = OverseasBalance(
    cash=(
        OverseasCash(
            currency="USD",
            deposit=Decimal("3120.47"),
            first_posted_rate=Decimal(1400),
            withdrawable=Decimal("2871.40"),
        ),
        OverseasCash(currency="CNY", deposit=Decimal(0), withdrawable=Decimal(0)),
    ),
    totals=OverseasTotals(withdrawable=12_001_000),
)
REPORT = CashReport(
    calls=tuple(CashCall),
    ended=tuple(CashCall),
    buying_power=BuyingPower(orderable=17_640_100, orderable_with_credit=44_100_250),
    margins=(CurrencyMargin(currency="USD", orderable=Decimal("3055.12")),),
    asset_classes=AssetClasses(
        lines=(
            AssetLine(AssetCategory.STOCKS, AssetRow(valuation=75, share=Decimal("75.00"))),
            AssetLine(AssetCategory.FUNDS, AssetRow(valuation=0)),
            AssetLine(AssetCategory.DEPOSIT, AssetRow(valuation=25, share=Decimal("25.00"))),
        ),
        total=AssetRow(valuation=100),
    ),
)


def balance(overseas: LoadState[OverseasBalance] | None = None) -> Balance:
    return Balance(
        summary=SUMMARY,
        holdings=(),
        overseas=Loaded(OVERSEAS, MORNING) if overseas is None else overseas,
    )


def view(state: LoadState[Balance] | None = None, report: CashReport = REPORT) -> CashView:
    return CashView(
        balance_state=Loaded(balance(), MORNING) if state is None else state,
        report=report,
        times=dict.fromkeys(CashCall, MORNING + timedelta(seconds=3)),
    )


def page_text(shown: CashView, width: int = 80, height: int = 20) -> str:
    lines = cash_page_lines(shown, KO, width, height, amounts_hidden=False)
    return "\n".join(map(plain_text, lines))


@pytest.mark.parametrize("width", [60, 76, 80, 112, 120, 200])
@pytest.mark.parametrize("t", [KO, EN], ids=["ko", "en"])
def test_the_boxes_fit_every_width(t: object, width: int) -> None:
    lines = cash_page_lines(view(), EN if t is EN else KO, width, 50, amounts_hidden=False)
    assert all(line_width(line) <= width for line in lines)
    boxes = [line for line in lines if plain_text(line)[:1] in "╭│╰"]
    assert {line_width(line) for line in boxes} == {width}
    text = "\n".join(map(plain_text, lines))
    assert all(amount in text for amount in ("3,120.47", "3,055.12", "2,871.40"))
    assert to_ascii("\n".join(map(plain_text, lines))).count("?") == 0


def test_boxes_that_are_too_wide_are_below_each_other() -> None:
    cash = OverseasCash(
        currency="VND", deposit=Decimal(987_654_321_987), withdrawable=Decimal(987_654_321_987)
    )
    rich = OverseasBalance(cash=(cash,), totals=OverseasTotals())
    text = page_text(view(Loaded(balance(Loaded(rich, MORNING)), MORNING)))
    assert text.count("987,654,321,987") == 2
    assert [line.count("╮") for line in text.splitlines()].count(2) == 0


def test_a_loaded_page_has_every_amount() -> None:
    text = page_text(view())
    for words in (
        "18,204,330", "19,963,941", "20,423,479", "17,640,100", "44,100,250", "12,001,000",
        "3,120.47", "3,055.12", "2,871.40", "CNY 없음", "펀드/MMW 없음", "75.0%",
    ):  # fmt: skip
        assert words in text
    assert sources(view(), KO)[-1].endswith("10:32:10")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (NotLoaded(), KO("bar.never")),
        (Loading(), KO("bar.loading")),
        (Failed(RequestTimeoutError(), MORNING), KO("error.timed_out.title")),
    ],
)
def test_without_a_balance_the_boxes_say_why(state: LoadState[Balance], words: str) -> None:
    shown = view(state)
    text = page_text(shown)
    assert words in text
    assert "18,204,330" not in text
    assert "국내주식" in text  # has a call of its own
    assert shown.is_outdated is isinstance(state, Failed)
    for width in (60, 80):
        lines = cash_page_lines(shown, EN, width, 50, amounts_hidden=False)
        boxes = [line for line in lines if plain_text(line)[:1] in "╭│╰"]
        assert {line_width(line) for line in boxes} == {width}
        assert "…" not in "".join(map(plain_text, boxes))


def test_figures_of_a_failed_refresh_stay_and_are_outdated() -> None:
    shown = view(Failed(REJECTED, MORNING, Loaded(balance(), MORNING)))
    assert "18,204,330" in page_text(shown)
    assert shown.is_outdated
    assert KO("call.domestic_balance") in view_notes(shown, KO)[0]


@pytest.mark.parametrize(
    ("overseas", "words"),
    [(Loading(), KO("overseas.loading")), (Failed(REJECTED, MORNING), "해외 조회 실패")],
)
def test_the_foreign_box_says_that_the_overseas_part_is_missing(
    overseas: LoadState[OverseasBalance], words: str
) -> None:
    shown = view(Loaded(balance(overseas), MORNING))
    text = page_text(shown)
    assert words in text
    assert "3,055.12" in text  # of the call of its own
    assert "12,001,000" not in text


def test_foreign_cash_that_paper_does_not_send_is_not_called_none() -> None:
    errors = {call: NotOnPaperError(name=call.value) for call in list(CashCall)[1:]}
    report = CashReport(
        calls=tuple(CashCall), ended=tuple(CashCall), buying_power=BuyingPower(), errors=errors
    )
    totals = OverseasBalance(
        totals=OverseasTotals(
            valuation=5_000_000, foreign_currency_balance=Decimal(1_000_000), withdrawable=1
        )
    )
    shown = view(Loaded(balance(Loaded(totals, MORNING)), MORNING), report)
    text = page_text(shown)
    assert KO("summary_label.no_foreign_cash") not in text
    assert "실전투자에서만" in " ".join(view_notes(shown, KO))
    assert "유형별* · 합계 36,423,479" in text
    assert not shown.is_outdated


@pytest.mark.parametrize(("won", "text"), [(500_000, "500,000"), (None, "-"), (0, "없습니다")])
def test_foreign_cash_without_currencies_is_none_only_at_zero(won: int | None, text: str) -> None:
    total = None if won is None else Decimal(won)
    totals = OverseasTotals(valuation=7, foreign_currency_balance=total)
    shown = view(
        Loaded(balance(Loaded(OverseasBalance(totals=totals), MORNING)), MORNING),
        CashReport(calls=tuple(CashCall), ended=tuple(CashCall)),
    )
    lines = page_text(shown).splitlines()
    assert text in lines[1].split("││")[1]


def test_a_failed_call_of_classes_is_no_empty_account() -> None:
    report = CashReport(calls=tuple(CashCall), ended=tuple(CashCall)).with_error(
        CashCall.ASSET_CLASSES, REJECTED
    )
    text = page_text(view(report=report))
    assert KO("error.request_rejected.title") in text
    assert "유형별 ─" in text


def test_an_account_that_is_not_loaded_is_unknown_and_not_nothing() -> None:
    profiles = [
        Profile(name, Environment.REAL, AccountNumber.parse(number))
        for name, number in (("main", "50001234-01"), ("other", "50001235-01"))
    ]
    overviews = [
        AccountOverview(profiles[0], Loaded(balance(), MORNING)),
        AccountOverview(profiles[1], NotLoaded()),
    ]
    allocation = allocate_accounts(overviews)
    assert (allocation.total, allocation.zero_parts) == (None, ())
    lines = part_bar_lines(allocation, KO, 76, amounts_hidden=False)
    main, other = map(plain_text, lines)
    assert "█" in main
    assert other.split() == ["other", "-", "-"]
    shown = CashView(accounts=tuple(overviews), chosen_grouping=AllocationGrouping.ACCOUNT)
    assert "계좌 화면" in page_text(shown)


@pytest.mark.parametrize(
    ("shares", "total", "expected", "difference"),
    [
        (("75", "25"), 100, [75, 25], None),
        ((None, None), 101, [75, 25], None),
        (("375", "125"), 101, [75, 25], None),
        (("60", "20"), 125, [75, 25], 25),
        (("75", "25"), None, [75, 25], None),
    ],
)
def test_class_shares_come_from_one_source_and_a_difference_is_shown(
    shares: tuple[str | None, ...],
    total: int | None,
    expected: list[int],
    difference: int | None,
) -> None:
    stocks, deposit = (Decimal(share) if share else None for share in shares)
    classes = AssetClasses(
        lines=(
            AssetLine(AssetCategory.STOCKS, AssetRow(valuation=75, share=stocks)),
            AssetLine(AssetCategory.DEPOSIT, AssetRow(valuation=25, share=deposit)),
        ),
        total=AssetRow(valuation=total),
    )
    divided = allocate_classes(classes)
    assert [part.share for part in divided.parts] == expected
    assert divided.difference == difference
    text = page_text(view(report=CashReport(asset_classes=classes)))
    assert ("25원 다릅니다" in text) is bool(difference)


def test_a_class_of_unknown_value_leaves_no_share_of_the_rest() -> None:
    classes = AssetClasses(
        lines=(
            AssetLine(AssetCategory.STOCKS, AssetRow(valuation=75)),
            AssetLine(AssetCategory.DEPOSIT, AssetRow(valuation=None)),
        ),
        total=AssetRow(valuation=100),
    )
    assert {part.share for part in allocate_classes(classes).parts} == {None}
    text = page_text(view(report=CashReport(asset_classes=classes)))
    assert "금액을 알 수 없는 유형이 있어" in text
    assert "0원 이하" not in text


def test_zero_parts_are_one_line_at_any_width() -> None:
    lines = tuple(AssetLine(category, AssetRow(valuation=0)) for category in AssetCategory)
    allocation = allocate_classes(AssetClasses(lines=lines, total=AssetRow(valuation=0)))
    for width in (30, 56, 76, 116, 300):
        text = folded_text(allocation, KO, width)
        assert len(text) <= width
        assert ("외" in text.split()) is (width < 300)
    assert part_bar_lines(allocation, KO, 76, amounts_hidden=False) == ()
