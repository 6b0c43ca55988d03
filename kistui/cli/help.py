"""The help and the error messages of argparse: translated, and aligned by terminal columns."""

import argparse
import re
from collections.abc import Callable, Iterable
from typing import Any

from kistui.i18n.translations import Translations

MINIMUM_TEXT_WIDTH = 24
"""Columns that a text beside a first column must have; with fewer it goes below."""
_ROW_PATTERN = re.compile(r"(\s*(?:\S.*?\s{2,})?)(.*)")
"""A line of a table: its first column with the blanks around it, then the text beside it."""


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
    """Return argparse's error with the names of missing arguments as help shows them."""
    translate: Callable[[str], str] = vars(argparse)["_"]
    intro, _, _ = translate("the following arguments are required: %s").partition("%s")
    if not message.startswith(intro):
        return message
    return intro + ", ".join(map(translate, message.removeprefix(intro).split(", ")))


def format_examples(command: str, t: Translations) -> str:
    """Return the examples of a command, each with its description."""
    pairs = [line.split("  ", 1) for line in t(f"example.{command}").splitlines()]
    width = max(len(example) for example, _ in pairs)
    return "\n".join(
        [t("cli.examples"), *(f"  {example:{width}}  {text.strip()}" for example, text in pairs)]
    )
