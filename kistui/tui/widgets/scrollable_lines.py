"""Lines laid out for the size there is, scrolled when there are more of them."""

from collections.abc import Sequence

from textual.events import Resize
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kistui.formatting.cells import Line
from kistui.tui.widgets.role_styles import RoleStyledWidget


class ScrollableLines(ScrollView, RoleStyledWidget, can_focus=True):
    """Repaints only lines that differ."""

    DEFAULT_CSS = "ScrollableLines { overflow-x: hidden; }"

    dimmed = reactive(False)
    """Whether the figures are old."""

    def __init__(self, *, id: str | None = None, classes: str = "") -> None:
        super().__init__(id=id, classes=classes)
        self.lines: Sequence[Line] = ()
        """What is shown, above and below what is in sight too."""
        self._width = 0
        self._built_size = Size()

    def build_lines(self, width: int, height: int) -> Sequence[Line]:
        """The lines for so many columns; `height` is what is in sight."""
        raise NotImplementedError

    def update_lines(self, initial_size: Size | None = None) -> None:
        """Lay out again: beside a scroll bar, if there are more lines than are in sight.

        `room` is as large as it is going to be, where it has never been shown.
        """
        width, height = self._built_size = self.size or initial_size or self.size
        if not width:
            return
        before, bar = self.lines, self.styles.scrollbar_size_vertical
        has_bar = self.styles.scrollbar_gutter == "stable"
        self.lines = self.build_lines(width - bar * has_bar, height)
        if len(self.lines) > height and not has_bar:
            self.lines = self.build_lines(width - bar, height)
        self.virtual_size = Size(width, len(self.lines))
        if len(before) != len(self.lines):
            self.refresh()
            return
        for at, (old, new) in enumerate(zip(before, self.lines, strict=True)):
            if old != new:
                self.refresh(Region(0, at - self.scroll_offset.y, width, 1))

    def on_resize(self, _event: Resize) -> None:
        """Lines follow the width; to be shown again is a change of size too, to Textual."""
        if self.size != self._built_size:
            self.update_lines()

    def on_language_changed(self) -> None:
        """Other words, the same figures."""
        self.update_lines()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a part of the screen."""
        self._width = self.size.width  # once: to ask walks up the tree
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        at, width = y + self.scroll_offset.y, self._width
        if at >= len(self.lines):
            return Strip.blank(width, self.base_style)
        return self.line_to_strip(self.lines[at], width, dimmed=self.dimmed)
