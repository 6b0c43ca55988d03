"""The summary as lines: its boxes side by side as there is room, the holdings at a glance below."""

from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

from kistui.models.balance import Balance
from kistui.view.arrange import AS_RECEIVED
from kistui.view.boxes import Box
from kistui.view.cells import Cell, Line, Role, fit, width_of
from kistui.view.holdings import HoldingsView, title_of
from kistui.view.summary import boxes
from kistui.view.words import Words

HOME = 6
"""Boxes of an account with nothing abroad."""
NARROW, ROOMY, TALL, TALLER = 76, 112, 28, 38
"""Widths below which boxes stand alone and from which three stand in a row, and its height."""
GLANCE = 8
"""Least lines of the holdings at a glance, with their frame."""


class SummaryPage:
    """A balance's summary, laid out for any size."""

    def __init__(self, balance: Balance, words: Words, *, hidden: bool) -> None:
        self._balance = balance
        self._words = words
        self._hidden = hidden
        self._holdings: HoldingsView | None = None

    def lines(self, width: int, height: int, *, scrolled: int = 0) -> tuple[Line, ...]:
        """Every line; `scrolled` are the columns of a scroll bar beside them."""
        roomy = width + scrolled >= ROOMY and height >= TALL
        beside = 3 if roomy else 1 if width + scrolled < NARROW else 2
        made = boxes(self._balance, self._words, roomy=roomy, hidden=self._hidden)
        lines = list(_rows(made, width, beside))
        if roomy and (len(made) == HOME or height >= TALLER):
            lines += self._glance(width, max(height - len(lines), GLANCE))
        return tuple(lines)

    def _glance(self, width: int, height: int) -> Iterator[Line]:
        words, balance = self._words, self._balance
        view = self._holdings = self._holdings or HoldingsView(
            balance, words, AS_RECEIVED, hidden=self._hidden
        )
        table = view.layout(width - 4)
        rows = [table.line(at) for at in range(min(len(table), height - 5))]
        rows = rows or [(Cell(f" {words('state.empty')}", Role.LABEL),)]
        rule = (Cell("─" * (width - 4), Role.RULE),)
        title, _ = title_of(balance, view, AS_RECEIVED, words)
        inside = (table.header, *rows, rule, table.total)
        return framed(inside, title, width, height - 2, words("holdings.all"))


def _rows(made: Sequence[Box], width: int, beside: int) -> Iterator[Line]:
    """The boxes from left to right, row by row."""
    edges = [width * at // beside for at in range(beside + 1)]
    for first in range(0, len(made), beside):
        row = made[first : first + beside]
        widths = [right - left for left, right in pairwise(edges)][: len(row)]
        contents = [box.lines(room - 4) for box, room in zip(row, widths, strict=True)]
        most = max(map(len, contents))
        pictures = [
            framed(content, box.title, room, most)
            for content, box, room in zip(contents, row, widths, strict=True)
        ]
        for lines in zip_longest(*pictures, fillvalue=()):
            yield tuple(cell for line in lines for cell in line)


def framed(
    content: Sequence[Line], title: str, width: int, height: int, below: str = ""
) -> Iterator[Line]:
    """Lines in a frame with words in it; `height` lines of content, however many there are."""
    yield _edge("╭", title, "╮", width, right=False)
    for at in range(height):
        line = content[at] if at < len(content) else ()
        rest = " " * max(width - 3 - sum(cell.width for cell in line), 0)
        yield (Cell("│ ", Role.FRAME), *line, Cell(f"{rest}│", Role.FRAME))
    yield _edge("╰", below, "╯", width, right=True)


def _edge(left: str, text: str, right_corner: str, width: int, *, right: bool) -> Line:
    """The upper or the lower line of a frame, with words near one end."""
    room = width - 2
    said = fit(text, room - 4) if text else ""
    if not said:
        return (Cell(left + "─" * room + right_corner, Role.FRAME),)
    rest = "─" * (room - 3 - width_of(said))
    before, after = (rest, "─") if right else ("─", rest)
    return (
        Cell(f"{left}{before}", Role.FRAME),
        Cell(f" {said} ", Role.TITLE),
        Cell(f"{after}{right_corner}", Role.FRAME),
    )
