"""`kistui cash`: print deposits, buying power and withdrawable cash by currency."""

from argparse import ArgumentParser, Namespace

from kistui.cli.output import print_csv, print_failure, print_notice, print_table, table_width
from kistui.cli.trade_lists import add_list_options, read_accounts
from kistui.clock import system_clock
from kistui.formatting.ansi import styled_lines
from kistui.formatting.cash import cash_notes, currency_table, split_positions, won_rows
from kistui.formatting.cash_exports import CashSnapshot, cash_csv, cash_json
from kistui.formatting.serialization import FailedAccount
from kistui.i18n.translations import Translations
from kistui.models.calls import OnProgress
from kistui.models.cash import CashCall
from kistui.models.market_hours import settlement_days
from kistui.services.session import Session, last_part

CALLS = (CashCall.BUYING_POWER, CashCall.CURRENCY_MARGINS)
WON_WIDTH = 48
"""Columns of the lines of won."""


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui cash`."""
    add_list_options(parser, t)


def run(options: Namespace, t: Translations) -> int:
    """Print the cash in the chosen format; return 1 if a part could not be read."""
    snapshots, hidden = read_accounts(options, t, _read, all_accounts=options.all)
    match options.format:
        case "json":
            print(cash_json(snapshots, all_accounts=options.all, amounts_hidden=hidden))
        case "csv" | "tsv":
            text = cash_csv(snapshots, all_accounts=options.all, amounts_hidden=hidden)
            print_csv(text, options)
        case _:
            tables = [
                (f"{snapshot.profile.name}\n" if options.all else "")
                + _format_table(snapshot, t, amounts_hidden=hidden)
                for snapshot in snapshots
                if isinstance(snapshot, CashSnapshot)
            ]
            print_table("\n\n".join([*tables, t("cash.why")]), options)
    for snapshot in snapshots:
        if isinstance(snapshot, FailedAccount):
            print_failure(snapshot, t)
            continue
        prefix = snapshot.profile.name if options.all else "kistui"
        for note in cash_notes(snapshot.balance, snapshot.report, t):
            print_notice(f"{prefix}: {note}")
    are_complete = [
        isinstance(snapshot, CashSnapshot) and snapshot.is_complete for snapshot in snapshots
    ]
    return int(not all(are_complete))


async def _read(session: Session, on_progress: OnProgress) -> CashSnapshot:
    balance = await session.fetch_full_balance(system_clock, on_progress)
    report = await last_part(session.cash.read(CALLS, on_progress))
    fetched_at = system_clock()
    days = settlement_days(fetched_at, await session.read_holidays())
    return CashSnapshot(session.profile, balance, report, fetched_at, days)


def _format_table(snapshot: CashSnapshot, t: Translations, *, amounts_hidden: bool) -> str:
    won, *_ = positions = snapshot.positions
    lines = [
        line
        for row in won_rows(won, snapshot.settlement_days, t)
        for line in row.render(WON_WIDTH, amounts_hidden=amounts_hidden)
    ]
    shown_positions, zeros = split_positions(positions, amounts_hidden=amounts_hidden)
    if shown_positions:
        table = currency_table(shown_positions, t, amounts_hidden=amounts_hidden).lay_out(
            table_width()
        )
        lines += [(), table.header, *table.rows]
    text = styled_lines(lines)
    names = " · ".join(position.currency for position in zeros)
    return f"{text}\n{t('cash.nothing', names=names)}" if zeros else text
