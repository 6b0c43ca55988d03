"""A terminal that is not sent again what already stands on its screen.

Textual repaints regions, and most of a region repainted is as it was. Here every piece of a frame
is compared with what was sent before, and only cells that differ go out, with as few colours.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from rich.cells import cell_len
from textual.geometry import Size

from kistui.tui.driver.driver import KistuiDriver
from kistui.tui.driver.sgr import (
    DEFAULT_STYLE,
    CellStyle,
    parse_sgr,
    sgr_transition,
    visible_on_blank,
)


class StyledCell(NamedTuple):
    """A cell: its look and its character; the second half of a wide one has none."""

    style: CellStyle
    char: str


StyledCells = tuple[StyledCell, ...]

_CURSOR_POSITION = re.compile(r"\x1b\[(\d+);(\d+)H")
_SGR_OR_TEXT = re.compile(r"\x1b\[([\d;]*)m|([^\x1b\r\n]+)")
_ALTERNATE_SCREEN = "\x1b[?1049"
BEGIN_SYNC, END_SYNC = "\x1b[?2026h", "\x1b[?2026l"
"""Around a frame, where the terminal shows it at once."""
_MAX_GAP = 4
"""Cells alike between two that differ, up to which moving the cursor would cost more."""


class BufferRow:
    """A line of the screen, as far as it is known."""

    def __init__(self, width: int) -> None:
        self._cells: list[StyledCell | None] = [None] * (width + 2)
        self._written_pieces: dict[int, tuple[str, int]] = {}
        """What was sent at a column and still stands, and where it ends."""

    def has_piece(self, column: int, piece: str) -> bool:
        """Whether the very same piece stands there."""
        sent = self._written_pieces.get(column)
        return sent is not None and sent[0] == piece

    def write(
        self, column: int, piece: str, cells: StyledCells
    ) -> Iterator[tuple[int, list[StyledCell]]]:
        """Put a piece there; yields the stretches that differ: their column and their cells."""
        end, known = column + len(cells), self._cells
        self._written_pieces = {
            at: sent
            for at, sent in self._written_pieces.items()
            if sent[1] < column or at > end  # one beside it may lose half of a wide character
        }
        self._written_pieces[column] = piece, end
        differing = [
            at for at, cell in enumerate(cells, column) if known[at] is not cell != known[at]
        ]
        for at, other in ((column, column - 1), (end, end)):
            old = known[at]
            if old is not None and not old.char:  # its other half is overwritten, or will be
                known[other] = None
        known[column:end] = cells
        yield from self._changed_runs(differing, column)

    def _changed_runs(
        self, differing: list[int], least: int
    ) -> Iterator[tuple[int, list[StyledCell]]]:
        at = 0
        while at < len(differing):
            first = last = differing[at]
            while at + 1 < len(differing) and differing[at + 1] - last <= _MAX_GAP + 1:
                at += 1
                last = differing[at]
            at += 1
            painted = self._cells[first : last + 1]
            while first > least and painted[0] is not None and not painted[0].char:
                first -= 1  # never half of a wide character
                painted.insert(0, self._cells[first])
            yield first, [cell for cell in painted if cell is not None]


class ScreenBuffer:
    """What stands on the screen, as far as it is known."""

    def __init__(self) -> None:
        self._rows: dict[int, BufferRow] = {}
        self._cursor = ""

    def invalidate(self) -> None:
        """Whatever stands there now."""
        self._rows = {}
        self._cursor = ""

    def diff(self, data: str, size: Size) -> str:
        """What to send in place of a frame; all of it if it is not understood, or does not fit."""
        sent: list[str] = []
        look, cursor = DEFAULT_STYLE, ""
        for line, column, piece in _split_frame(data):
            cursor = f"\x1b[{line};{column}H"
            row = self._rows.get(line)
            if not piece or (row and row.has_piece(column, piece)):
                continue
            cells = _parse_cells(piece) if line else None
            if cells is None or line > size.height or column + len(cells) - 1 > size.width:
                self.invalidate()
                return data
            if row is None:
                row = self._rows[line] = BufferRow(size.width)
            for at, painted in row.write(column, piece, cells):
                sent.append(f"\x1b[{line};{at}H")
                for cell in painted:
                    sent.append(sgr_transition(look, cell.style) + cell.char)
                    look = cell.style
        sent.append(sgr_transition(look, DEFAULT_STYLE))
        if cursor == self._cursor and not any(sent):
            return ""
        self._cursor = cursor
        return "".join(sent) + cursor


def _split_frame(data: str) -> Iterator[tuple[int, int, str]]:
    """Where each piece of a frame begins, and the piece; line 0 for what is not understood."""
    before, *rest = _CURSOR_POSITION.split(data)
    if before:
        yield 0, 0, before
    for line, column, text in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        for further, piece in enumerate(text.replace("\r", "").split("\n")):
            yield int(line) + further, 1 if further else int(column), piece


@lru_cache(256)
def _parse_cells(piece: str) -> StyledCells | None:
    """The cells of a piece; `None` if there is more in it than characters and colours."""
    cells: list[StyledCell] = []
    look, at = DEFAULT_STYLE, 0
    for found in _SGR_OR_TEXT.finditer(piece):
        if found.start() != at:
            return None
        at = found.end()
        codes, text = found.groups()
        if text is None:
            look = parse_sgr(codes)
            continue
        for char in text:
            width = 1 if char.isascii() else cell_len(char)
            if not width:  # a mark, or what joins: rare, and not worth to understand
                return None
            cells.append(_intern_cell(visible_on_blank(look) if char == " " else look, char))
            if width == 2:
                cells.append(_intern_cell(look, ""))
    return tuple(cells) if at == len(piece) else None


@lru_cache(4096)
def _intern_cell(style: CellStyle, char: str) -> StyledCell:
    """One of each: most are told apart by being the same."""
    return StyledCell(style, char)


class DiffingDriver(KistuiDriver):
    """Sends differences, and nothing at all where there is none."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._screen_buffer = ScreenBuffer()
        self._buffered_size = Size()
        self._needs_full_repaint = False
        self._pending_sync_start = ""
        super().__init__(*args, **options)

    def write(self, data: str) -> None:
        """Write what differs of a frame; anything else as it is."""
        if data == BEGIN_SYNC:
            self._pending_sync_start = data  # until there is something to show
            return
        if data == END_SYNC and self._pending_sync_start:
            self._pending_sync_start = ""
            return
        size = self._app.size
        if self._needs_full_repaint or size != self._buffered_size or _ALTERNATE_SCREEN in data:
            self._needs_full_repaint, self._buffered_size = False, size
            self._screen_buffer.invalidate()
        if data.endswith("H"):  # the others are modes and questions
            data = self._screen_buffer.diff(data, size)
        if data:
            held, self._pending_sync_start = self._pending_sync_start, ""
            super().write(held + data if held else data)

    def _get_terminal_size(self) -> tuple[int, int]:
        # Asked when the window has changed, in the midst of anything: what that did to the screen
        # is not known.
        self._needs_full_repaint = True
        return super()._get_terminal_size()

    def repaint(self) -> None:
        """All of it."""
        self._needs_full_repaint = True
        super().repaint()
