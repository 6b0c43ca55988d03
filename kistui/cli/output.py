"""Printing shared by the commands: exit codes, table widths, errors and progress."""

import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Mapping

from kistui.i18n.translations import Translations
from kistui.models.calls import (
    LocalWait,
    OnProgress,
    ProgressEvent,
    RetryScheduled,
    TokenNotShared,
    TokenRequestDelayed,
    TurnDelayed,
)

EXIT_USAGE = 2
"""The exit code for arguments that cannot be combined or used here."""
PIPED_WIDTH = 200
"""Columns of a table that is not printed on a terminal: wide enough for every column."""


NOTICE_INDENT = "  "


def table_width() -> int:
    """Return the columns of the terminal, or `PIPED_WIDTH` where stdout is not a terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else PIPED_WIDTH


def uses_color(choice: str, environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Return whether a stream gets colours: as `--color` says, else by NO_COLOR and FORCE_COLOR.

    Both count if they are not empty, whatever their value (no-color.org, force-color.org).
    """
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return is_terminal and environ.get("TERM", "dumb") not in {"", "dumb", "unknown"}


def print_table(table: str, options: Namespace) -> None:
    """Print a styled table, without its colours where stdout gets none, with ASCII if asked."""
    from kistui.formatting.cells import strip_styles, to_ascii

    if not uses_color(options.color, os.environ, is_terminal=sys.stdout.isatty()):
        table = strip_styles(table)
    print(to_ascii(table) if options.ascii else table)


def print_csv(text: str, options: Namespace) -> None:
    """Print CSV, or the same values as TSV for `--format tsv`."""
    from kistui.formatting.serialization import csv_to_tsv

    print(csv_to_tsv(text) if options.format == "tsv" else text, end="")


def print_notice(*lines: str) -> None:
    """Print lines on stderr, indented below the first; empty ones are left out.

    On a terminal they are wrapped, so that a notice of several lines is seen as one.
    """
    width = _stderr_width() if sys.stderr.isatty() else None
    for line in filter(None, lines):
        indent = "" if line is lines[0] else NOTICE_INDENT
        print(indent + (_wrap_notice(line, width) if width else line), file=sys.stderr)


def _stderr_width() -> int:
    # `shutil` measures stdout, which may be a pipe.
    columns = os.environ.get("COLUMNS", "")
    env_columns = int(columns) if columns.isdecimal() else 0
    return env_columns or os.get_terminal_size(sys.stderr.fileno()).columns


def _wrap_notice(line: str, width: int) -> str:
    from kistui.formatting.cells import wrap_words

    indent = len(NOTICE_INDENT)
    return f"\n{NOTICE_INDENT}".join(wrap_words(line, max(width - indent, 20)))


def print_usage_error(sentence: str, hint: str = "") -> int:
    """Print why the arguments cannot be used; return the exit code."""
    print_notice(f"kistui: {sentence}", hint)
    return EXIT_USAGE


def progress_printer(t: Translations) -> OnProgress:
    """Return a function that prints on stderr why calls wait, each reason once."""
    reported: set[type[ProgressEvent]] = set()

    def report_first(progress: ProgressEvent) -> None:
        if type(progress) not in reported:
            reported.add(type(progress))
            print_progress(progress, t)

    return report_first


def print_progress(progress: ProgressEvent, t: Translations) -> None:
    """Print on stderr why a call waits; other progress is not printed."""
    printed = (LocalWait, RetryScheduled, TokenRequestDelayed, TokenNotShared, TurnDelayed)
    is_repeated = isinstance(progress, TurnDelayed) and progress.waited >= 1
    if isinstance(progress, printed) and not is_repeated:
        from kistui.formatting.status import describe_progress

        print_notice(describe_progress(progress, t, stop_key="Ctrl+C"))
