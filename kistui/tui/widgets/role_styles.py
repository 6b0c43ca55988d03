"""Lines of cells as strips, in the colours of the theme: for widgets that draw line by line."""

from collections.abc import Mapping
from types import MappingProxyType

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from kistui.formatting.cells import Line, Role
from kistui.tui.theme import rich_role_styles

RoleStyles = Mapping[Role, Style]


class RoleStyledWidget(Widget):
    """Knows the style of every role here; forgets them when a style changes."""

    FRAME_CLASS: str | None = None
    """The component class that gives frames another colour than the theme's."""

    _base_style: Style | None = None
    _role_styles: RoleStyles = MappingProxyType({})
    _dimmed_role_styles: RoleStyles = MappingProxyType({})

    def notify_style_update(self) -> None:
        """A theme, the focus or a class has changed: forget the colours."""
        super().notify_style_update()
        self._base_style = None
        self._role_styles = self._dimmed_role_styles = {}

    @property
    def base_style(self) -> Style:
        """What all is drawn on."""
        if self._base_style is None:  # asked for by every line, and made of all ancestors
            self._base_style = self.rich_style
        return self._base_style

    def role_styles(self, *, dimmed: bool = False) -> RoleStyles:
        """The style of every role; frames and their titles never look old."""
        if not self._role_styles:
            styles = rich_role_styles()
            if self.FRAME_CLASS:
                styles[Role.FRAME] = self.get_component_rich_style(self.FRAME_CLASS, partial=True)
            self._role_styles = inks = {
                role: self.base_style + style for role, style in styles.items()
            }
            kept = (Role.FRAME, Role.TITLE)
            self._dimmed_role_styles = dict.fromkeys(inks, inks[Role.DIM]) | {
                at: inks[at] for at in kept
            }
        return self._dimmed_role_styles if dimmed else self._role_styles

    def line_to_strip(self, line: Line, width: int, *, dimmed: bool = False) -> Strip:
        """A line, cut or filled to `width` columns."""
        inks = self.role_styles(dimmed=dimmed)
        segments = [Segment(cell.text, inks[cell.role]) for cell in line]
        return Strip(segments).adjust_cell_length(width, self.base_style)
