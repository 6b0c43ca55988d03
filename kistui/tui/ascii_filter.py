"""The whole screen in plain ASCII: the last thing done to a line before it is written."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from kistui.formatting.ascii import to_ascii


class AsciiFilter(LineFilter):
    """Frames, marks, arrows and scroll bars without a character of ambiguous width."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The line, column for column."""
        del background
        return [
            segment if segment.control else Segment(to_ascii(segment.text), segment.style)
            for segment in segments
        ]
