"""`kistui balance` and `kistui holdings`: one reading, on standard output."""

import asyncio
import shutil
import sys
from argparse import Namespace
from datetime import datetime

from kistui.cli import output
from kistui.cli.source import open_profile
from kistui.clock import system_clock
from kistui.model.balance import Balance
from kistui.model.progress import Progress, TokenWaiting, Waiting
from kistui.view import export
from kistui.view.status import progress_text
from kistui.view.words import Words

WIDE = 200
"""Columns for a table nobody looks at in a terminal: every column of it."""


def run_balance(options: Namespace, words: Words) -> int:
    """Print the summary in the chosen form, or with `--all` that of every account."""
    if options.all:
        from kistui.cli.accounts import run

        return run(options, words)
    reading = _read(options, words)
    match options.format:
        case "json":
            print(export.summary_json(reading))
        case "csv":
            print(export.summary_csv(reading, words), end="")
        case _:
            print(output.summary_table(reading, words))
    return 0


def run_holdings(options: Namespace, words: Words) -> int:
    """Print the holdings, or every lot, in the chosen form."""
    reading = _read(options, words)
    match options.format:
        case "json":
            print(export.holdings_json(reading, lots=options.lots))
        case "csv":
            print(export.holdings_csv(reading, lots=options.lots), end="")
        case _:
            width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDE
            print(output.holdings_table(reading, words, width, lots=options.lots))
    return 0


def _read(options: Namespace, words: Words) -> export.Reading:
    with open_profile(options, words) as (profiles, profile):

        async def read() -> tuple[Balance, datetime]:
            session = profiles.session(profile)
            try:
                return await session.balance(
                    lambda progress: _tell(progress, words)
                ), system_clock()
            finally:
                await session.aclose()

        balance, at = asyncio.run(read())
        return export.Reading(profile, balance, at)


def _tell(progress: Progress, words: Words) -> None:
    if isinstance(progress, (Waiting, TokenWaiting)):
        print(progress_text(progress, words), file=sys.stderr)
