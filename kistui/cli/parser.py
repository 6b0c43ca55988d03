"""The argument parser with its help and errors in the user's language, and shared options."""

import argparse
import re
import sys
from argparse import (
    SUPPRESS,
    ArgumentParser,
    ArgumentTypeError,
    BooleanOptionalAction,
    Namespace,
    _SubParsersAction,
)
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from enum import Enum
from importlib import import_module
from typing import Any, NoReturn

from kistui import __version__
from kistui.cli.commands import COMMANDS
from kistui.i18n import LANGUAGES
from kistui.i18n.translations import Translations
from kistui.models.market_hours import AfterHoursPrice

COLOR_CHOICES = ("auto", "always", "never")
"""Values of `--color`; the first is the default."""
TABLE_FORMATS = ("table", "json", "csv", "tsv")
MINIMUM_TEXT_WIDTH = 24
"""Columns that a text beside a first column must have; with fewer it goes below."""
_ROW_PATTERN = re.compile(r"(\s*(?:\S.*?\s{2,})?)(.*)")
"""A line of a table: its first column with the blanks around it, then the text beside it."""


class CommandParser(ArgumentParser):
    """Has its help in the user's language, and accepts no abbreviated options.

    `options` are those that argparse passes on to the parser of a subcommand. A command that was
    not typed only appears in the help of the parser above it: with `is_typed=False` the parser gets
    no arguments and no help.
    """

    def __init__(
        self,
        prog: str,
        t: Translations,
        description: str,
        epilog: str = "",
        *,
        is_typed: bool = True,
        **options: Any,
    ) -> None:
        self.is_typed = is_typed
        if not is_typed:
            super().__init__(prog, add_help=False)
            return
        self._t = t
        command = prog.partition(" ")[2] or "app"
        parts = (epilog, format_examples(command.replace(" ", "_"), t))
        super().__init__(
            prog,
            description=description[:1].upper() + description[1:],
            epilog="\n\n".join(filter(None, parts)),
            formatter_class=HelpFormatter,
            add_help=False,
            allow_abbrev=False,
            **options,
        )
        self.color = False  # Python 3.14's; `HelpFormatter` counts what it prints
        self.add_argument("-h", "--help", action="help", help=t("cli.help"))

    def _print_message(self, message: str, file: Any = None) -> None:
        if message:  # argparse hides that help could not be written, on a full disk for example
            print(message, end="", file=file or sys.stderr)

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and where help is; exit."""
        from kistui.cli.output import print_usage_error

        self.exit(
            print_usage_error(
                translate_names(message), self._t("cli.see_help", command=f"{self.prog} --help")
            )
        )


def parse_arguments(arguments: Sequence[str], t: Translations) -> Namespace:
    """Parse the command line; exits where it is wrong or asks for help."""
    parser = build_parser(t, arguments)
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        names = (options.command, getattr(options, "action", None))
        parser.prog = " ".join(filter(None, ("kistui", *names)))  # named in the error
        parser.error(t("cli.unknown_arguments", arguments=" ".join(unknown)))
    is_simulated = options.demo or options.command == "simulator"
    if options.scene and options.command and not is_simulated:
        parser.error(t("cli.scene_without_demo"))  # the app has a key that opens the demo
    return options


def build_parser(t: Translations, arguments: Sequence[str]) -> CommandParser:
    """Return the parser with its help in the user's language.

    Imports only the command modules whose names occur in `arguments`.
    """
    translate_argparse(t)
    parser = CommandParser("kistui", t, t("cli.description"), t("cli.environment"))
    parser.add_argument(
        *("-V", "--version"),
        action="version",
        version=f"kistui {__version__}",
        help=t("cli.version"),
    )
    add_common_options(parser, t, is_root=True)
    parser.add_argument("--theme", metavar="NAME", help=t("cli.theme"))
    parser.add_argument("--slow", action="store_true", help=t("cli.slow"))
    parser.add_argument("--no-mouse", action="store_true", help=t("cli.no_mouse"))
    commands = add_subparsers(parser, title=t("cli.commands"))
    for name, module in COMMANDS.items():
        is_typed = name in arguments
        command = add_subparser(commands, name, t(f"cli.{name}"), t, is_typed=is_typed)
        if is_typed:
            import_module(module).add_arguments(command, t)
    return parser


def add_subparsers(
    parser: CommandParser, *, title: str = "", is_required: bool = False
) -> "_SubParsersAction[CommandParser]":
    """Add the place for a command under `title`, else for an action."""
    options = {"title": title, "dest": "command"} if title else {"dest": "action"}
    return parser.add_subparsers(
        **options, metavar=options["dest"].upper(), prog=parser.prog, required=is_required
    )


def add_subparser(
    subparsers: "_SubParsersAction[CommandParser]",
    name: str,
    description: str,
    t: Translations,
    *,
    is_typed: bool = True,
) -> CommandParser:
    """Add the parser of a command or action, which is only listed in the help if not typed."""
    return subparsers.add_parser(
        name, help=description, description=description, t=t, is_typed=is_typed
    )


def add_common_options(parser: ArgumentParser, t: Translations, *, is_root: bool = False) -> None:
    """Add the options that are valid before and after the command's name."""
    # SUPPRESS keeps a command's default from replacing what was given before its name.
    unset = None if is_root else SUPPRESS
    parser.add_argument("--demo", action="store_true", default=unset or False, help=t("cli.demo"))
    parser.add_argument("--scene", metavar="NAME", default=unset, help=t("cli.scene"))
    add_language_option(parser, t, default=unset)
    parser.add_argument("--debug", action="store_true", default=unset or False, help=t("cli.debug"))
    parser.add_argument("--profile", metavar="NAME", default=unset, help=t("cli.profile_name"))
    if not is_root:
        parser.add_argument("--no-issue", action="store_true", help=t("cli.no_issue"))
    parser.add_argument("--ascii", action="store_true", default=unset or False, help=t("cli.ascii"))
    add_color_option(parser, t, default=unset or COLOR_CHOICES[0])


def add_color_option(
    parser: ArgumentParser, t: Translations, *, default: str = COLOR_CHOICES[0]
) -> None:
    """Add `--color`."""
    parser.add_argument("--color", choices=COLOR_CHOICES, default=default, help=t("cli.color"))


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


def add_price_option(parser: ArgumentParser, t: Translations) -> None:
    """Add `--price`; without it the setting `price_after_hours` decides."""
    parser.add_argument(
        "--price", choices=[price.value for price in AfterHoursPrice], help=t("cli.price")
    )


def add_enum_option(parser: ArgumentParser, name: str, default: Enum, help_text: str) -> None:
    """Add an option that takes a value of the enum of `default`."""
    choices = [member.value for member in type(default)]
    parser.add_argument(name, choices=choices, default=default.value, help=help_text)


def day_type(t: Translations) -> Callable[[str], date]:
    """Return an argparse type of days, written 2026-11-02."""

    def parse(text: str) -> date:
        try:
            return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            raise ArgumentTypeError(t("cli.not_a_day", text=text)) from None

    return parse


def int_between(minimum: int, maximum: int, t: Translations) -> Callable[[str], int]:
    """Return an argparse type that accepts decimal digits from `minimum` to `maximum`."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and minimum <= int(text) <= maximum):
            message = t("cli.not_a_number", minimum=minimum, maximum=maximum, text=text)
            raise ArgumentTypeError(message)
        return int(text)

    return parse


class HelpFormatter(argparse.HelpFormatter):
    """Keeps the lines of descriptions, and wraps Hangul by its width of two columns.

    argparse makes one for every argument, so what only help needs is imported by its methods.
    """

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(
            f"{indent}{line}".rstrip()
            for row in text.splitlines()
            for line in _wrap_row(row, width - len(indent))
        )

    def _split_lines(self, text: str, width: int) -> list[str]:
        from kistui.formatting.cells import wrap_words

        return wrap_words(text, width)

    def _metavar_formatter(self, action: Any, default_metavar: str) -> Any:
        format_words = super()._metavar_formatter(action, default_metavar)
        return lambda size: tuple(vars(argparse)["_"](word) for word in format_words(size))

    def _format_action(self, action: Any) -> str:
        from kistui.formatting.cells import display_width

        # argparse pads the first column by the number of characters.
        text, column = super()._format_action(action), self._format_action_invocation(action)
        head, _, tail = text.partition(column)
        blanks = len(tail) - len(tail.lstrip(" "))
        excess = max(0, min(display_width(column) - len(column), blanks - 2))
        return f"{head}{column}{tail[excess:]}"

    def _format_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None) -> str:
        from kistui.formatting.cells import display_width

        # argparse indents the following lines by the number of characters.
        title = vars(argparse)["_"]("usage: ") if prefix is None else prefix
        blanks = " " * display_width(title)
        return title + super()._format_usage(usage, actions, groups, blanks)[len(blanks) :]


def _wrap_row(row: str, width: int) -> Iterable[str]:
    """Wrap a line below its own first column."""
    from kistui.formatting.cells import display_width, wrap_words

    match = _ROW_PATTERN.fullmatch(row)
    column = match[1] if match else ""
    text, indent = row[len(column) :], display_width(column)
    if column.strip() and indent > width - MINIMUM_TEXT_WIDTH:
        blanks = " " * ((len(column) - len(column.lstrip())) * 2)
        return (column.rstrip(), *(f"{blanks}{line}" for line in wrap_words(text, width - 4)))
    first, *others = wrap_words(text, width - indent)
    return (f"{column}{first}", *(f"{' ' * indent}{line}" for line in others))


def translate_argparse(t: Translations) -> None:
    """Let argparse look up its own messages in `t`; those without a translation stay.

    argparse asks gettext through two names of its module; gettext itself would need a compiled
    catalogue on disk, and its language comes from the environment only.
    """

    def translate(message: str) -> str:
        keys = (f"argparse.{message}", f"metavar.{message}")
        return next((t(key) for key in keys if key in t), message)

    def translate_plural(singular: str, plural: str, count: int) -> str:
        return translate(singular if count == 1 else plural)

    vars(argparse).update(_=translate, ngettext=translate_plural)


def translate_names(message: str) -> str:
    """Return argparse's error with the names of missing or wrong arguments as help shows them."""
    translate: Callable[[str], str] = vars(argparse)["_"]
    intro, _, _ = translate("the following arguments are required: %s").partition("%s")
    if message.startswith(intro):
        return intro + ", ".join(map(translate, message.removeprefix(intro).split(", ")))
    wrong = translate("argument %(argument_name)s: %(message)s")
    intro, _, _ = wrong.partition("%(argument_name)s")
    if not message.startswith(intro):
        return message
    name, colon, reason = message.removeprefix(intro).partition(": ")
    return f"{intro}{translate(name)}{colon}{reason}"


def format_examples(command: str, t: Translations) -> str:
    """Return the examples of a command, each with its description."""
    pairs = [line.split("  ", 1) for line in t(f"example.{command}").splitlines()]
    width = max(len(example) for example, _ in pairs)
    return "\n".join(
        [t("cli.examples"), *(f"  {example:{width}}  {text.strip()}" for example, text in pairs)]
    )
