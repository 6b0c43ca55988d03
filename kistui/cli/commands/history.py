"""`kistui history`: print the recorded days, import others, and note deposits and withdrawals."""

from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable
from pathlib import Path

from kistui.cli.balances import are_amounts_hidden
from kistui.cli.context import locked_profile
from kistui.cli.output import UsageError, print_csv, print_notice, print_table, table_width
from kistui.cli.parser import (
    TABLE_FORMATS,
    CommandParser,
    add_common_options,
    add_format_option,
    add_hide_option,
    add_subparser,
    add_subparsers,
    day_type,
)
from kistui.formatting.ansi import styled_lines
from kistui.formatting.cells import join_blocks
from kistui.formatting.history import history_headline, return_blocks
from kistui.formatting.history_exports import history_json
from kistui.formatting.history_table import history_rows, history_table
from kistui.formatting.table import FOOTER_GAP
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.history import AssetHistory, CashFlow
from kistui.models.history_csv import clean_note, format_history, parse_won
from kistui.services.profiles import ProfileService


def add_arguments(parser: CommandParser, t: Translations) -> None:
    """Add the options and actions of `kistui history`."""
    day = day_type(t)
    add_common_options(parser, t)
    add_format_option(parser, t, TABLE_FORMATS)
    add_hide_option(parser, t)
    parser.add_argument(
        "--from", dest="first", type=day, metavar="DATE", help=t("cli.history_from")
    )
    parser.add_argument("--to", dest="last", type=day, metavar="DATE", help=t("cli.history_to"))
    subparsers = add_subparsers(parser)
    actions = {
        name: add_subparser(subparsers, name, t(f"cli.history_{name}"), t)
        for name in ("import", "deposit", "withdrawal")
    }
    for action in actions.values():
        add_common_options(action, t)
    actions["import"].add_argument("path", metavar="PATH", help=t("cli.history_path"))
    actions["import"].add_argument("--replace", action="store_true", help=t("cli.history_replace"))
    for name in ("deposit", "withdrawal"):
        actions[name].add_argument("day", type=day, metavar="DATE", help=t("cli.flow_day"))
        actions[name].add_argument(
            "amount", type=_amount_type(t), metavar="WON", help=t("cli.flow_amount")
        )
        actions[name].add_argument(
            "note", nargs="?", default="", metavar="NOTE", help=t("cli.flow_note")
        )
        actions[name].add_argument(
            "--remove", action="store_true", help=t("cli.history_remove_flow")
        )


def _amount_type(t: Translations) -> Callable[[str], int]:
    """Return an argparse type of amounts in won above zero."""

    def parse(text: str) -> int:
        amount = parse_won(text)
        if amount is None or amount <= 0:
            raise ArgumentTypeError(t("cli.not_an_amount", text=text))
        return amount

    return parse


def run(options: Namespace, t: Translations) -> int:
    """Print the history of a profile, or do what `options.action` says; return the exit code."""
    with locked_profile(options, t) as (profiles, profile):
        match options.action:
            case "import":
                result = profiles.history.import_file(
                    profile, Path(options.path), replace_days=options.replace
                )
                print_notice(
                    t(
                        "cli.history_imported",
                        days=result.days,
                        new=result.new_days,
                        flows=result.new_cash_flows,
                    )
                )
                return 0
            case "deposit" | "withdrawal":
                return _note(profiles, profile, options, t)
        return _print(profiles, profile, options, t)


def _note(profiles: ProfileService, profile: Profile, options: Namespace, t: Translations) -> int:
    """Note a deposit or withdrawal, or remove the note."""
    sign = 1 if options.action == "deposit" else -1
    flow = CashFlow(options.day, sign * options.amount, clean_note(options.note))
    if flow.day > profiles.history.today():
        raise UsageError(t("reason.future_date", day=flow.day.isoformat()))
    if options.remove:
        if not profiles.history.remove_cash_flow(profile, flow):
            print_notice(f"kistui: {t('cli.history_no_flow')}")
            return 1
        return 0
    profiles.history.add_cash_flow(profile, flow)
    return 0


def _print(profiles: ProfileService, profile: Profile, options: Namespace, t: Translations) -> int:
    history = profiles.history.read(profile).between(options.first, options.last)
    hidden, holidays = are_amounts_hidden(options, profiles), profiles.history.holidays(profile)
    match options.format:
        case "json":
            print(history_json(profile, history, holidays, amounts_hidden=hidden))
        case "csv" | "tsv":
            print_csv(format_history(history, amounts_hidden=hidden), options)
        case _ if history == AssetHistory():
            is_recording = profiles.history.is_recording
            print_notice(t("history.empty" if is_recording else "history.switched_off"))
        case _:
            rows = history_rows(history, profiles.history.today(), holidays)
            table = history_table(rows, t, amounts_hidden=hidden).lay_out(table_width())
            lines = [
                history_headline(history, t, amounts_hidden=hidden),
                (),
                table.header,
                *table.rows,
                (),
                *join_blocks(
                    return_blocks(history, t, amounts_hidden=hidden), table_width(), FOOTER_GAP
                ),
            ]
            text = styled_lines(lines)
            print_table(text, options)
    return 0
