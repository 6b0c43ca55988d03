"""Lines of cells as strips, in the colours of the theme: for widgets that draw line by line."""

from collections.abc import Mapping
from types import MappingProxyType

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from kistui.ui.theme import rich_styles
from kistui.view.cells import Line, Role


class Inked(Widget):
    """Knows the style of every role here; forgets them when a style changes."""

    FRAME: str | None = None
    """The component class that gives frames another colour than the theme's."""

    _base: Style | None = None
    _inks: Mapping[Role, Style] = MappingProxyType({})

    def notify_style_update(self) -> None:
        """A theme, the focus or a class has changed: forget the colours."""
        super().notify_style_update()
        self._base = None
        self._inks = {}

    @property
    def base(self) -> Style:
        """What all is drawn on."""
        if self._base is None:  # asked for by every line, and made of all ancestors
            self._base = self.rich_style
        return self._base

    def ink(self, role: Role, *, dimmed: bool = False) -> Style:
        """The style of a role; frames and their titles never look old."""
        if not self._inks:
            styles = rich_styles()
            if self.FRAME:
                styles[Role.FRAME] = self.get_component_rich_style(self.FRAME, partial=True)
            self._inks = {each: self.base + style for each, style in styles.items()}
        if dimmed and role not in {Role.FRAME, Role.TITLE}:
            role = Role.DIM
        return self._inks[role]

    def strip(self, line: Line, width: int, *, dimmed: bool = False) -> Strip:
        """A line, cut or filled to `width` columns."""
        segments = [Segment(cell.text, self.ink(cell.role, dimmed=dimmed)) for cell in line]
        return Strip(segments).adjust_cell_length(width, self.base)
