"""`kistui dividends`: print the dividends of one account or all, received or announced."""

from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator
from functools import partial

from msgspec.structs import replace

from kistui.cli.output import table_width
from kistui.cli.parser import add_enum_option
from kistui.cli.trade_lists import (
    add_list_options,
    korean_today,
    list_title,
    print_lists,
    year_type,
)
from kistui.formatting.ansi import styled_lines
from kistui.formatting.dividend_lines import (
    announced_line,
    mark_notes,
    missing_notes,
    received_line,
    source_text,
)
from kistui.formatting.dividends_table import EntryKind, dividend_entries, dividends_table
from kistui.formatting.trade_exports import DIVIDEND_FIELDS, TradeSnapshot
from kistui.i18n.translations import Translations
from kistui.models.calls import OnProgress
from kistui.models.dividends import DividendGrouping, DividendReport
from kistui.models.periods import days_of_year
from kistui.services.session import Session


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui dividends`."""
    add_list_options(parser, t)
    parser.add_argument("--year", type=year_type(t), metavar="YYYY", help=t("cli.dividends_year"))
    add_enum_option(parser, "--by", DividendGrouping.PAYMENT, t("cli.dividends_by"))
    parser.add_argument("--pending", action="store_true", help=t("cli.dividends_pending"))


def run(options: Namespace, t: Translations) -> int:
    """Print the dividends in the chosen format; return 1 if a part could not be read."""
    today = korean_today()
    days = days_of_year(options.year or today.year, today)

    def read(session: Session, on_progress: OnProgress) -> AsyncIterator[DividendReport]:
        return session.dividends.read(
            days,
            today,
            DividendGrouping(options.by),
            on_progress,
            with_schedule=options.pending,
        )

    return print_lists(
        options,
        t,
        read,
        fields=DIVIDEND_FIELDS,
        select_rows=partial(_select_rows, is_pending=options.pending),
        format_table=partial(_format_table, t, is_pending=options.pending),
        list_notes=partial(_list_notes, t, is_pending=options.pending),
    )


def _list_notes(
    t: Translations, report: DividendReport, _amounts_hidden: bool, *, is_pending: bool
) -> list[str]:
    return [
        *missing_notes(report, t, with_received=not is_pending),
        *mark_notes(report, t, with_received=not is_pending, with_announced=is_pending),
    ]


def _select_rows(
    snapshot: TradeSnapshot[DividendReport], is_pending: bool
) -> TradeSnapshot[DividendReport]:
    """Return a snapshot whose rows are the announced dividends, or the groups of received ones."""
    report = snapshot.content
    return replace(snapshot, rows=report.announced if is_pending else report.groups())


def _format_table(
    t: Translations,
    snapshot: TradeSnapshot[DividendReport],
    amounts_hidden: bool,
    *,
    is_pending: bool,
) -> str:
    report, width = snapshot.content, table_width()
    title = t("dividends.announced") if is_pending else list_title("dividends", report.days, t)
    source = source_text(report, t, with_schedule=is_pending)
    if not snapshot.rows:
        none_key = "none_announced" if is_pending else "none" if report.has_rights else "no_rights"
        return f"{title}\n\n{t(f'dividends.{none_key}')}\n\n{source}"
    entries = dividend_entries(report, t, with_announced=is_pending, with_received=not is_pending)
    table = dividends_table(
        [entry for entry in entries if entry.kind is not EntryKind.SECTION],
        t,
        grouping=report.grouping,
        amounts_hidden=amounts_hidden,
    )
    layout = table.lay_out(width)
    if is_pending:
        headline = announced_line(
            report, t, width, with_months=False, amounts_hidden=amounts_hidden
        )
    else:
        headline = received_line(report, t, width, amounts_hidden=amounts_hidden)
    totals = () if is_pending else ((), layout.total_row)
    lines = styled_lines([headline, (), layout.header, *layout.rows, *totals])
    return f"{title}\n\n{lines}\n\n{source}"
