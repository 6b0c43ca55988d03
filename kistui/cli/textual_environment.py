"""What the screen needs of the terminal, settled before Textual is imported."""

from collections.abc import MutableMapping

# Textual reads these when it is imported.
SLOW_TERMINAL_DEFAULTS = {
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_SMOOTH_SCROLL": "0",
    "TEXTUAL_COLOR_SYSTEM": "256",
}
"""A slow line: nothing moves, and a colour is three bytes instead of a dozen."""


def set_textual_defaults(environ: MutableMapping[str, str], *, slow: bool) -> None:
    """Settle what Textual reads from the environment; what the user set stays."""
    for name, value in SLOW_TERMINAL_DEFAULTS.items() if slow else ():
        environ.setdefault(name, value)
