"""`kistui log`: print the end of the log file."""

from argparse import ArgumentParser, Namespace

from kistui.cli.output import print_notice
from kistui.cli.parser import add_language_option, int_between
from kistui.i18n.translations import Translations
from kistui.storage.log import LogFileHandler
from kistui.storage.paths import default_paths, display_path


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui log`."""
    add_language_option(parser, t)
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
    if not lines:
        print_notice(t("cli.log_empty", path=display_path(path)))
    for line in lines:
        print(line)
    return 0
