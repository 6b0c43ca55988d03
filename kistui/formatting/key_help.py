"""Keys and what they do, in groups: for help, for printing, for finding one by its words."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from kistui.formatting.cells import Cell, Line, Role, display_width, pad, truncate
from kistui.formatting.search import matches_all_words
from kistui.i18n.translations import Translations

COLUMN_GAP = 2


class KeyHelp(Struct, frozen=True):
    """An action as people are told of it: its keys, its group and id, what it does."""

    id: str
    group: str
    keys: tuple[str, ...]
    description: str
    search_terms: tuple[str, ...] = ()
    """All the words it can be found by, in both languages."""


def filter_key_help(entries: Iterable[KeyHelp], query: str) -> list[KeyHelp]:
    """Those whose keys or words hold the query; a key alone finds what it does."""
    wanted = query.strip()
    return [
        each
        for each in entries
        if wanted in each.keys
        or matches_all_words((each.description, *each.keys, *each.search_terms), query)
    ]


def key_help_lines(entries: Sequence[KeyHelp], t: Translations, width: int) -> tuple[Line, ...]:
    """The actions under the titles of their groups; what they do is cut, their keys are not."""
    if not entries:
        return ((Cell(t("help.none"), Role.DIM),),)
    room = max(display_width(_joined_keys(each)) for each in entries) + COLUMN_GAP
    lines: list[Line] = []
    group = ""
    for each in entries:
        if each.group != group:
            group = each.group
            lines += [(), (Cell(t(f"key_group.{group}"), Role.STRONG),)]
        lines.append(
            (
                Cell(pad(_joined_keys(each), room), Role.LABEL),
                Cell(truncate(each.description, max(width - room, 1))),
            )
        )
    return tuple(lines[1:])


def _joined_keys(entry: KeyHelp) -> str:
    return " ".join(entry.keys)


def key_help_markdown(entries: Iterable[KeyHelp], t: Translations) -> str:
    """The table of the README, group by group."""
    lines = ["| key | does |", "|---|---|"]
    group = ""
    for each in entries:
        if each.group != group:
            group = each.group
            lines.append(f"| **{t(f'key_group.{group}')}** | |")
        keys = " ".join(f"`{key}`" for key in each.keys).replace("|", "\\|")
        lines.append(f"| {keys} | {each.description} |")
    return "\n".join(lines)
