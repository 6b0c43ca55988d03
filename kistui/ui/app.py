"""The app: a clock, a theme, a session that lives as long as it does, and its screens."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import App
from textual.binding import BindingType
from textual.reactive import reactive

from kistui.clock import Clock
from kistui.errors import InternalError
from kistui.model.account import Profile
from kistui.ui import keys
from kistui.ui.screens.balance import BalanceScreen
from kistui.ui.theme import ThemeSource, textual_theme
from kistui.view.status import error_text
from kistui.view.words import Words

if TYPE_CHECKING:
    from kistui.session import Session

TICK = 5.0
"""Seconds between looks at the clock; ages on screen are by the minute."""


class KistuiApp(App[None]):
    """Opens on the balance of one profile. `connect` makes its session, off the event loop."""

    # Here, not on the screen: Textual does not read the style sheet of a default screen.
    CSS_PATH: ClassVar[list[str | PurePath]] = ["screens/balance.tcss"]
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = list(keys.bindings(keys.QUIT))

    now: reactive[datetime | None] = reactive(None)
    """The present instant, for everything on screen that depends on it."""

    def __init__(
        self,
        *,
        profile: Profile,
        connect: "Callable[[], Session]",
        words: Words,
        themes: Sequence[ThemeSource],
        theme: str,
        clock: Clock,
    ) -> None:
        # Textual asks for the variables of a theme while it is being made.
        self._first_theme = next(each for each in themes if each.name == theme)
        super().__init__()
        self._profile = profile
        self._connect = connect
        self._words = words
        self._clock = clock
        self._session: Session | None = None
        self._connecting = asyncio.Lock()
        for source in themes:
            self.register_theme(textual_theme(source))
        self.now = clock()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """kistui's own variables, before a theme of ours is set."""
        return dict(self._first_theme.variables)

    def get_default_screen(self) -> BalanceScreen:
        """The balance."""
        screen = BalanceScreen(self._profile, self._words, self._clock, self.session)
        screen.data_bind(KistuiApp.now)
        return screen

    def on_mount(self) -> None:
        """Start the one timer."""
        self.theme = self._first_theme.name
        self.set_interval(TICK, self.tick)

    def tick(self) -> None:
        """Look at the clock."""
        self.now = self._clock()

    async def session(self) -> "Session":
        """The session, made on first use: the client is imported after the first paint."""
        async with self._connecting:
            if self._session is None:
                self._session = await asyncio.to_thread(self._connect)
            return self._session

    async def on_unmount(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.aclose()

    def _fatal_error(self) -> None:
        """End with a sentence. Textual's own traceback prints local variables, secrets too."""
        error = sys.exc_info()[1]
        told = error_text(InternalError.from_exception(error or RuntimeError()), self._words)
        self.bell()
        self._exit_renderables.append(Text(f"{told.title}: {told.message}\n{told.hint}"))
        self._close_messages_no_wait()
