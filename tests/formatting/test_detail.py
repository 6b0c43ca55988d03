"""The details of a holding: all fields are shown and no line is too wide."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui import i18n
from kistui.formatting.boxes import LabelledValue, two_column_lines, wrap_text
from kistui.formatting.cells import Line, Role, display_width, plain_text
from kistui.formatting.holding_detail import holding_detail_lines
from kistui.formatting.lot_lines import LOT_FIELD_ORDER, OVERSEAS_LOT_FIELD_ORDER
from kistui.formatting.serialization import kis_fields
from kistui.formatting.values import format_change, format_number, format_percent, masked_amount
from kistui.i18n.translations import Translations
from kistui.models.balance import Holding, Lot, merge_lots
from kistui.models.kis_fields import ValueType, field_specs
from kistui.models.overseas import SettlementDateLot, TradeDateLot
from kistui.models.text import clean_text
from tests.support import make_lot

KO, EN = i18n.load_translations("ko"), i18n.load_translations("en")
BOTH = pytest.mark.parametrize("t", [KO, EN], ids=["ko", "en"])
TODAY = date(2026, 11, 23)


def distinct_lot(start: int = 0, **values: Any) -> Lot:
    """Return a lot in which every field has a different value."""
    factories: dict[ValueType, Any] = {
        ValueType.WON: lambda n: 7_000_000 + n,
        ValueType.QUANTITY: lambda n: 4000 + n,
        ValueType.PRICE: lambda n: Decimal(50_000 + n),
        ValueType.PERCENT: lambda n: Decimal(f"{n}.25"),
        ValueType.DATE: lambda n: date(2027, 1, 1) + timedelta(days=n),
        ValueType.TEXT: lambda n: f"말{n}",
        ValueType.CODE: lambda n: f"C{n}",
    }
    defaults = {
        spec.name: factories[spec.value_type](number)
        for number, spec in enumerate(field_specs(Lot), 1 + start)
    }
    return Lot(**(defaults | values))


def shown_as(name: str, value: Any) -> str:
    if name in {"profit_loss", "day_change"}:
        return format_change(value).text
    if isinstance(value, Decimal) and name.endswith(("_rate", "_return")):
        return format_percent(value).text
    return str(value) if isinstance(value, str | date) else format_number(value).text


def lines_of(
    *lots: Lot, t: Translations = KO, width: int = 80, raw: bool = False, hidden: bool = False
) -> tuple[Line, ...]:
    (holding,) = merge_lots(lots)
    return holding_detail_lines(
        holding, (1, 5), t, width, TODAY, show_raw_fields=raw, amounts_hidden=hidden
    )


def text(*lots: Lot, **options: Any) -> str:
    return "\n".join(map(plain_text, lines_of(*lots, **options)))


def test_field_order_lists_every_field_once() -> None:
    assert sorted(LOT_FIELD_ORDER) == sorted(spec.name for spec in field_specs(Lot))
    assert {spec.name for spec in field_specs(Holding)} <= set(LOT_FIELD_ORDER)


@BOTH
@pytest.mark.parametrize("width", [40, 80, 118])
def test_all_26_fields_of_a_lot_are_shown(t: Translations, width: int) -> None:
    lot = distinct_lot()
    details = text(lot, t=t, width=width)
    for spec in field_specs(Lot):
        assert t(f"lot.{spec.name}") in details
        assert shown_as(spec.name, getattr(lot, spec.name)) in details, spec.name


@BOTH
def test_several_lots_are_shown_merged_and_each(t: Translations) -> None:
    lots = [distinct_lot(code="C1", name="말2"), distinct_lot(100, code="C1", name="말2")]
    details = text(*lots, t=t)
    for lot in lots:
        for spec in field_specs(Lot):
            assert shown_as(spec.name, getattr(lot, spec.name)) in details, spec.name
    for name in ("loan_date", "expiry_date", "loan_amount", "loan_price"):
        assert details.count(t(f"lot.{name}")) >= 2
    assert f"{(lots[0].quantity or 0) + (lots[1].quantity or 0):,}" in details
    assert t("lot.average_price") + "*" in details
    assert t("detail.lot", n=2, of=2, kind="말103") in details


def test_heading_shows_name_tags_and_position() -> None:
    heading = plain_text(lines_of(make_lot(), make_lot(trade_kind="자기융자"))[0])
    assert heading.startswith("삼성전자  005930  현금 · 자기융자 ")
    assert heading.endswith("1/5")
    assert display_width(heading) == 80
    assert plain_text(lines_of(make_lot(), width=20)[0]) == "삼성전자  005930 1/5"
    assert plain_text(lines_of(make_lot(), width=10)[0]) == "삼성…  1/5"


@pytest.mark.parametrize(
    ("days", "ko", "en"),
    [
        (30, "만기 30일 남음: 2026-12-23 자기융자", "Expires in 30 d"),
        (1, "만기 1일 남음", "Expires in 1 d"),
        (0, "오늘 만기", "Expires today"),
        (-2, "만기 2일 지남: 2026-11-21", "Expired 2 d ago"),
    ],
)
def test_near_or_past_expiry_is_warned_about(days: int, ko: str, en: str) -> None:
    near = make_lot(trade_kind="자기융자", expiry_date=TODAY + timedelta(days=days))
    warning = lines_of(make_lot(), near)[1]
    assert ko in plain_text(warning)
    assert {cell.role for cell in warning} == {Role.BAD}
    assert en in plain_text(lines_of(make_lot(), near, t=EN)[1])


def test_expiry_warnings_are_sorted_and_skip_far_or_repaid_lots() -> None:
    lots = [make_lot(expiry_date=TODAY + timedelta(days=days)) for days in (31, 20, 3)]
    repaid = make_lot(quantity=0, expiry_date=TODAY)
    warnings = [
        plain_text(line) for line in lines_of(*lots, repaid) if line and line[0].role is Role.BAD
    ]
    assert [warning.split(":")[0] for warning in warnings] == ["만기 3일 남음", "만기 20일 남음"]


@pytest.mark.parametrize(
    ("price", "ko", "en"),
    [
        (
            75_000,
            "손익분기 70,000원 (-6.67%*, 비용 제외)",
            "Break-even 70,000 KRW (-6.67%*, before costs)",
        ),
        (50_000, "손익분기 70,000원 (+40.00%*", "Break-even 70,000 KRW (+40.00%*"),
        (70_000, "손익분기 70,000원 (현재가와 같음)", "Break-even 70,000 KRW (the current price)"),
    ],
)
def test_break_even_names_the_price_and_the_way_there(price: int, ko: str, en: str) -> None:
    assert ko in text(make_lot(price=Decimal(price)))
    assert en in text(make_lot(price=Decimal(price)), t=EN)


@pytest.mark.parametrize("values", [{"average_price": None}, {"quantity": 0}, {"price": None}])
def test_unknown_break_even_is_not_shown(values: dict[str, Any]) -> None:
    assert "손익분기" not in text(make_lot(**values))


@pytest.mark.parametrize("traded", [{}, {"bought_today": 3}, {"sold_today": 3}])
def test_day_profit_says_what_it_leaves_out_beside_it_on_a_day_of_trades(
    traded: dict[str, int],
) -> None:
    details = text(make_lot(**traded))
    assert details.count("오늘 매수·매도한 수량은 뺍니다") == 1
    assert (details.index("오늘 매수·매도한") < details.index("매도가능")) is bool(traded)


def test_computed_values_are_marked_and_explained() -> None:
    details = text(make_lot())
    assert "당일손익*" in details
    assert "▲ 10,000" in details
    assert "██████████ 100.0%" in details
    assert KO("summary_label.computed") in details
    assert "매입평균가격*" not in details  # for a single lot, KIS sends it


def test_weight_bar_is_proportional() -> None:
    (holding,) = merge_lots([make_lot()])
    for weight, bar in (("0", 0), ("34.5", 3), ("35.0", 4), ("100", 10), ("-3", 0)):
        weighted = replace(holding, weight=Decimal(weight))
        details = "".join(
            plain_text(line)
            for line in holding_detail_lines(weighted, (1, 1), KO, 80, TODAY, show_raw_fields=False)
        )
        assert details.count("█") == bar
        assert details.count("░") == 10 - bar


def test_lot_without_a_price_shows_no_loss() -> None:
    closed = make_lot(
        price=Decimal(0), valuation=0, profit_loss=-700_000, profit_rate=Decimal(-100)
    )
    for lots in ([closed], [closed, closed]):
        details = text(*lots)
        assert "700,000" in details
        assert "▼" not in details
        assert "-100" not in details
    assert "-700000" in text(closed, raw=True)


def test_price_and_profit_lead_and_are_dashes_when_unknown() -> None:
    assert plain_text(lines_of(make_lot())[2]).startswith("75,000원 ▲ 1,000 +1.35%")
    closed = plain_text(lines_of(make_lot(price=Decimal(0)))[2])
    assert closed.split() == ["-", KO("column.profit_loss"), "-"]
    assert "•••" in plain_text(lines_of(make_lot(), hidden=True)[2])


def test_unsigned_day_change_takes_the_sign_of_its_rate() -> None:
    details = text(make_lot(day_rate=Decimal("-1.35"), day_change=Decimal(1000)))
    assert "▼ 1,000" in details
    assert "▼ 10,000" in details


@BOTH
@pytest.mark.parametrize("width", [40, 80])
def test_raw_fields_show_every_key_and_value(t: Translations, width: int) -> None:
    lots = [
        distinct_lot(code="C1"),
        distinct_lot(100, code="C1", loan_date=None, trade_kind=""),
    ]
    plain = text(*lots, t=t, width=width)
    details = text(*lots, t=t, width=width, raw=True)
    name, below = plain.split("\n", 1)
    assert details.startswith(name)
    assert details.endswith(below)
    added = details.removeprefix(name).removesuffix(below)
    for lot in lots:
        for key, value in kis_fields(lot, amounts_hidden=False).items():
            assert key in added
            sent = f"{value:%Y%m%d}" if isinstance(value, date) else str(value or "")
            assert sent in added
    assert added.count(t("detail.blank")) == 2
    assert t("detail.blank") not in plain


def test_hidden_raw_fields_show_which_values_are_blank() -> None:
    lot = make_lot(loan_amount=None)
    assert text(lot, raw=True, hidden=True).count(KO("detail.blank")) == text(lot, raw=True).count(
        KO("detail.blank")
    )


@BOTH
@pytest.mark.parametrize("raw", [False, True])
def test_hidden_amounts_and_quantities_are_masked(t: Translations, *, raw: bool) -> None:
    lots = [distinct_lot(code="C1"), distinct_lot(100, code="C1")]
    for shown_lots in (lots[:1], lots):
        details = text(*shown_lots, t=t, raw=raw, hidden=True)
        (holding,) = merge_lots(shown_lots)
        for record in (*shown_lots, holding):
            for spec in field_specs(type(record)):
                value = getattr(record, spec.name)
                is_price_paid = spec.name in {"average_price", "loan_price"}
                if is_price_paid or spec.value_type in {ValueType.WON, ValueType.QUANTITY}:
                    assert f"{abs(value):,f}" not in details, spec.name
                    assert str(value) not in details, spec.name
                elif isinstance(record, Lot):
                    assert shown_as(spec.name, value) in details, spec.name
        assert "100.0%" in details
        assert masked_amount().text in details


def test_hidden_amounts_include_day_profit_and_price_paid() -> None:
    details = text(make_lot(), hidden=True)
    assert "10,000" not in details
    assert "70,000" not in details
    assert "손익분기 •••원 (" in details
    assert "당일손익*" in details


LOTS = st.lists(
    st.builds(
        distinct_lot,
        st.integers(0, 500),
        code=st.just("005930"),
        name=st.text(max_size=60).map(clean_text),
        trade_kind=st.one_of(st.none(), st.text(max_size=60).map(clean_text)),
        valuation=st.one_of(st.none(), st.integers(-(10**14), 10**14)),
        price=st.one_of(st.none(), st.decimals(0, 10**9, places=4)),
        quantity=st.one_of(st.none(), st.integers(0, 10**10)),
        average_price=st.one_of(st.none(), st.decimals(1, 10**9, places=4)),
        expiry_date=st.one_of(st.none(), st.dates()),
    ),
    min_size=1,
    max_size=3,
)


@given(LOTS, st.integers(24, 160), st.booleans(), st.booleans(), st.sampled_from([KO, EN]))
def test_no_line_exceeds_the_width(
    lots: list[Lot], width: int, raw: bool, hidden: bool, t: Translations
) -> None:
    for line in lines_of(*lots, t=t, width=width, raw=raw, hidden=hidden):
        assert display_width(plain_text(line)) <= width


@given(
    st.lists(st.tuples(st.text("가나 ab", max_size=30), st.integers(0, 10**15))),
    st.integers(24, 120),
)
def test_numbers_are_never_truncated(pairs: list[tuple[str, int]], width: int) -> None:
    lines = two_column_lines(
        [LabelledValue(label, format_number(value)) for label, value in pairs], width
    )
    cells = [cell.text for line in lines for cell in line]
    for _, value in pairs:
        assert f"{value:,}" in cells


@given(st.text("가나다 abc", max_size=60), st.integers(2, 40))
def test_wrapped_text_keeps_every_word(raw: str, width: int) -> None:
    lines = wrap_text(raw, width, Role.PLAIN)
    assert all(display_width(plain_text(line)) <= width for line in lines)
    assert "".join(map(plain_text, lines)).replace(" ", "") == raw.replace(" ", "")


def test_overseas_field_order_lists_every_field() -> None:
    fields = {spec.name for lot in (TradeDateLot, SettlementDateLot) for spec in field_specs(lot)}
    assert set(OVERSEAS_LOT_FIELD_ORDER) == fields
