"""`kistui tax`: print an estimate of the tax on the overseas sales of a year."""

from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator
from functools import partial

from msgspec.structs import replace

from kistui.cli.output import table_width
from kistui.cli.parser import add_enum_option
from kistui.cli.trade_lists import (
    add_list_options,
    korean_today,
    print_lists,
    year_type,
)
from kistui.formatting.ansi import styled_lines
from kistui.formatting.tax_table import tax_notes, tax_sum_lines, tax_table
from kistui.formatting.trade_exports import (
    TAX_FIELDS,
    TradeSnapshot,
)
from kistui.i18n.translations import Translations
from kistui.models.calls import OnProgress
from kistui.models.overseas_tax import CostMethod, TaxSheet
from kistui.services.session import Session


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui tax`."""
    add_list_options(parser, t)
    parser.add_argument("--year", type=year_type(t), metavar="YYYY", help=t("cli.tax_year"))
    add_enum_option(parser, "--method", CostMethod.AVERAGE, t("cli.tax_method"))


def run(options: Namespace, t: Translations) -> int:
    """Print the sheet in the chosen format; return 1 if an account could not be read."""
    today = korean_today()
    year = options.year or today.year

    async def read(session: Session, on_progress: OnProgress) -> AsyncIterator[TaxSheet | None]:
        method = CostMethod(options.method)
        async for _, sheet in session.trades.read_tax_sheet(year, today, method, on_progress):
            yield sheet

    return print_lists(
        options,
        t,
        read,
        fields=TAX_FIELDS,
        select_rows=_select_rows,
        format_table=partial(_format_table, t),
        list_notes=lambda sheet, _hidden: tax_notes(sheet, t),
    )


def _select_rows(snapshot: TradeSnapshot[TaxSheet]) -> TradeSnapshot[TaxSheet]:
    """Return a snapshot with its sales as rows; those without a rate come last."""
    return replace(snapshot, rows=(*snapshot.content.sales, *snapshot.content.unsettled))


def _format_table(t: Translations, snapshot: TradeSnapshot[TaxSheet], amounts_hidden: bool) -> str:
    sheet = snapshot.content
    if not snapshot.rows:
        return t("tax.none", year=sheet.year)
    layout = tax_table(sheet, t, amounts_hidden=amounts_hidden).lay_out(table_width())
    sums = tax_sum_lines(sheet, t, amounts_hidden=amounts_hidden)
    lines = [layout.header, *layout.rows, (), layout.total_row, (), *sums]
    text = styled_lines(lines)
    return f"{t('tax.title', year=sheet.year)}\n\n{text}"
