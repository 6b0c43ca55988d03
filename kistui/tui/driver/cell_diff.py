"""Cell differ: compares each frame with the cells already sent, and sends only the difference."""

import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from rich.cells import cell_len
from textual.geometry import Size

assert sys.platform != "win32"  # noqa: S101  # Windows keeps Textual's driver

from kistui.tui.driver.driver import KistuiDriver  # noqa: E402


class CellStyle(NamedTuple):
    """SGR parameters of attributes, foreground and background, separated by semicolons."""

    attributes: str = ""
    foreground: str = ""
    background: str = ""


DEFAULT_STYLE = CellStyle()
_SGR_CODE = re.compile(r"[34]8;(?:5;\d+|2;\d+;\d+;\d+)|\d+")
_VISIBLE_ON_BLANK = frozenset({"4", "7", "9", "21", "53"})
"""Attributes visible on a blank cell: lines, and reverse video."""


class StyledCell(NamedTuple):
    """One screen cell; `char` is empty for the second half of a wide character."""

    style: CellStyle
    char: str


StyledCells = tuple[StyledCell, ...]

_CURSOR_POSITION = re.compile(r"\x1b\[(\d+);(\d+)H")
_SGR_OR_TEXT = re.compile(r"\x1b\[([\d;]*)m|([^\x1b\r\n]+)")
_ALTERNATE_SCREEN = "\x1b[?1049"
BEGIN_SYNC, END_SYNC = "\x1b[?2026h", "\x1b[?2026l"
"""Synchronized output: the terminal shows what is between them in one step."""
_MAX_GAP = 4
"""Largest number of unchanged cells that is cheaper to send again than to skip."""


class BufferRow:
    """The known cells of a screen line; `None` where a cell is unknown."""

    def __init__(self, width: int) -> None:
        self._cells: list[StyledCell | None] = [None] * (width + 2)
        self._written_pieces: dict[int, tuple[str, int]] = {}
        """By start column, each piece that is still on the screen, and its end column."""

    def has_piece(self, column: int, piece: str) -> bool:
        """Return whether the identical piece is on the screen at `column`."""
        sent = self._written_pieces.get(column)
        return sent is not None and sent[0] == piece

    def write(
        self, column: int, piece: str, cells: StyledCells
    ) -> Iterator[tuple[int, list[StyledCell]]]:
        """Store a piece and yield the changed runs as start column and cells."""
        end, row_cells = column + len(cells), self._cells
        self._written_pieces = {
            start: sent
            for start, sent in self._written_pieces.items()
            # An adjacent piece may lose half of a wide character, so it is dropped too.
            if sent[1] < column or start > end
        }
        self._written_pieces[column] = piece, end
        differing = [
            index
            for index, cell in enumerate(cells, column)
            if row_cells[index] is not cell != row_cells[index]
        ]
        for edge, orphan in ((column, column - 1), (end, end)):
            edge_cell = row_cells[edge]
            # A wide character loses one of its halves.
            if edge_cell is not None and not edge_cell.char:
                row_cells[orphan] = None
        row_cells[column:end] = cells
        yield from self._changed_runs(differing, column)

    def _changed_runs(
        self, differing: list[int], min_column: int
    ) -> Iterator[tuple[int, list[StyledCell]]]:
        """Yield runs of changed cells, joined over gaps of up to `_MAX_GAP` unchanged cells."""
        index = 0
        while index < len(differing):
            first = last = differing[index]
            while index + 1 < len(differing) and differing[index + 1] - last <= _MAX_GAP + 1:
                index += 1
                last = differing[index]
            index += 1
            run = self._cells[first : last + 1]
            while first > min_column and run[0] is not None and not run[0].char:
                first -= 1  # half of a wide character cannot be sent
                run.insert(0, self._cells[first])
            yield first, [cell for cell in run if cell is not None]


class ScreenBuffer:
    """The known contents of the screen, by line number."""

    def __init__(self) -> None:
        self._rows: dict[int, BufferRow] = {}
        self._cursor = ""

    def invalidate(self) -> None:
        """Forget the contents, so that the next frame is sent in full."""
        self._rows = {}
        self._cursor = ""

    def diff(self, data: str, size: Size) -> str:
        """Return what to send for a frame: all of it if it cannot be parsed or does not fit."""
        output: list[str] = []
        style, cursor = DEFAULT_STYLE, ""
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
            for start, run in row.write(column, piece, cells):
                output.append(f"\x1b[{line};{start}H")
                for cell in run:
                    if cell.style is not style:
                        output.append(_sgr_transition(style, cell.style))
                        style = cell.style
                    output.append(cell.char)
        output.append(_sgr_transition(style, DEFAULT_STYLE))
        if cursor == self._cursor and not any(output):
            return ""
        self._cursor = cursor
        return "".join(output) + cursor


def _split_frame(data: str) -> Iterator[tuple[int, int, str]]:
    """Yield line, column and text of each piece; line 0 marks text before any position."""
    head, *parts = _CURSOR_POSITION.split(data)
    if head:
        yield 0, 0, head
    for line, column, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        for offset, piece in enumerate(text.replace("\r", "").split("\n")):
            yield int(line) + offset, 1 if offset else int(column), piece


@lru_cache(256)
def _parse_cells(piece: str) -> StyledCells | None:
    """Parse a piece into cells; `None` if it holds more than characters and colours."""
    cells: list[StyledCell] = []
    style, end = DEFAULT_STYLE, 0
    for match in _SGR_OR_TEXT.finditer(piece):
        if match.start() != end:
            return None
        end = match.end()
        codes, text = match.groups()
        if text is None:
            style = _parse_sgr(codes)
            continue
        for char in text:
            width = 1 if char.isascii() else cell_len(char)
            if not width:  # combining characters are too rare to be worth parsing
                return None
            cells.append(_intern_cell(_visible_on_blank(style) if char == " " else style, char))
            if width == 2:
                cells.append(_intern_cell(style, ""))
    return tuple(cells) if end == len(piece) else None


@lru_cache(2048)
def _intern_cell(style: CellStyle, char: str) -> StyledCell:
    """Intern cells so that most comparisons are by identity; all pages of a theme have 1,660."""
    return StyledCell(style, char)


@lru_cache(1024)
def _parse_sgr(codes: str) -> CellStyle:
    """Parse the parameters of a sequence that starts with a reset or follows one."""
    attributes, foreground, background = [], "", ""
    for code in _SGR_CODE.findall(codes):
        number = int(code.partition(";")[0])
        if number in {0, 39, 49}:
            continue
        if 30 <= number <= 38 or 90 <= number <= 97:
            foreground = code
        elif 40 <= number <= 48 or 100 <= number <= 107:
            background = code
        else:
            attributes.append(code)
    return CellStyle(";".join(attributes), foreground, background)


@lru_cache(1024)
def _visible_on_blank(style: CellStyle) -> CellStyle:
    """Return the part of a style that is visible on a blank cell."""
    if _VISIBLE_ON_BLANK & set(style.attributes.split(";")):
        return style
    return CellStyle("", "", style.background)


@lru_cache(512)
def _sgr_transition(old: CellStyle, new: CellStyle) -> str:
    """Return the shortest SGR sequence that switches from one style to another."""
    if old == new:
        return ""
    if new == DEFAULT_STYLE:
        return "\x1b[0m"
    if old.attributes != new.attributes:
        return f"\x1b[{';'.join(['0', *filter(None, new)])}m"
    codes = []
    if old.foreground != new.foreground:
        codes.append(new.foreground or "39")
    if old.background != new.background:
        codes.append(new.background or "49")
    return f"\x1b[{';'.join(codes)}m"


class DiffingDriver(KistuiDriver):
    """Driver that sends only changed cells, and nothing for an unchanged frame."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._screen_buffer = ScreenBuffer()
        self._buffered_size = Size()
        self._needs_full_repaint = False
        self._pending_sync_start = ""
        super().__init__(*args, **options)

    def write(self, data: str) -> None:
        """Write the difference of a frame; write anything else unchanged."""
        if data == BEGIN_SYNC:
            self._pending_sync_start = data  # sent only if the frame changes anything
            return
        if data == END_SYNC and self._pending_sync_start:
            self._pending_sync_start = ""
            return
        size = self.app.size
        if self._needs_full_repaint or size != self._buffered_size or _ALTERNATE_SCREEN in data:
            self._needs_full_repaint, self._buffered_size = False, size
            self._screen_buffer.invalidate()
        if data.endswith("H"):  # other writes set modes or query the terminal
            data = self._screen_buffer.diff(data, size)
        if data:
            sync_start, self._pending_sync_start = self._pending_sync_start, ""
            super().write(sync_start + data if sync_start else data)

    def terminal_size(self) -> tuple[int, int]:
        """Return columns and lines, and repaint all cells."""
        # Textual asks when the window has changed, possibly in the middle of a frame, and what
        # the terminal did to its contents is unknown.
        self._needs_full_repaint = True
        return super().terminal_size()

    def repaint(self) -> None:
        """Repaint all cells."""
        self._needs_full_repaint = True
        super().repaint()
