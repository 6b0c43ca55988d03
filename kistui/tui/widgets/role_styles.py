"""Convert lines of cells to strips in the theme's colours, for widgets that draw line by line."""

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
    """Mixin that caches the style of every role until a style changes."""

    FRAME_CLASS: str | None = None
    """Component class that overrides the theme's colour of frames."""

    _base_style: Style | None = None
    _role_styles: RoleStyles = MappingProxyType({})
    _dimmed_role_styles: RoleStyles = MappingProxyType({})

    def notify_style_update(self) -> None:
        """Clear the cached styles after a change of theme, focus or class."""
        super().notify_style_update()
        self._base_style = None
        self._role_styles = self._dimmed_role_styles = {}

    @property
    def base_style(self) -> Style:
        """Return the style of the background."""
        if self._base_style is None:  # asked for by every line, and made of all ancestors
            self._base_style = self.rich_style
        return self._base_style

    def role_styles(self, *, dimmed: bool = False) -> RoleStyles:
        """Return the style of every role; frames and titles are never dimmed."""
        if not self._role_styles:
            styles = rich_role_styles()
            if self.FRAME_CLASS:
                styles[Role.FRAME] = self.get_component_rich_style(self.FRAME_CLASS, partial=True)
            self._role_styles = styles_by_role = {
                role: self.base_style + style for role, style in styles.items()
            }
            undimmed = (Role.FRAME, Role.TITLE)
            self._dimmed_role_styles = dict.fromkeys(styles_by_role, styles_by_role[Role.DIM]) | {
                role: styles_by_role[role] for role in undimmed
            }
        return self._dimmed_role_styles if dimmed else self._role_styles

    def line_to_strip(self, line: Line, width: int, *, dimmed: bool = False) -> Strip:
        """Return a line as a strip of exactly `width` columns."""
        styles_by_role = self.role_styles(dimmed=dimmed)
        segments = [Segment(cell.text, styles_by_role[cell.role]) for cell in line]
        return Strip(segments).adjust_cell_length(width, self.base_style)
