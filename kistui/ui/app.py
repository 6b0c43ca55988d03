"""The app: a clock, a theme, the profiles with their sessions, and its screens."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import PurePath
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.binding import BindingType
from textual.events import Resize
from textual.geometry import Size
from textual.reactive import var

from kistui.clock import Clock
from kistui.errors import InternalError, KistuiError, PassphraseNeeded, PassphraseWrong
from kistui.model.account import Profile
from kistui.model.settings import Settings
from kistui.ui import keys
from kistui.ui.book import Book
from kistui.ui.keyed import KeyedApp
from kistui.ui.messages import (
    AccountRead,
    ArrangementChosen,
    ProfileChanged,
    ProfileOpened,
)
from kistui.ui.remotes import Remotes
from kistui.ui.screens.ask import AskScreen
from kistui.ui.screens.balance import BalanceScreen
from kistui.ui.screens.choice import Choice, ChoiceScreen
from kistui.ui.screens.credentials import CredentialsScreen
from kistui.ui.screens.exporting import Part
from kistui.ui.screens.log import LogScreen
from kistui.ui.screens.small import SmallScreen
from kistui.ui.screens.token import TokenScreen
from kistui.ui.sessions import Sessions
from kistui.ui.theme import ThemeSource, textual_theme
from kistui.ui.watching import WatchingApp
from kistui.view import profiles as view
from kistui.view.arrange import Arrangement
from kistui.view.status import error_text, freshness
from kistui.view.token import ToLocal
from kistui.view.words import Words

LEAST = Size(60, 20)
"""Columns and lines below which only that is said."""


class KistuiApp(KeyedApp):
    """Opens on the balance of `profile`, or without one on the form of a first."""

    # Here, not on the screens: Textual does not read the style sheet of a default screen.
    CSS_PATH: ClassVar[list[str | PurePath]] = [
        "screens/balance.tcss",
        "screens/dialogs.tcss",
        "screens/credentials.tcss",
        "screens/token.tcss",
        "screens/log.tcss",
    ]
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = list(keys.bindings(keys.APP))

    hidden = var(False)
    """Whether amounts and quantities are left out, everywhere."""

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
        settings: Settings | None = None,
        slow: bool = False,
        other_words: Sequence[Words] = (),
    ) -> None:
        # Textual asks for the variables of a theme while it is being made.
        self._first_theme = next(each for each in themes if each.name == theme)
        super().__init__(book, words, clock)
        self._profile = profile
        self._to_local = to_local
        self._settings = settings or Settings()
        self._slow = slow
        self.other_words = other_words
        self._sessions = Sessions(book, self._unlock)
        self._remotes = Remotes()
        for source in themes:
            self.register_theme(textual_theme(source))
        self.hidden = self._settings.hidden

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """kistui's own variables, before a theme of ours is set."""
        return dict(self._first_theme.variables)

    def get_default_screen(self) -> BalanceScreen:
        """The balance."""
        self._balance = BalanceScreen(
            self._book,
            self._words,
            self._clock,
            self._sessions,
            self._remotes,
            refresh_every=self._settings.refresh_every,
            flashes=not self._slow,
        )
        self._balance.data_bind(WatchingApp.now, WatchingApp.token, KistuiApp.hidden)
        return self._balance

    def on_mount(self) -> None:
        """Start the one timer; open the profile, or the form of the first."""
        self.theme = self._first_theme.name
        self.start_watching()
        self.use_keys(self._settings.keys)
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

    def action_toggle_hidden(self) -> None:
        """Leave out amounts and quantities, or show them again."""
        self.hidden = not self.hidden
        self.notify(self._words("hide.on" if self.hidden else "hide.off"), markup=False)

    def on_resize(self, event: Resize) -> None:
        """Say so where the window is too small to show anything truly."""
        small = event.size.width < LEAST.width or event.size.height < LEAST.height
        covered = isinstance(self.screen, SmallScreen)
        if small and not covered:
            self.push_screen(SmallScreen(self._words))
        elif covered and not small:
            self.pop_screen()

    @work(exclusive=True, group="recall")
    async def _recall_arrangement(self, profile: Profile) -> None:
        with suppress(KistuiError):  # a convenience, not worth a word
            table = await asyncio.to_thread(self._book.arrangement, profile)
            self._balance.recall(profile, Arrangement.from_kept(table))

    @on(ArrangementChosen)
    @work(exclusive=True, group="arrange")
    async def _keep_arrangement(self, message: ArrangementChosen) -> None:
        if self._profile is not None:
            with suppress(KistuiError):
                table = message.arrangement.kept()
                await asyncio.to_thread(self._book.keep_arrangement, self._profile, table)

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

    def action_log(self) -> None:
        """Show the calls made to KIS."""
        self._go_home()
        self.push_screen(LogScreen(self._book.log, self._words, self._profile))

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
                self._remotes,
                self._sessions,
                self._clock,
                is_first=is_first,
            ).data_bind(WatchingApp.now, KistuiApp.hidden)
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
                    freshness(self._remotes.of(profile), self._clock(), self._words),
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

    @on(AccountRead)
    def _account_read(self, message: AccountRead) -> None:
        self._remotes.set(message.profile, message.remote)
        self._balance.take(message.profile, message.remote)
        if isinstance(self.screen, CredentialsScreen):
            self.screen.show_account()

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
        self._recall_arrangement(profile)
        self._look_at_token()

    async def on_unmount(self) -> None:
        """Close the connections."""
        await self._sessions.aclose()

    def _fatal_error(self) -> None:
        """End with a sentence. Textual's own traceback prints local variables, secrets too."""
        error = sys.exc_info()[1] or RuntimeError()
        self._book.log.crashed(error)
        told = error_text(InternalError.from_exception(error), self._words)
        self.bell()
        self._exit_renderables.append(Text(f"{told.title}: {told.message}\n{told.hint}"))
        self._close_messages_no_wait()
