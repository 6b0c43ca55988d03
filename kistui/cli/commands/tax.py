"""`kistui tax`: print an estimate of the tax on the overseas sales of a year."""

from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator

from msgspec.structs import replace

from kistui.cli.output import print_table, table_width
from kistui.cli.trade_lists import (
    add_list_options,
    korean_today,
    print_failure,
    print_notes,
    read_lists,
    year_type,
)
from kistui.formatting.cells import plain_text
from kistui.formatting.tax_table import tax_notes, tax_sum_lines, tax_table
from kistui.formatting.trade_exports import (
    TAX_FIELDS,
    FailedTrades,
    TradeSnapshot,
    trades_csv,
    trades_json,
)
from kistui.i18n.translations import Translations
from kistui.models.calls import OnProgress
from kistui.models.overseas_tax import CostMethod, TaxSheet
from kistui.services.trade_history import TradeHistory


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui tax`."""
    add_list_options(parser, t)
    parser.add_argument("--year", type=year_type(t), metavar="YYYY", help=t("cli.tax_year"))
    parser.add_argument(
        "--method",
        choices=[method.value for method in CostMethod],
        default=CostMethod.AVERAGE.value,
        help=t("cli.tax_method"),
    )


def run(options: Namespace, t: Translations) -> int:
    """Print the sheet in the chosen format; return 1 if an account could not be read."""
    today = korean_today()
    year = options.year or today.year

    async def read(trades: TradeHistory, on_progress: OnProgress) -> AsyncIterator[TaxSheet | None]:
        method = CostMethod(options.method)
        async for _, sheet in trades.read_tax_sheet(year, today, method, on_progress):
            yield sheet

    snapshots, hidden = read_lists(options, t, read)
    shown = [_with_rows(snapshot) for snapshot in snapshots]
    match options.format:
        case "json":
            print(trades_json(shown, all_accounts=options.all, amounts_hidden=hidden))
        case "csv":
            text = trades_csv(
                shown, fields=TAX_FIELDS, all_accounts=options.all, amounts_hidden=hidden
            )
            print(text, end="")
        case _:
            tables = [
                _format_table(snapshot, t, with_name=options.all, amounts_hidden=hidden)
                for snapshot in shown
                if isinstance(snapshot, TradeSnapshot)
            ]
            print_table("\n\n".join(tables), ascii_only=options.ascii)
    for snapshot in shown:
        if isinstance(snapshot, FailedTrades):
            print_failure(snapshot, t)
        elif isinstance(snapshot.content, TaxSheet):
            print_notes(tax_notes(snapshot.content, t))
    return int(any(isinstance(snapshot, FailedTrades) for snapshot in shown))


def _with_rows(snapshot: TradeSnapshot | FailedTrades) -> TradeSnapshot | FailedTrades:
    """Return a snapshot with its sales as rows; those without a rate come last."""
    if isinstance(snapshot, FailedTrades) or not isinstance(snapshot.content, TaxSheet):
        return snapshot
    return replace(snapshot, rows=(*snapshot.content.sales, *snapshot.content.unsettled))


def _format_table(
    snapshot: TradeSnapshot, t: Translations, *, with_name: bool, amounts_hidden: bool
) -> str:
    sheet = snapshot.content
    assert isinstance(sheet, TaxSheet)  # noqa: S101
    name = f"{snapshot.profile.name} · " if with_name else ""
    if not snapshot.rows:
        return f"{name}{t('tax.none', year=sheet.year)}"
    layout = tax_table(sheet, t, amounts_hidden=amounts_hidden).lay_out(table_width())
    sums = tax_sum_lines(sheet, t, amounts_hidden=amounts_hidden)
    lines = [layout.header, *layout.rows, (), layout.total_row, (), *sums]
    text = "\n".join(plain_text(line).rstrip() for line in lines)
    return f"{name}{t('tax.title', year=sheet.year)}\n\n{text}"
