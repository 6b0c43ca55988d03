"""The app: a clock, a theme, the profiles with their sessions, and its screens."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePath
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import App
from textual.binding import BindingType
from textual.reactive import var

from kistui.clock import Clock
from kistui.errors import InternalError, KistuiError, PassphraseNeeded, PassphraseWrong
from kistui.model.account import Profile
from kistui.model.token import TokenRecord
from kistui.ui import keys
from kistui.ui.book import Book
from kistui.ui.messages import (
    BalanceFailed,
    BalanceLoaded,
    ProfileChanged,
    ProfileOpened,
    TokensSeen,
)
from kistui.ui.screens.ask import AskScreen
from kistui.ui.screens.balance import BalanceScreen, Part
from kistui.ui.screens.choice import Choice, ChoiceScreen
from kistui.ui.screens.credentials import CredentialsScreen
from kistui.ui.screens.token import TokenScreen
from kistui.ui.sessions import Sessions
from kistui.ui.theme import ThemeSource, textual_theme
from kistui.view import profiles as view
from kistui.view.status import error_text
from kistui.view.token import ToLocal, warning
from kistui.view.words import Words

TICK = 5.0
"""Seconds between looks at the clock; ages on screen are by the minute."""
LOOK = timedelta(minutes=1)


class KistuiApp(App[None]):
    """Opens on the balance of `profile`, or without one on the form of a first."""

    # Here, not on the screens: Textual does not read the style sheet of a default screen.
    CSS_PATH: ClassVar[list[str | PurePath]] = [
        "screens/balance.tcss",
        "screens/dialogs.tcss",
        "screens/credentials.tcss",
        "screens/token.tcss",
    ]
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = list(keys.bindings(keys.QUIT))

    now: var[datetime | None] = var(None)
    """The present instant, for everything on screen that depends on it."""
    token: var[TokenRecord | None] = var(None)
    """What is known of the token of the profile shown."""

    def __init__(
        self,
        *,
        book: Book,
        profile: Profile | None,
        words: Words,
        themes: Sequence[ThemeSource],
        theme: str,
        clock: Clock,
        to_local: ToLocal = datetime.astimezone,
    ) -> None:
        # Textual asks for the variables of a theme while it is being made.
        self._first_theme = next(each for each in themes if each.name == theme)
        super().__init__()
        self._book = book
        self._profile = profile
        self._words = words
        self._clock = clock
        self._to_local = to_local
        self._sessions = Sessions(book, self._unlock)
        self._looked_at = clock()
        self._warned: set[tuple[str, timedelta]] = set()
        for source in themes:
            self.register_theme(textual_theme(source))
        self.now = clock()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """kistui's own variables, before a theme of ours is set."""
        return dict(self._first_theme.variables)

    def get_default_screen(self) -> BalanceScreen:
        """The balance."""
        self._balance = BalanceScreen(self._words, self._clock, self._sessions)
        self._balance.data_bind(KistuiApp.now, KistuiApp.token)
        return self._balance

    def on_mount(self) -> None:
        """Start the one timer; open the profile, or the form of the first."""
        self.theme = self._first_theme.name
        self.set_interval(TICK, self.tick)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._end_at(number)

    def on_ready(self) -> None:
        """Show somebody's figures."""
        if self._profile is None:
            self.action_credentials(is_first=True)
        else:
            self._open(self._profile)

    def _end_at(self, number: signal.Signals) -> None:
        """Leave the terminal as it was, and tell the shell which signal it was."""
        end = partial(self.exit, return_code=128 + number)
        with suppress(ValueError, RuntimeError):  # outside the main thread there are no signals
            asyncio.get_running_loop().add_signal_handler(number, end)

    def action_help_quit(self) -> None:
        """Ctrl+C copies; with nothing to copy it tells how to quit."""
        self.notify(self._words("state.how_to_quit"), markup=False)

    def tick(self) -> None:
        """Look at the clock; once a minute, at what other processes did to the token."""
        self.now = self._clock()
        if abs(self.now - self._looked_at) >= LOOK:
            self._look_at_token()
        self._warn()

    @work(exclusive=True, group="token")
    async def _look_at_token(self) -> None:
        self._looked_at, profile = self._clock(), self._profile
        if profile is None:
            return
        try:
            status = await asyncio.to_thread(self._book.token_status, profile)
        except KistuiError:  # told where the token is used, and on its own screen
            return
        self.post_message(TokensSeen({profile.name: status}))

    @on(TokensSeen)
    def _tokens_seen(self, message: TokensSeen) -> None:
        status = message.statuses.get(self._profile.name) if self._profile else None
        if status is not None:
            self.token, self.now = status.record, self._clock()
            self._warn()

    def _warn(self) -> None:
        """Say once that the token ends soon; nothing is asked and nothing loses the focus."""
        told = warning(self.token, self._clock(), self._words) if self.token else None
        if told is None or self.token is None or self.token.token is None:
            return
        limit, text = told
        if (self.token.token.mark, limit) not in self._warned:
            self._warned.add((self.token.token.mark, limit))
            self.notify(text, severity="warning", markup=False)

    @on(BalanceLoaded)
    @on(BalanceFailed)
    def _token_was_used(self) -> None:
        """It may be another now."""
        self._look_at_token()

    async def _unlock(self) -> None:
        words = self._words
        text = "passphrase.text"
        while True:
            question = AskScreen(
                words("passphrase.title"), words(text), hint=words("ask.hint"), is_secret=True
            )
            answer = await self.push_screen_wait(question)
            if answer is None:
                raise PassphraseNeeded
            try:
                return await asyncio.to_thread(self._book.unlock, answer)
            except PassphraseWrong:
                text = "passphrase.again"

    def action_show_balance(self, part: Part) -> None:
        """Back to the figures."""
        self._go_home()
        self._balance.action_show(part)

    def action_token(self) -> None:
        """Show the tokens."""
        if self._profile is None:
            return
        self._go_home()
        self.push_screen(
            TokenScreen(
                self._book,
                self._words,
                self._sessions,
                self._profile,
                clock=self._clock,
                to_local=self._to_local,
            )
        )

    def _go_home(self) -> None:
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def action_credentials(self, *, is_first: bool = False) -> None:
        """Show the profiles."""
        self._go_home()
        self.push_screen(
            CredentialsScreen(
                self._book,
                self._words,
                self._balance.state_of,
                self._sessions,
                is_first=is_first,
            )
        )

    @work(exclusive=True, group="pick")
    async def action_pick_profile(self) -> None:
        """Choose a profile to show."""
        profiles = await asyncio.to_thread(self._book.all)
        default = await asyncio.to_thread(self._book.default)
        choices = [
            Choice(
                profile.name,
                view.profile_line(
                    profile,
                    self._balance.state_of(profile),
                    self._words,
                    is_default=profile.name == default,
                ),
            )
            for profile in profiles
        ]
        now = self._profile.name if self._profile else None
        picked = await self.push_screen_wait(
            ChoiceScreen(
                self._words("profiles.pick"), choices, hint=self._words("choice.hint"), chosen=now
            )
        )
        for profile in profiles:
            if profile.name == picked:
                self._open(profile)

    @on(ProfileOpened)
    def _profile_opened(self, message: ProfileOpened) -> None:
        self._go_home()
        self._open(message.profile)

    @on(ProfileChanged)
    async def _profile_changed(self, message: ProfileChanged) -> None:
        """Its session holds the old keys, and its figures may be another account's."""
        self._balance.forget(message.profile, is_gone=message.is_gone)
        await self._sessions.forget(message.profile)

    def _open(self, profile: Profile) -> None:
        self._profile, self.token = profile, None
        self._balance.open_profile(profile)
        self._look_at_token()

    async def on_unmount(self) -> None:
        """Close the connections."""
        await self._sessions.aclose()

    def _fatal_error(self) -> None:
        """End with a sentence. Textual's own traceback prints local variables, secrets too."""
        error = sys.exc_info()[1]
        told = error_text(InternalError.from_exception(error or RuntimeError()), self._words)
        self.bell()
        self._exit_renderables.append(Text(f"{told.title}: {told.message}\n{told.hint}"))
        self._close_messages_no_wait()
