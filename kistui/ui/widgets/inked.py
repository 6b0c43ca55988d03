"""Lines of cells as strips, in the colours of the theme: for widgets that draw line by line."""

from collections.abc import Mapping
from types import MappingProxyType

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from kistui.ui.theme import rich_styles
from kistui.formatting.cells import Line, Role

Inks = Mapping[Role, Style]


class Inked(Widget):
    """Knows the style of every role here; forgets them when a style changes."""

    FRAME: str | None = None
    """The component class that gives frames another colour than the theme's."""

    _base: Style | None = None
    _inks: Inks = MappingProxyType({})
    _old_inks: Inks = MappingProxyType({})

    def notify_style_update(self) -> None:
        """A theme, the focus or a class has changed: forget the colours."""
        super().notify_style_update()
        self._base = None
        self._inks = self._old_inks = {}

    @property
    def base(self) -> Style:
        """What all is drawn on."""
        if self._base is None:  # asked for by every line, and made of all ancestors
            self._base = self.rich_style
        return self._base

    def inks(self, *, dimmed: bool = False) -> Inks:
        """The style of every role; frames and their titles never look old."""
        if not self._inks:
            styles = rich_styles()
            if self.FRAME:
                styles[Role.FRAME] = self.get_component_rich_style(self.FRAME, partial=True)
            self._inks = inks = {role: self.base + style for role, style in styles.items()}
            kept = (Role.FRAME, Role.TITLE)
            self._old_inks = dict.fromkeys(inks, inks[Role.DIM]) | {at: inks[at] for at in kept}
        return self._old_inks if dimmed else self._inks

    def strip(self, line: Line, width: int, *, dimmed: bool = False) -> Strip:
        """A line, cut or filled to `width` columns."""
        inks = self.inks(dimmed=dimmed)
        segments = [Segment(cell.text, inks[cell.role]) for cell in line]
        return Strip(segments).adjust_cell_length(width, self.base)
