"""Lines with the terminal's own colours, as the command line prints them."""

import re
from collections.abc import Iterable, Iterator, Sequence

from kistui.formatting.cells import Cell, Line, Role, display_width, plain_text

# Bright, because plain blue is hardly legible on black. Red and blue are for gain and loss only.
_SGR_BY_ROLE = {
    Role.GAIN: "91", Role.LOSS: "94", Role.DIM: "2", Role.STRONG: "1", Role.REAL: "1",
    Role.PAPER: "1", Role.DEMO: "1", Role.GOOD: "32", Role.WARN: "33", Role.BAD: "33",
}  # fmt: skip
_SGR = re.compile(r"\x1b\[[0-9;]*m")


def styled_text(line: Sequence[Cell]) -> str:
    """Return the text of a line with the terminal's own colours, without blanks at its end."""
    remaining, parts = len(plain_text(line).rstrip()), []
    for cell in line:
        text = cell.text[:remaining]
        remaining -= len(text)
        sgr = _SGR_BY_ROLE.get(cell.role) if text.strip() else None
        parts.append(f"\x1b[{sgr}m{text}\x1b[0m" if sgr else text)
    return "".join(parts)


def without_indent(line: Sequence[Cell]) -> Line:
    """Return a line without the blanks at its start."""
    cells = list(line)
    while cells and not cells[0].text.strip():
        del cells[0]
    if cells:
        cells[0] = Cell(cells[0].text.lstrip(), cells[0].role)
    return tuple(cells)


def styled_lines(lines: Iterable[Sequence[Cell]]) -> str:
    """Return the styled text of lines one below the other."""
    return "\n".join(map(styled_text, lines))


def strip_styles(text: str) -> str:
    """Return a styled text without its styles."""
    return _SGR.sub("", text)


_BREAK = re.compile(r"(?P<part>(?<=·) | {2,})|(?P<word> )")


def fold_styled(text: str, width: int) -> str:
    """Return styled lines, each broken at blanks where it has more than `width` columns.

    A gap between parts, of two blanks or after `·`, is preferred to one between words unless the
    line would be left half empty. A word longer than a line stays whole.
    """
    return "\n".join(part for line in text.split("\n") for part in _fold_line(line, width))


def _fold_line(line: str, width: int) -> Iterator[str]:
    while display_width(strip_styles(line)) > width:
        breaks = [
            (match, used)
            for match in _BREAK.finditer(line)
            if (used := display_width(strip_styles(line[: match.start()]))) > 0
        ]
        fitting = [(match, used) for match, used in breaks if used <= width]
        parts = [match for match, used in fitting if match["part"] and used > width // 2]
        best = parts[-1] if parts else next((match for match, _ in (fitting[-1:] or breaks)), None)
        if best is None:
            break
        yield line[: best.start()]
        line = line[best.end() :]
    yield line
