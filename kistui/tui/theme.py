"""Themes, roles and characters in Textual's terms."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter
from textual.style import Style
from textual.theme import Theme

from kistui.formatting.ascii import to_ascii
from kistui.formatting.cells import Line, Role

ROLE_STYLES: Mapping[Role, str] = {
    Role.PLAIN: "",
    Role.LABEL: "$label",
    Role.STRONG: "bold",
    Role.DIM: "$dim",
    Role.GAIN: "$gain",
    Role.LOSS: "$loss",
    Role.GOOD: "$good",
    Role.WARN: "$warning",
    Role.BAD: "$bad",
    Role.ACTIVE: "bold reverse",
    Role.REAL: "bold $kind-text on $kind-real",
    Role.PAPER: "bold $kind-text on $kind-paper",
    Role.DEMO: "bold $kind-text on $kind-demo",
    Role.FRAME: "$secondary",
    Role.TITLE: "$label",
    Role.RULE: "$secondary",
    Role.BAR: "$bar",
    Role.BAR_ALT: "$bar-alt",
}


class ThemeSource(Protocol):
    """A theme as the store reads it."""

    @property
    def name(self) -> str:
        """The name in the user's theme file."""

    @property
    def dark(self) -> bool:
        """Whether the text is light on dark."""

    @property
    def ansi(self) -> bool:
        """Whether the colours are the terminal's own."""

    @property
    def colors(self) -> Mapping[str, str]:
        """Textual's base colours."""

    @property
    def variables(self) -> Mapping[str, str]:
        """Colours of kistui's roles, such as gain and loss."""


# What Textual's own widgets ask of a theme of the terminal's colours.
_ANSI_VARIABLES: Mapping[str, str] = {
    "ansi-background": "ansi_black",
    "ansi-foreground": "ansi_white",
    "border-blurred": "ansi_black",
    "block-cursor-foreground": "ansi_black",
    "block-cursor-background": "ansi_white",
    "input-cursor-background": "ansi_white",
    "input-cursor-foreground": "ansi_black",
    "input-cursor-text-style": "none",
    "input-selection-background": "ansi_bright_blue",
    "input-selection-foreground": "ansi_black",
    "screen-selection-background": "ansi_bright_blue",
    "screen-selection-foreground": "ansi_black",
}


def to_textual_theme(source: ThemeSource) -> Theme:
    """Convert a stored theme to a Textual theme."""
    colors = source.colors
    return Theme(
        name=source.name,
        dark=source.dark,
        ansi=source.ansi,
        primary=colors["primary"],
        secondary=colors["secondary"],
        accent=colors["accent"],
        foreground=colors["foreground"],
        background=colors["background"],
        surface=colors["surface"],
        panel=colors["panel"],
        warning=colors["warning"],
        error=colors["error"],
        success=colors["success"],
        variables={**(_ANSI_VARIABLES if source.ansi else {}), **source.variables},
    )


def to_content(lines: Iterable[Line]) -> Content:
    """Convert lines of cells to styled content, never parsed as markup."""
    styled = [
        Content.assemble(*((cell.text, ROLE_STYLES[cell.role]) for cell in line)) for line in lines
    ]
    return Content("\n").join(styled)


def rich_role_styles() -> dict[Role, RichStyle]:
    """Return the foreground style of every role in the app's theme."""
    return {role: Style.parse(text).rich_style for role, text in ROLE_STYLES.items()}


class AsciiFilter(LineFilter):
    """Replaces frames, marks, arrows and scroll bars, whose width is ambiguous."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the line with every column kept."""
        del background
        return [
            segment if segment.control else Segment(to_ascii(segment.text), segment.style)
            for segment in segments
        ]
