"""Keys and what they do, in groups: for help, for printing, for finding one by its words."""

from collections.abc import Iterable, Sequence

from kistui.models.record import record
from kistui.view.cells import Cell, Line, Role, fit, pad, width_of
from kistui.view.search import finds
from kistui.view.words import Words

GAP = 2


@record
class KeyHelp:
    """An action as people are told of it: its keys, its group and id, what it does."""

    id: str
    group: str
    keys: tuple[str, ...]
    does: str
    found_by: tuple[str, ...] = ()
    """All the words it can be found by, in both languages."""


def found(helps: Iterable[KeyHelp], query: str) -> list[KeyHelp]:
    """Those whose keys or words hold the query; a key alone finds what it does."""
    wanted = query.strip()
    return [
        each
        for each in helps
        if wanted in each.keys or finds((each.does, *each.keys, *each.found_by), query)
    ]


def help_lines(helps: Sequence[KeyHelp], words: Words, width: int) -> tuple[Line, ...]:
    """The actions under the titles of their groups; what they do is cut, their keys are not."""
    if not helps:
        return ((Cell(words("help.none"), Role.DIM),),)
    room = max(width_of(_keys(each)) for each in helps) + GAP
    lines: list[Line] = []
    group = ""
    for each in helps:
        if each.group != group:
            group = each.group
            lines += [(), (Cell(words(f"keygroup.{group}"), Role.STRONG),)]
        lines.append(
            (
                Cell(pad(_keys(each), room), Role.LABEL),
                Cell(fit(each.does, max(width - room, 1))),
            )
        )
    return tuple(lines[1:])


def _keys(each: KeyHelp) -> str:
    return " ".join(each.keys)


def markdown(helps: Iterable[KeyHelp], words: Words) -> str:
    """The table of the README, group by group."""
    lines = ["| key | does |", "|---|---|"]
    group = ""
    for each in helps:
        if each.group != group:
            group = each.group
            lines.append(f"| **{words(f'keygroup.{group}')}** | |")
        keys = " ".join(f"`{key}`" for key in each.keys).replace("|", "\\|")
        lines.append(f"| {keys} | {each.does} |")
    return "\n".join(lines)
