"""Line filter that replaces drawing characters by ASCII just before output."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from kistui.formatting.cells import to_ascii


class AsciiFilter(LineFilter):
    """Replaces frames, marks, arrows and scroll bars, whose width is ambiguous."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the line with every column kept."""
        del background
        return [
            segment if segment.control else Segment(to_ascii(segment.text), segment.style)
            for segment in segments
        ]
