"""The overseas tax sheet as a table of sales and the sum below it."""

from collections.abc import Sequence

from kistui.formatting.cells import Cell, Line, Role, display_width, label_value, plain_text
from kistui.formatting.read_status import completeness_notes
from kistui.formatting.table import (
    ITEM_NAME_WIDTH,
    RecordColumn,
    Row,
    Table,
    build_header,
    build_rows,
)
from kistui.formatting.values import (
    COMPUTED_MARK,
    UNAVAILABLE,
    format_change,
    format_number,
    mask_amount,
    pad_decimals,
)
from kistui.i18n.translations import Translations
from kistui.models.arithmetic import round_to_won
from kistui.models.overseas_tax import TaxSale, TaxSheet

TaxColumn = RecordColumn[TaxSale]
SUM_WIDTH = 52


def _date_cell(sale: TaxSale, _t: Translations) -> Cell:
    day = sale.trade.settlement_date
    return Cell(day.isoformat(), Role.LABEL) if day else UNAVAILABLE


def _trade_date_cell(sale: TaxSale, _t: Translations) -> Cell:
    day = sale.trade.trade_date
    return Cell(f"{day:%m-%d}", Role.DIM) if day else UNAVAILABLE


def _rate_cell(sale: TaxSale, _t: Translations) -> Cell:
    rate = sale.trade.settlement_rate
    return UNAVAILABLE if rate is None else Cell(pad_decimals(format_number(rate).text, 2))


TAX_COLUMNS = (
    TaxColumn("settled", is_text=True, format_cell=_date_cell),
    TaxColumn("traded", drop_priority=4, is_text=True, format_cell=_trade_date_cell),
    TaxColumn(
        "name",
        is_text=True,
        max_width=ITEM_NAME_WIDTH,
        min_width=8,
        format_cell=lambda sale, _t: Cell(sale.trade.name or sale.trade.code or ""),
    ),
    TaxColumn(
        "isin",
        drop_priority=5,
        is_text=True,
        format_cell=lambda sale, _t: Cell(sale.trade.isin or "", Role.DIM),
    ),
    TaxColumn(
        "quantity",
        drop_priority=2,
        is_sensitive=True,
        format_cell=lambda sale, _t: format_number(sale.trade.quantity),
    ),
    TaxColumn(
        "exchange_rate",
        drop_priority=3,
        format_cell=_rate_cell,
    ),
    TaxColumn(
        "proceeds",
        is_sensitive=True,
        format_cell=lambda sale, _t: format_number(sale.proceeds),
    ),
    TaxColumn("cost", is_sensitive=True, format_cell=lambda sale, _t: format_number(sale.cost)),
    TaxColumn(
        "fees",
        drop_priority=1,
        is_sensitive=True,
        format_cell=lambda sale, _t: format_number(sale.fees),
    ),
    TaxColumn("gain", is_sensitive=True, format_cell=lambda sale, _t: format_change(sale.gain)),
)


def tax_table(sheet: TaxSheet, t: Translations, *, amounts_hidden: bool = False) -> Table:
    """Return the sales of a sheet, oldest first; those not settled yet come last, without won."""
    rows = [*sheet.sales, *(TaxSale(trade, None) for trade in sheet.unsettled)]
    return Table(
        TAX_COLUMNS,
        build_header(TAX_COLUMNS, t, "tax"),
        build_rows(TAX_COLUMNS, rows, t, amounts_hidden=amounts_hidden),
        [str(index) for index in range(len(rows))],
        totals=[_total_row(sheet, t, amounts_hidden=amounts_hidden)] if rows else (),
    )


def _total_row(sheet: TaxSheet, t: Translations, *, amounts_hidden: bool) -> Row:
    """Return the sums of the settled sales."""
    cells = {
        "settled": Cell(t("profit.total")),
        "proceeds": format_number(sheet.proceeds),
        "cost": format_number(sheet.cost),
        "fees": format_number(sheet.fees),
        "gain": format_change(sheet.gain),
    }
    return Row(
        column.mask(cells.get(column.name, Cell("")), amounts_hidden=amounts_hidden)
        for column in TAX_COLUMNS
    )


def tax_sum_lines(
    sheet: TaxSheet, t: Translations, *, amounts_hidden: bool = False
) -> tuple[Line, ...]:
    """Return the sum: gain, deduction, taxable amount, estimated tax, and KIS's own profit."""

    def amount(cell: Cell) -> Cell:
        return mask_amount(cell, amounts_hidden=amounts_hidden)

    tax = (
        UNAVAILABLE
        if sheet.estimated_tax is None
        else Cell(f"{sheet.estimated_tax:,}{COMPUTED_MARK}", Role.STRONG)
    )
    rows = (
        (t("tax.sum_gain"), amount(format_change(sheet.gain))),
        (t("tax.sum_deduction"), format_number(sheet.deduction)),
        (t("tax.sum_taxable"), amount(format_number(sheet.taxable))),
        (t("tax.sum_tax", percent=sheet.tax_percent), amount(tax)),
        (t("tax.sum_kis"), amount(format_change(round_to_won(sheet.kis_profit)))),
    )
    return tuple(label_value(label, value, SUM_WIDTH) for label, value in rows)


def tax_headline(
    sheet: TaxSheet, t: Translations, width: int, *, amounts_hidden: bool = False
) -> tuple[Line, Line]:
    """Return the sum in two lines; what does not fit into `width` is left out whole."""
    gain, deduction, taxable, tax, kis = (
        " ".join(plain_text(line).split())
        for line in tax_sum_lines(sheet, t, amounts_hidden=amounts_hidden)
    )

    def longest(*choices: Sequence[str]) -> Line:
        texts = [f" {'   '.join(parts)}" for parts in choices]
        fitting = (text for text in texts if display_width(text) <= width)
        return (Cell(next(fitting, texts[-1])),)

    return longest((gain, deduction, taxable), (gain, taxable), (taxable,)), longest(
        (tax, kis), (tax,)
    )


def tax_notes(sheet: TaxSheet, t: Translations) -> list[str]:
    """Return sentences on what the sheet does not cover and what is missing in it."""
    notes = [t("tax.no_advice")]
    if sheet.unsettled:
        notes.append(t("tax.unsettled", n=len(sheet.unsettled)))
    if sheet.purchases_since:
        day = sheet.purchases_since.isoformat()
        if sheet.sales_without_cost:
            notes.append(t("tax.without_cost", n=sheet.sales_without_cost, day=day))
        if sheet.unverified_items:
            notes.append(t("tax.unverified", n=sheet.unverified_items, day=day))
        elif sheet.unverified_items is None and sheet.sales:
            notes.append(t("tax.unchecked", day=day))
    notes += [t("tax.kis_differs"), t(f"tax.method_{sheet.method.value}")]
    return [*notes, *completeness_notes(sheet, t)]
