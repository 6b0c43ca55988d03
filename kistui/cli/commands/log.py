"""`kistui log`: print the end of the log file, as a table on a terminal, unchanged in a pipe."""

import sys
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Sequence

from kistui.cli.output import print_notice, print_table, table_width
from kistui.cli.parser import add_color_option, add_language_option, int_between
from kistui.i18n.translations import Translations
from kistui.storage.log import LogFileHandler, parse_call
from kistui.storage.paths import default_paths, display_path


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui log`."""
    add_language_option(parser, t)
    add_color_option(parser, t, default=SUPPRESS)
    parser.add_argument("--raw", action="store_true", help=t("cli.log_raw"))
    parser.add_argument("--path", action="store_true", help=t("cli.log_path"))
    parser.add_argument(
        "-n", type=int_between(0, 100_000, t), default=50, metavar="N", help=t("cli.log_count")
    )


def run(options: Namespace, t: Translations) -> int:
    """Print the last lines, or the path; the file holds no private data in the clear."""
    path = default_paths().log_file
    if options.path:
        print(path)
        return 0
    lines = LogFileHandler(path).tail(options.n)
    if not lines and options.n:
        print_notice(t("cli.log_empty", path=display_path(path)))
    if sys.stdout.isatty() and not options.raw:
        _print_table(lines, options, t)
    else:
        print("\n".join(lines), end="\n" if lines else "")
    return 0


def _print_table(lines: Sequence[str], options: Namespace, t: Translations) -> None:
    from kistui.formatting.ansi import styled_lines
    from kistui.formatting.call_log import call_log_lines

    entries = [parse_call(line) or line for line in lines]
    print_table(styled_lines(call_log_lines(entries, t, table_width())), options)
