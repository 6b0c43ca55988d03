"""How the app lives in a terminal: a window too small, an end with a sentence."""

import sys
from collections.abc import Callable, Sequence

from rich.text import Text
from textual import on
from textual.events import Resize
from textual.filter import LineFilter
from textual.geometry import Size

from kistui.errors import InternalError
from kistui.formatting.status import describe_error
from kistui.tui.controllers.settings import SettingsController
from kistui.tui.messages import BalanceFailed, BalanceLoaded
from kistui.tui.textual_patches import patch_styles_cache_leak

MIN_SIZE = Size(60, 20)
"""Columns and lines below which only that is said."""


class LifecycleController(SettingsController):
    """Says what there is to say where the window is too small, or the app has to end."""

    ascii_only = False
    """Whether nothing but ASCII and letters is drawn."""
    first_load_callback: Callable[[], None] | None = None
    """Called once, when the first answer stands on the screen."""

    def on_load(self) -> None:
        """Nothing is painted yet."""
        patch_styles_cache_leak()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The usual ones, and the one for plain characters."""
        usual = super().get_line_filters()
        if not self.ascii_only:
            return usual
        from kistui.tui.ascii_filter import AsciiFilter

        return (*usual, AsciiFilter())

    @on(BalanceLoaded)
    @on(BalanceFailed)
    def _first_load_finished(self) -> None:
        begun, self.first_load_callback = self.first_load_callback, None
        if begun is not None:
            self.call_after_refresh(begun)

    def action_help_quit(self) -> None:
        """Ctrl+C copies; with nothing to copy it tells how to quit."""
        self.notify(self._t("state.how_to_quit"), markup=False)

    def action_redraw(self) -> None:
        """Draw all of it: only differences are sent, and others write on terminals too."""
        paint = getattr(self._driver, "repaint", None)
        if paint:
            paint()

    def on_resize(self, event: Resize) -> None:
        """Say so where the window is too small to show anything truly."""
        from kistui.tui.screens.terminal_too_small import TerminalTooSmallScreen

        small = event.size.width < MIN_SIZE.width or event.size.height < MIN_SIZE.height
        covered = isinstance(self.screen, TerminalTooSmallScreen)
        if small and not covered:
            self.push_screen(TerminalTooSmallScreen(self._t))
        elif covered and not small:
            self.pop_screen()

    def _fatal_error(self) -> None:
        """End with a sentence. Textual's own traceback prints local variables, secrets too."""
        error = sys.exc_info()[1] or RuntimeError()
        self._profile_service.call_log.record_crash(error)
        told = describe_error(InternalError.from_exception(error), self._t)
        self.bell()
        self._exit_renderables.append(Text(f"{told.title}: {told.message}\n{told.hint}"))
        self._close_messages_no_wait()
