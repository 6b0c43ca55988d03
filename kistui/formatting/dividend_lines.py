"""The lines around the table of dividends: sums, months as bars, notes, and one row in full."""

from msgspec.structs import replace

from kistui.formatting.boxes import pair_lines
from kistui.formatting.cells import Cell, Line, Role, leading_blocks
from kistui.formatting.dividends_table import (
    UNKNOWN_TAX_MARK,
    DividendEntry,
    EntryKind,
    dividend_entries,
    dividend_kind_text,
    dividends_table,
    format_yield,
    right_type_text,
)
from kistui.formatting.error_text import describe_error
from kistui.formatting.headline import BLOCK_GAP
from kistui.formatting.raw_fields import raw_field_lines
from kistui.formatting.read_status import completeness_notes
from kistui.formatting.trade_detail import indented_rows
from kistui.formatting.values import COMPUTED_MARK, format_number, mask_amount
from kistui.i18n.translations import Translations
from kistui.models.dividends import (
    AccountRight,
    Dividend,
    DividendGroup,
    DividendGrouping,
    DividendReport,
)

MONTHS = 12
BAR_HEIGHTS = "▁▂▃▄▅▆▇█"
EMPTY_MONTH = "·"


def received_line(
    report: DividendReport, t: Translations, width: int, *, amounts_hidden: bool = False
) -> Line:
    """Return what was received: gross, tax, net and yields; what does not fit is left out."""
    if not report.has_rights:
        return (Cell(f" {t('dividends.no_rights')}", Role.LABEL),)
    if not report.received and not report.has_all_parts:
        return ()  # a sum of 0 would look as if it had been read
    total = report.total()
    parts = [
        ("dividends.total_gross", _amount(total.gross, amounts_hidden), ""),
        ("dividends.net", _amount(total.highest_net, amounts_hidden), _unknown_mark(total)),
        ("dividends.tax", _amount(total.known_tax, amounts_hidden), _unknown_mark(total)),
    ]
    if report.is_one_year:
        parts += [
            ("dividends.yield_on_cost", format_yield(total.yield_on_cost).text, ""),
            ("dividends.yield_on_value", format_yield(total.yield_on_value).text, ""),
        ]
    blocks = [_labelled(t(key), f"{value}{mark}") for key, value, mark in parts]
    return leading_blocks(blocks, width, BLOCK_GAP, indent=1)


def announced_line(
    report: DividendReport,
    t: Translations,
    width: int,
    *,
    with_months: bool = True,
    amounts_hidden: bool = False,
) -> Line:
    """Return the sum of what is announced, and the months of the year as bars."""
    bars = month_bars(report) if with_months and not amounts_hidden else ""
    decided = [item for item in report.announced if item.gross is not None]
    undecided = len(report.announced) - len(decided)
    texts = []
    if decided:
        amount = _amount(sum(item.gross or 0 for item in decided), amounts_hidden)
        mark = COMPUTED_MARK if any(item.is_computed for item in decided) else ""
        texts.append(t("dividends.announced_sum", n=len(decided), amount=f"{amount}{mark}"))
    if undecided:
        texts.append(t("dividends.announced_undecided", n=undecided))
    blocks: list[Line] = [(Cell(" · ".join(texts)),)] if texts else []
    if bars:
        blocks.append(_labelled(t("dividends.by_month"), bars))
    return leading_blocks(blocks, width, BLOCK_GAP, indent=1)


def month_bars(report: DividendReport) -> str:
    """Return a bar for each month of the year; nothing for several years, or without an amount."""
    if not report.is_one_year:
        return ""
    amounts = [0] * MONTHS
    for dividend in report.received:
        if dividend.pay_date is not None:
            amounts[dividend.pay_date.month - 1] += dividend.gross or 0
    greatest, last = max(amounts), report.days.last.month
    if greatest <= 0:
        return ""
    top = len(BAR_HEIGHTS) - 1
    return "".join(
        BAR_HEIGHTS[amount * top // greatest] if amount > 0 else EMPTY_MONTH
        for amount in amounts[:last]
    )


def _amount(value: int | None, amounts_hidden: bool) -> str:
    return mask_amount(format_number(value), amounts_hidden=amounts_hidden).text


def _unknown_mark(group: DividendGroup) -> str:
    return f" {UNKNOWN_TAX_MARK}" if group.unknown_tax_count else ""


def _labelled(label: str, value: str) -> Line:
    return Cell(f"{label} ", Role.LABEL), Cell(value)


def missing_notes(
    report: DividendReport, t: Translations, *, with_received: bool = True
) -> list[str]:
    """Return sentences on what is missing."""
    notes = []
    if report.announced_error:
        title = describe_error(report.announced_error, t).title
        key = "no_holdings" if report.holdings is None else "no_announced"
        notes.append(t(f"dividends.{key}", title=title))
    elif not report.is_complete:
        notes.append(t("read_status.partial", n=report.parts_read, total=report.part_count))
    if with_received and not report.has_rights:
        notes.append(t("dividends.no_rights"))
    return [*notes, *completeness_notes(report, t)]


def mark_notes(
    report: DividendReport,
    t: Translations,
    *,
    with_received: bool = True,
    with_announced: bool = True,
) -> list[str]:
    """Return sentences on what the marks in the table mean."""
    notes = []
    if with_received and any(dividend.is_tax_unknown for dividend in report.received):
        notes.append(t("dividends.unknown_tax"))
    if with_announced and any(item.is_computed and item.gross for item in report.announced):
        notes.append(t("dividends.computed"))
    return notes


def source_text(report: DividendReport, t: Translations, *, with_schedule: bool = True) -> str:
    """Return where the figures come from, and that KIS lists no overseas dividends."""
    if not report.has_rights:
        return t("dividends.source_schedule", n=len(report.holdings or ()))
    if with_schedule and report.holdings is not None:
        return t("dividends.source", n=len(report.holdings))
    return t("dividends.source_rights")


def dividend_detail_lines(
    entry: DividendEntry,
    report: DividendReport,
    t: Translations,
    width: int,
    *,
    show_raw_fields: bool = False,
    amounts_hidden: bool = False,
) -> tuple[Line, ...]:
    """Return a row in full: its values, the payments of a group, or KIS's own fields."""
    dividends = entry.group.dividends if entry.group else ()
    if show_raw_fields:
        rows = [entry.right] if entry.right else [dividend.row for dividend in dividends]
        return raw_field_lines(rows, t, width, amounts_hidden=amounts_hidden)
    if entry.right is not None:
        return pair_lines(_right_pairs(entry.right, t, amounts_hidden), width)
    if entry.single is not None:
        pairs = _dividend_pairs(entry.single, t, amounts_hidden)
        if entry.kind is EntryKind.RECEIVED:
            pairs += _tax_pairs(entry.single, t, amounts_hidden)
        return pair_lines(pairs, width)
    if not dividends:
        return ()
    part = replace(report, grouping=DividendGrouping.PAYMENT)
    is_announced = entry.key == EntryKind.ANNOUNCED.value
    part = replace(part, announced=dividends) if is_announced else replace(part, received=dividends)
    entries = dividend_entries(part, t, with_announced=is_announced, with_received=not is_announced)
    table = dividends_table(
        [item for item in entries if item.kind is not EntryKind.SECTION],
        t,
        grouping=DividendGrouping.PAYMENT,
        amounts_hidden=amounts_hidden,
    )
    return indented_rows(table, width)


def _dividend_pairs(
    dividend: Dividend, t: Translations, amounts_hidden: bool
) -> list[tuple[str, str]]:
    per_share = format_number(dividend.per_share).text if dividend.per_share else ""
    mark = COMPUTED_MARK if dividend.is_computed else ""
    pairs = (
        ("name", f"{dividend.name or ''} {dividend.code or ''}".strip()),
        ("kind", dividend_kind_text(dividend, t)),
        ("record_date", dividend.record_date.isoformat() if dividend.record_date else ""),
        (
            "pay_date",
            dividend.pay_date.isoformat() if dividend.pay_date else t("dividends.undecided"),
        ),
        ("quantity", _amount(dividend.quantity, amounts_hidden)),
        ("per_share", per_share),
        ("shares", _amount(dividend.shares, amounts_hidden) if dividend.shares else ""),
        ("gross", f"{_amount(dividend.gross, amounts_hidden)}{mark if dividend.gross else ''}"),
    )
    return [(t(f"dividends.{name}"), value) for name, value in pairs if value]


def _tax_pairs(dividend: Dividend, t: Translations, amounts_hidden: bool) -> list[tuple[str, str]]:
    """Return tax and net of a payment; both are unknown where KIS sends a tax of 0."""
    values = {"tax": dividend.tax, "net": dividend.net}
    return [
        (
            t(f"dividends.{name}"),
            UNKNOWN_TAX_MARK if dividend.is_tax_unknown else _amount(value, amounts_hidden),
        )
        for name, value in values.items()
    ]


def _right_pairs(
    right: AccountRight, t: Translations, amounts_hidden: bool
) -> list[tuple[str, str]]:
    """Return what a right has; amounts and quantities of 0 are left out."""

    def amount(value: int | None) -> str:
        return _amount(value, amounts_hidden) if value else ""

    price = format_number(right.subscription_price).text if right.subscription_price else ""
    dates = {
        "record_date": right.record_date,
        "subscription_end": right.subscription_end,
        "listing_date": right.listing_date,
        "cash_date": right.pay_date,
        "requested_on": right.requested_on,
        "refund_date": right.refund_date,
    }
    pairs = (
        ("name", f"{right.name or ''} {right.code or ''}".strip()),
        ("kind", right_type_text(right.right_type, t)),
        *((name, day.isoformat() if day else "") for name, day in dates.items()),
        ("quantity", amount(right.quantity)),
        ("shares", amount(right.allotted_quantity)),
        ("excess", amount(right.excess_quantity)),
        ("subscription_price", price),
        ("requested_quantity", amount(right.requested_quantity)),
        ("requested_amount", amount(right.requested_amount)),
        ("cash", amount(right.allotted_amount)),
        ("odd_lot", amount(right.odd_lot_amount)),
        ("principal", amount(right.repaid_principal)),
        ("delay_interest", amount(right.delay_interest)),
        ("refund", amount(right.refund)),
        ("tax", amount(right.tax)),
    )
    return [(t(f"dividends.{name}"), value) for name, value in pairs if value]
