"""A screen that does not repaint as a whole when only the focus moves."""

from typing import Generic, TypeVar

from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

T = TypeVar("T")


class BaseScreen(Screen[T], Generic[T]):
    """Halves the bytes of a change of page; the widgets concerned repaint themselves."""

    # Textual's own declaration repaints the screen with it.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
