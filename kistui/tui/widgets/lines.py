"""Widgets that draw lines of cells in the theme's colours: one line, or many that scroll."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from rich.segment import Segment
from rich.style import Style
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.messages import Update
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from kistui.formatting.cells import Line, Role, truncate_line
from kistui.tui.theme import rich_role_styles

RoleStyles = Mapping[Role, Style]


class RoleStyledWidget(Widget):
    """Mixin that caches the style of every role until a style changes."""

    FRAME_CLASS: str | None = None
    """Component class that overrides the theme's colour of frames."""

    _base_style: Style | None = None
    _role_styles: RoleStyles = MappingProxyType({})
    _dimmed_role_styles: RoleStyles = MappingProxyType({})
    _component_rich_styles: Mapping[str, Style] = MappingProxyType({})

    def notify_style_update(self) -> None:
        """Clear the cached styles after a change of theme, focus or class."""
        super().notify_style_update()
        self._base_style = None
        self._role_styles = self._dimmed_role_styles = {}
        self._component_rich_styles = {}

    @property
    def base_style(self) -> Style:
        """The style of the background."""
        if self._base_style is None:  # every line asks for it, and it takes all ancestors
            self._base_style = self.rich_style
        return self._base_style

    def role_styles(self, *, dimmed: bool = False) -> RoleStyles:
        """Return the style of every role; frames and titles are never dimmed."""
        if not self._role_styles:
            styles = rich_role_styles()
            if self.FRAME_CLASS:
                styles[Role.FRAME] = self.component_style(self.FRAME_CLASS)
            self._role_styles = styles_by_role = {
                role: self.base_style + style for role, style in styles.items()
            }
            undimmed = (Role.FRAME, Role.TITLE)
            self._dimmed_role_styles = dict.fromkeys(styles_by_role, styles_by_role[Role.DIM]) | {
                role: styles_by_role[role] for role in undimmed
            }
        return self._dimmed_role_styles if dimmed else self._role_styles

    def component_style(self, name: str) -> Style:
        """Return what a component class adds to the style of a line."""
        style = self._component_rich_styles.get(name)
        if style is None:
            style = self.get_component_rich_style(name, partial=True)
            self._component_rich_styles = {**self._component_rich_styles, name: style}
        return style

    def line_to_strip(self, line: Line, width: int, *, dimmed: bool = False) -> Strip:
        """Return a line as a strip of exactly `width` columns."""
        styles_by_role = self.role_styles(dimmed=dimmed)
        strip = Strip(Segment(cell.text, styles_by_role[cell.role]) for cell in line)
        if strip.cell_length > width:
            cells = truncate_line(line, width)
            strip = Strip(Segment(cell.text, styles_by_role[cell.role]) for cell in cells)
        return strip.adjust_cell_length(width, self.base_style)


class StatusLine(RoleStyledWidget):
    """A line of cells that `build_line` returns for a width."""

    line: reactive[Line] = reactive(())

    def __init__(self, build_line: Callable[[int], Line], *, id: str) -> None:
        super().__init__(id=id)
        self._build_line = build_line

    def update_line(self) -> None:
        """Build the line again once it has a width; repaint only if it changed."""
        if width := self.size.width:
            self.line = self._build_line(width)

    def watch_line(self) -> None:
        """Repaint in the next frame: Textual itself waits until the widget is idle."""
        if self.is_mounted:
            self.screen.post_message(Update(self))

    def on_resize(self, _event: Resize) -> None:
        """Build the line for the new width."""
        self.update_line()

    async def on_click(self, event: Click) -> None:
        """Do what the clicked cell is for."""
        end = 0
        for cell in self.line:
            end += cell.width
            if event.x < end:
                if cell.action:
                    await self.run_action(cell.action)
                return

    def render_line(self, y: int) -> Strip:
        """Render the cells of the line."""
        return self.line_to_strip(self.line if y == 0 else (), self.size.width)


class SizedLines(RoleStyledWidget):
    """Lines that are drawn again for each size, such as a chart: `draw(width, height)`."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._draw: Callable[[int, int], Sequence[Line]] = lambda _width, _height: ()
        self.lines: Sequence[Line] = ()

    def show(self, draw: Callable[[int, int], Sequence[Line]]) -> None:
        """Draw something else; repaint only if it looks different."""
        self._draw = draw
        self._update_lines()

    def on_resize(self, _event: Resize) -> None:
        """Draw for the new size."""
        self._update_lines()

    def _update_lines(self) -> None:
        if not self.size:  # hidden, or not laid out yet: a resize follows
            return
        lines = self._draw(*self.size)
        if lines != self.lines:
            self.lines = lines
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Render the cells of a row."""
        return self.line_to_strip(self.lines[y] if y < len(self.lines) else (), self.size.width)


class ScrollableLines(ScrollView, RoleStyledWidget, can_focus=True):
    """Scroll view that repaints only the lines that changed."""

    DEFAULT_CSS = "ScrollableLines { overflow-x: hidden; }"

    dimmed = reactive(False)
    """Whether the figures are outdated."""

    def __init__(self, *, id: str | None = None, classes: str = "") -> None:
        super().__init__(id=id, classes=classes)
        self.lines: Sequence[Line] = ()
        """All lines, also those scrolled out of sight."""
        self.built_size = Size()
        """Size that the lines are built for; it exists before the widget has a size of its own."""
        self._width = 0

    def build_lines(self, width: int, height: int) -> Sequence[Line]:
        """Build the lines for `width` columns and a visible `height`."""
        raise NotImplementedError

    def update_lines(self, initial_size: Size | None = None) -> None:
        """Build the lines again; if they do not fit, leave room for a scroll bar.

        `initial_size` is used before the widget has a size of its own.
        """
        width, height = self.built_size = self.size or initial_size or self.size
        if not width:
            return
        previous, bar = self.lines, self.styles.scrollbar_size_vertical
        has_bar = self.styles.scrollbar_gutter == "stable"
        self.lines = self.build_lines(width - bar * has_bar, height)
        if len(self.lines) > height and not has_bar:
            self.lines = self.build_lines(width - bar, height)
        self.virtual_size = Size(width, len(self.lines))
        if len(previous) != len(self.lines):
            self.refresh()
            return
        for index, (old, new) in enumerate(zip(previous, self.lines, strict=True)):
            if old != new:
                self.refresh(Region(0, index - self.scroll_offset.y, width, 1))

    def on_resize(self, _event: Resize) -> None:
        """Lay out for a new size; Textual also sends a resize when a widget is shown again."""
        if self.size != self.built_size:
            self.update_lines()

    def on_language_changed(self) -> None:
        """Show the same figures in another language."""
        self.update_lines()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Render the lines of a region."""
        self._width = self.size.width  # once: the property walks up the tree
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Render one screen line."""
        index, width = y + self.scroll_offset.y, self._width
        if index >= len(self.lines):
            return Strip.blank(width, self.base_style)
        return self.line_to_strip(self.lines[index], width, dimmed=self.dimmed)
