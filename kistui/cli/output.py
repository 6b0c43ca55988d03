"""Printing shared by the commands: exit codes, table widths, errors and progress."""

import os
import shutil
import sys
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from kistui.i18n.translations import Translations
from kistui.models.calls import (
    LocalWait,
    ProgressEvent,
    RetryScheduled,
    TokenNotShared,
    TokenRequestDelayed,
    TurnDelayed,
)

if TYPE_CHECKING:
    from argparse import Namespace

    from kistui.formatting.serialization import FailedAccount

EXIT_USAGE = 2
"""The exit code for arguments that cannot be combined or used here."""
PIPED_WIDTH = 200
"""Columns of a table that is not printed on a terminal: wide enough for every column."""
NOTICE_INDENT = "  "

T = TypeVar("T")


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


def print_table(table: str, options: "Namespace") -> None:
    """Print a styled table, without its colours where stdout gets none, with ASCII if asked.

    On a terminal a line that is too long is broken between its parts or words, not within one.
    """
    from kistui.formatting.ansi import fold_styled, strip_styles
    from kistui.formatting.ascii import to_ascii

    if sys.stdout.isatty():
        table = fold_styled(table, table_width())
    if not uses_color(options.color, os.environ, is_terminal=sys.stdout.isatty()):
        table = strip_styles(table)
    print(to_ascii(table) if options.ascii else table)


def print_csv(text: str, options: "Namespace") -> None:
    """Print CSV, or the same values as TSV for `--format tsv`."""
    from kistui.formatting.serialization import csv_to_tsv

    print(csv_to_tsv(text) if options.format == "tsv" else text, end="")


def print_notice(*lines: str) -> None:
    """Print lines on stderr, indented below the first; empty lines are left out.

    On a terminal they are wrapped, so that a notice of several lines is seen as one.
    """
    width = _stderr_width() if sys.stderr.isatty() else None
    indent = ""
    for line in filter(None, lines):
        print(indent + (_wrap_notice(line, width) if width else line), file=sys.stderr)
        indent = NOTICE_INDENT


def _stderr_width() -> int:
    # `shutil` measures stdout, which may be a pipe.
    columns = os.environ.get("COLUMNS", "")
    env_columns = int(columns) if columns.isdecimal() else 0
    return env_columns or os.get_terminal_size(sys.stderr.fileno()).columns


def _wrap_notice(line: str, width: int) -> str:
    """Wrap a line at `width` columns; every line has room for the indent of the others."""
    from kistui.formatting.cells import wrap_words

    indent = len(NOTICE_INDENT)
    return f"\n{NOTICE_INDENT}".join(wrap_words(line, max(width - indent, 20)))


class UsageError(Exception):
    """Arguments that cannot be used; a command ends with it as with argparse's own errors."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.hint = hint


def print_usage_error(sentence: str, hint: str = "") -> int:
    """Print why the arguments cannot be used; return the exit code."""
    print_notice(f"kistui: {sentence}", hint)
    return EXIT_USAGE


def print_failure(failed: "FailedAccount", t: Translations) -> None:
    """Print on stderr why an account could not be read."""
    from kistui.formatting.error_text import describe_error

    print_notice(f"{failed.profile.name}: {describe_error(failed.error, t).instruction}")


class ProgressPrinter:
    """Prints why calls wait on stderr, each reason once.

    On a terminal it also prints the progress of a read.
    """

    def __init__(self, t: Translations) -> None:
        self._t = t
        self._reported: set[type[ProgressEvent]] = set()
        self._counts: dict[int, tuple[int, int]] = {}
        """Parts read and, if known, all parts, of each read that is running."""
        self._line_width = 0

    def __call__(self, progress: ProgressEvent) -> None:
        """Print the progress of a call."""
        if type(progress) not in self._reported:
            self._reported.add(type(progress))
            self._clear_line()
            print_progress(progress, self._t)

    async def with_part_count(self, parts: AsyncIterator[T]) -> AsyncIterator[T]:
        """Yield the parts of a read; on a terminal, show on one line how many have arrived."""
        count = 0
        try:
            async for part in parts:
                count += 1
                parts_read = getattr(part, "parts_read", count)
                self._counts[id(parts)] = parts_read, getattr(part, "part_count", 0)
                self._print_line()
                yield part
        finally:
            self._counts.pop(id(parts), None)
            self._clear_line()

    def _print_line(self) -> None:
        if not sys.stderr.isatty():
            return
        from kistui.formatting.cells import display_width

        part_counts = [part_count for _, part_count in self._counts.values()]
        values = {"n": sum(read for read, _ in self._counts.values()), "total": sum(part_counts)}
        text = self._t("cli.parts" if all(part_counts) else "cli.parts_open", **values)
        self._clear_line()
        print(text, end="", file=sys.stderr, flush=True)
        self._line_width = display_width(text)

    def _clear_line(self) -> None:
        if self._line_width:
            print(f"\r{' ' * self._line_width}\r", end="", file=sys.stderr, flush=True)
            self._line_width = 0


def print_progress(progress: ProgressEvent, t: Translations) -> None:
    """Print on stderr why a call waits; other progress is not printed."""
    printed = (LocalWait, RetryScheduled, TokenRequestDelayed, TokenNotShared, TurnDelayed)
    is_repeated = isinstance(progress, TurnDelayed) and progress.waited >= 1
    if isinstance(progress, printed) and not is_repeated:
        from kistui.formatting.status import describe_progress

        # Nobody can press a key in a cron job, or where an assistant runs the command.
        stop_key = "Ctrl+C" if sys.stderr.isatty() else ""
        print_notice(describe_progress(progress, t, stop_key=stop_key))
