"""Keys as text: hints in the footer, and the help, searched and listed as lines or as Markdown."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import Struct

from kistui.formatting.cells import Cell, Line, Role, display_width, line_width, pad, truncate
from kistui.formatting.search import matches_all_words
from kistui.i18n.translations import Translations

COLUMN_GAP = 2


class KeyHelp(Struct, frozen=True):
    """The help of an action: its id, group, keys and description."""

    id: str
    group: str
    keys: tuple[str, ...]
    description: str
    labels: tuple[str, ...] = ()
    """The short name of the action in every language."""
    descriptions: tuple[str, ...] = ()
    """The description in every language."""
    synonyms: tuple[str, ...] = ()
    """Other words for the action, in every language."""


def filter_key_help(entries: Iterable[KeyHelp], query: str) -> list[KeyHelp]:
    """Return the entries with a key equal to the query, or with texts that contain its words."""
    key = query.strip()
    return [
        entry
        for entry in entries
        if key in entry.keys
        or matches_all_words(
            (*entry.keys, *entry.labels, *entry.descriptions, *entry.synonyms), query
        )
    ]


def key_help_lines(entries: Sequence[KeyHelp], t: Translations, width: int) -> tuple[Line, ...]:
    """Return the entries below the titles of their groups; descriptions may be truncated."""
    if not entries:
        return ((Cell(t("help.none"), Role.DIM),),)
    keys_width = max(display_width(_joined_keys(entry)) for entry in entries) + COLUMN_GAP
    lines: list[Line] = []
    group = ""
    for entry in entries:
        if entry.group != group:
            group = entry.group
            lines += [(), (Cell(t(f"key_group.{group}"), Role.STRONG),)]
        lines.append(
            (
                Cell(pad(_joined_keys(entry), keys_width), Role.LABEL),
                Cell(truncate(entry.description, max(width - keys_width, 1))),
            )
        )
    return tuple(lines[1:])


def _joined_keys(entry: KeyHelp) -> str:
    return " ".join(entry.keys)


def key_help_markdown(entries: Iterable[KeyHelp], t: Translations) -> str:
    """Return the key table of `docs/keys.md`, group by group."""
    lines = [f"| {t('key_table.key')} | {t('key_table.does')} |", "|---|---|"]
    group = ""
    for entry in entries:
        if entry.group != group:
            group = entry.group
            lines.append(f"| **{t(f'key_group.{group}')}** | |")
        keys = " ".join(f"`{key}`" for key in entry.keys).replace("|", "\\|")
        lines.append(f"| {keys} | {entry.description} |")
    return "\n".join(lines)


class KeyHint(NamedTuple):
    """A key, what it does in a word, and the action of a click."""

    key: str
    label: str
    action: str = ""

    @property
    def cells(self) -> Line:
        """The cells of the hint."""
        return (
            Cell(f" {self.key} ", Role.STRONG, self.action),
            Cell(f"{self.label} ", Role.LABEL, self.action),
        )


def format_key_hints(items: Sequence[KeyHint], width: int, trailing: KeyHint | None = None) -> Line:
    """Return key hints as far as they fit; `trailing` is always shown, at the right end."""
    trailing_cells = trailing.cells if trailing else ()
    available = width - line_width(trailing_cells)
    cells: list[Cell] = []
    for hint in items:
        hint_width = line_width(hint.cells)
        if hint_width >= available:
            break
        available -= hint_width
        cells += hint.cells
    return (
        (*cells, Cell(" " * max(available, 0)), *trailing_cells) if trailing_cells else tuple(cells)
    )
