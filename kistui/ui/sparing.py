"""A terminal behind a slow line: what already stands on the screen is not sent again.

Textual repaints regions; most of a region repainted is as it was. Here every frame is compared,
cell by cell, with what was sent before, and only the differences go out.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from rich.cells import cell_len
from textual.geometry import Size

from kistui.ui.terminal import Terminal

Place = tuple[int, int]
"""Line and column, from one."""
Painted = tuple[str, str]
"""A cell: its colours as sent, and its character; the second half of a wide one has none."""

_FRAME = re.compile(r"\x1b\[(\d+);(\d+)H|\x1b\[([\d;]*)m|(\r?\n)|([^\x1b\r\n]+)")
_ALTERNATE = "\x1b[?1049"
_NEAR = 8
"""Cells alike between two that differ, up to which moving the cursor would cost more."""


class Picture:
    """What stands on the screen, as far as it is known."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], Painted] = {}

    def forget(self) -> None:
        """Whatever stands there now."""
        self._cells = {}

    def changes(self, data: str, size: Size) -> str:
        """What to send in place of a frame; all of it if it is not understood, or does not fit."""
        new = _read(data)
        if new is None or not _fits(new[0], size):
            self.forget()
            return data
        cells, (line, column) = new
        differing = sorted(at for at, cell in cells.items() if self._cells.get(at) != cell)
        self._cells |= cells
        sent = "".join(self._run(*run) for run in self._runs(differing))
        self._forget_halves(differing)
        return f"{sent}\x1b[{line};{column}H"

    def _runs(self, differing: list[Place]) -> Iterator[tuple[int, int, int]]:
        """Stretches of a line to send: its number, the first and the last column."""
        for line, places in groupby(differing, key=itemgetter(0)):
            columns = [column for _, column in places]
            first = last = columns[0]
            for column in columns[1:]:
                between = range(last + 1, column)
                if len(between) > _NEAR or any((line, at) not in self._cells for at in between):
                    yield line, first, last
                    first = column
                last = column
            yield line, first, last

    def _forget_halves(self, changed: list[Place]) -> None:
        """What stood on half of a wide character now overwritten is not known."""
        for line, column in changed:
            is_half = not self._cells.get((line, column), ("", " "))[1]
            left, right = (line, column - 1), (line, column + 1)
            if not is_half and cell_len(self._cells.get(left, ("", ""))[1]) == 2:
                del self._cells[left]
            halved = _is_narrow(self._cells.get((line, column))) and right in self._cells
            if halved and not self._cells[right][1]:
                del self._cells[right]

    def _run(self, line: int, first: int, last: int) -> str:
        # Never half of a wide character.
        while self._cells.get((line, first), ("", " "))[1] == "" and first > 1:
            first -= 1
        painted = [self._cells[line, column] for column in range(first, last + 1)]
        styled = (
            f"\x1b[{style}m{text}\x1b[0m" if style else text
            for style, text in (
                (style, "".join(char for _, char in group))
                for style, group in groupby(painted, key=lambda cell: cell[0])
            )
        )
        return f"\x1b[{line};{first}H{''.join(styled)}"


def _read(data: str) -> tuple[dict[Place, Painted], Place] | None:
    """The cells a frame paints, and where it leaves the cursor; `None` if there is more in it."""
    cells: dict[Place, Painted] = {}
    style, line, column, at = "", 0, 0, 0
    for found in _FRAME.finditer(data):
        if found.start() != at:
            return None
        at = found.end()
        to_line, to_column, sgr, line_break, text = found.groups()
        if to_line:
            line, column = int(to_line), int(to_column)
        elif sgr is not None:
            style = "" if sgr in {"", "0"} else sgr
        elif line_break:
            line, column = line + 1, 1
        else:
            for char in text:
                width = 1 if char.isascii() else cell_len(char)
                if not width:  # a mark, or what joins: rare, and not worth to understand
                    return None
                cells[line, column] = (style, char)
                if width == 2:
                    cells[line, column + 1] = (style, "")
                column += width
    return (cells, (line, column)) if at == len(data) and line else None


def _fits(cells: Iterable[Place], size: Size) -> bool:
    """Whether no cell is out of the window: it would land on another."""
    return all(line <= size.height and column <= size.width for line, column in cells)


def _is_narrow(cell: Painted | None) -> bool:
    """Whether the next cell is another's."""
    return cell is not None and bool(cell[1]) and cell_len(cell[1]) < 2


class SparingTerminal(Terminal):
    """Sends differences."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._picture = Picture()
        self._pictured = Size()
        self._is_stale = False
        super().__init__(*args, **options)

    def write(self, data: str) -> None:
        """Write what differs of a frame; anything else as it is."""
        size = self._app.size
        if self._is_stale or size != self._pictured or _ALTERNATE in data:
            self._is_stale, self._pictured = False, size
            self._picture.forget()
        is_frame = data.endswith("H")  # the others are modes and questions
        super().write(self._picture.changes(data, size) if is_frame else data)

    def _get_terminal_size(self) -> tuple[int, int]:
        # Asked when the window has changed, in the midst of anything: what that did to the screen
        # is not known.
        self._is_stale = True
        return super()._get_terminal_size()

    def paint(self) -> None:
        """All of it."""
        self._is_stale = True
        super().paint()
