"""The argument parser, and the options that commands share."""

from argparse import (
    SUPPRESS,
    ArgumentParser,
    ArgumentTypeError,
    BooleanOptionalAction,
    RawDescriptionHelpFormatter,
    _SubParsersAction,
)
from collections.abc import Callable, Sequence
from importlib import import_module

from kistui import __version__
from kistui.cli.commands import COMMANDS
from kistui.i18n import LANGUAGES
from kistui.i18n.translations import Translations

TABLE_FORMATS = ("table", "json", "csv")


def build_parser(t: Translations, arguments: Sequence[str]) -> ArgumentParser:
    """Return the parser with its help in the user's language.

    Imports only the command modules whose names occur in `arguments`.
    """
    parser = ArgumentParser(
        "kistui",
        description=t("cli.description"),
        epilog=t("cli.environment"),
        formatter_class=RawDescriptionHelpFormatter,
        add_help=False,
        allow_abbrev=False,
    )
    add_help_option(parser, t)
    parser.add_argument(
        "--version",
        action="version",
        version=f"kistui {__version__}",
        help=t("cli.version"),
    )
    add_common_options(parser, t, is_root=True)
    parser.add_argument("--theme", metavar="NAME", help=t("cli.theme"))
    parser.add_argument("--slow", action="store_true", help=t("cli.slow"))
    parser.add_argument("--no-mouse", action="store_true", help=t("cli.no_mouse"))
    commands = parser.add_subparsers(title=t("cli.commands"), dest="command", metavar="COMMAND")
    for name, module in COMMANDS.items():
        command = add_subparser(commands, name, t(f"cli.{name}"), t)
        if name in arguments:
            import_module(module).add_arguments(command, t)
    return parser


def add_subparser(
    subparsers: "_SubParsersAction[ArgumentParser]", name: str, description: str, t: Translations
) -> ArgumentParser:
    """Add a parser that accepts no abbreviated options; its help is in the user's language."""
    parser = subparsers.add_parser(
        name, help=description, description=description, add_help=False, allow_abbrev=False
    )
    add_help_option(parser, t)
    return parser


def add_help_option(parser: ArgumentParser, t: Translations) -> None:
    """Add `-h`, described in the user's language."""
    parser.add_argument("-h", "--help", action="help", help=t("cli.help"))


def add_common_options(parser: ArgumentParser, t: Translations, *, is_root: bool = False) -> None:
    """Add the options that are valid before and after the command's name."""
    # SUPPRESS keeps a command's default from replacing what was given before its name.
    unset = None if is_root else SUPPRESS
    parser.add_argument("--demo", action="store_true", default=unset or False, help=t("cli.demo"))
    parser.add_argument("--scene", metavar="NAME", default=unset or "ordinary", help=t("cli.scene"))
    add_language_option(parser, t, default=unset)
    parser.add_argument("--debug", action="store_true", default=unset or False, help=t("cli.debug"))
    parser.add_argument("--profile", metavar="NAME", default=unset, help=t("cli.profile_name"))
    parser.add_argument("--ascii", action="store_true", default=unset or False, help=t("cli.ascii"))


def add_language_option(
    parser: ArgumentParser, t: Translations, *, default: str | None = None
) -> None:
    """Add `--lang`."""
    parser.add_argument("--lang", choices=LANGUAGES, default=default, help=t("cli.lang"))


def add_format_option(
    parser: ArgumentParser, t: Translations, formats: Sequence[str] = ("table", "json")
) -> None:
    """Add `--format`; the first of `formats` is the default."""
    parser.add_argument("--format", choices=formats, default=formats[0], help=t("cli.format"))


def add_hide_option(parser: ArgumentParser, t: Translations) -> None:
    """Add `--hide` and `--no-hide`; without them the setting `hidden` decides."""
    parser.add_argument("--hide", action=BooleanOptionalAction, default=None, help=t("cli.hide"))


def int_up_to(maximum: int) -> Callable[[str], int]:
    """Return an argparse type that accepts decimal digits from 0 to `maximum`."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and int(text) <= maximum):
            raise ArgumentTypeError(f"0 … {maximum}")
        return int(text)

    return parse
