"""Scrollable lines, laid out for the size of the widget."""

from collections.abc import Sequence

from textual.events import Resize
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kistui.formatting.cells import Line
from kistui.tui.widgets.role_styles import RoleStyledWidget


class ScrollableLines(ScrollView, RoleStyledWidget, can_focus=True):
    """Scroll view that repaints only the lines that changed."""

    DEFAULT_CSS = "ScrollableLines { overflow-x: hidden; }"

    dimmed = reactive(False)
    """Whether the figures are outdated."""

    def __init__(self, *, id: str | None = None, classes: str = "") -> None:
        super().__init__(id=id, classes=classes)
        self.lines: Sequence[Line] = ()
        """Return all lines as plain text, scrolled-out ones included."""
        self._width = 0
        self._built_size = Size()

    def build_lines(self, width: int, height: int) -> Sequence[Line]:
        """Build the lines for `width` columns and a visible `height`."""
        raise NotImplementedError

    def update_lines(self, initial_size: Size | None = None) -> None:
        """Build the lines again; if they do not fit, leave room for a scroll bar.

        `initial_size` is used before the widget has a size of its own.
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
        for index, (old, new) in enumerate(zip(before, self.lines, strict=True)):
            if old != new:
                self.refresh(Region(0, index - self.scroll_offset.y, width, 1))

    def on_resize(self, _event: Resize) -> None:
        """Lay out for a new size; Textual also sends a resize when a widget is shown again."""
        if self.size != self._built_size:
            self.update_lines()

    def on_language_changed(self) -> None:
        """Show the same figures in another language."""
        self.update_lines()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Render the lines of a region."""
        self._width = self.size.width  # once: to ask walks up the tree
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Render one screen line."""
        index, width = y + self.scroll_offset.y, self._width
        if index >= len(self.lines):
            return Strip.blank(width, self.base_style)
        return self.line_to_strip(self.lines[index], width, dimmed=self.dimmed)
