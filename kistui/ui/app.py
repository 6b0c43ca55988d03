"""The app: a clock, a theme, the profiles with their sessions, and its screens."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.reactive import var

from kistui.clock import Clock
from kistui.errors import PassphraseRequiredError, WrongPassphraseError
from kistui.models.account import Profile
from kistui.models.balance import Balance
from kistui.models.load_state import Loaded
from kistui.models.settings import Settings
from kistui.ui import keys
from kistui.ui.book import Book
from kistui.ui.messages import AccountRead, ProfileChanged, ProfileOpened
from kistui.ui.preferring import ThemeShelf
from kistui.ui.remembering import RememberingApp
from kistui.ui.remotes import Remotes
from kistui.ui.screens.balance import BalanceScreen
from kistui.ui.screens.exporting import Part
from kistui.ui.sessions import Sessions
from kistui.ui.theme import ThemeSource
from kistui.ui.watching import WatchingApp
from kistui.formatting.status import freshness_cell
from kistui.formatting.token import ToLocal
from kistui.i18n.translations import Translations

if TYPE_CHECKING:
    from kistui.ui.screens.credentials import CredentialsScreen


class KistuiApp(RememberingApp):
    """Opens on the balance of `profile`, or without one on the form of a first."""

    # Here, not on the screen: Textual does not read the style sheet of a default screen.
    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = "screens/balance.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = list(keys.bindings(keys.APP))

    hidden = var(False)
    """Whether amounts and quantities are left out, everywhere."""

    def __init__(
        self,
        *,
        book: Book,
        profile: Profile | None,
        last: Loaded[Balance] | None = None,
        words: Translations,
        themes: Sequence[ThemeSource],
        theme: str,
        clock: Clock,
        to_local: ToLocal = datetime.astimezone,
        settings: Settings | None = None,
        slow: bool = False,
        other_words: Sequence[Translations] = (),
        shelf: ThemeShelf | None = None,
        locale_language: str | None = None,
    ) -> None:
        super().__init__(book, words.copy(), clock)
        self._profile = profile
        self._last = last
        self._to_local = to_local
        self._settings = settings or Settings()
        self._slow = slow
        self.other_words = other_words
        self._sessions = Sessions(book, self._unlock)
        self._remotes = Remotes()
        self.shelf = shelf
        self.locale_language = locale_language
        self.hidden = self._settings.amounts_hidden
        self.start_theme(themes, theme)

    def get_default_screen(self) -> BalanceScreen:
        """The balance."""
        self._balance = BalanceScreen(
            self._book,
            self._words,
            self._clock,
            self._sessions,
            self._remotes,
            refresh_every=self._settings.refresh_interval,
            flashes=self._flashes,
            first=self._profile,
            last=self._last,
        )
        self._last = None  # let go of with the first answer
        self._balance.data_bind(WatchingApp.now, WatchingApp.token, KistuiApp.hidden)
        return self._balance

    @property
    def _flashes(self) -> bool:
        return self._settings.highlight_changes and not self._slow

    def settings_changed(self) -> None:
        """The balance holds two of them."""
        self._balance.prefer(self._settings.refresh_interval, flashes=self._flashes)

    def on_mount(self) -> None:
        """Start the one timer; open the profile, or the form of the first."""
        self.start_preferring()
        self.start_watching()
        self.use_keys(self._settings.key_bindings)

    def on_ready(self) -> None:
        """The figures are under way; with nobody's to show, ask whose."""
        if self._profile is None:
            self.action_credentials(is_first=True)
        else:
            self._look_up(self._profile)

    def action_toggle_hidden(self) -> None:
        """Leave out amounts and quantities, or show them again."""
        self.hidden = not self.hidden
        self.notify(self._words("amounts_hidden.on" if self.hidden else "amounts_hidden.off"), markup=False)

    async def _unlock(self) -> None:
        from kistui.ui.screens.ask import AskScreen

        words = self._words
        text = "passphrase.text"
        while True:
            question = AskScreen(
                words("passphrase.title"), words(text), hint=words("prompt_dialog.hint"), is_secret=True
            )
            answer = await self.push_screen_wait(question)
            if answer is None:
                raise PassphraseRequiredError
            try:
                return await asyncio.to_thread(self._book.unlock, answer)
            except WrongPassphraseError:
                text = "passphrase.again"

    def action_show_balance(self, part: Part) -> None:
        """Back to the figures."""
        self._go_home()
        self._balance.action_show(part)

    def action_token(self) -> None:
        """Show the tokens."""
        if self._profile is None:
            return
        from kistui.ui.screens.token import TokenScreen

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
        from kistui.ui.screens.log import LogScreen

        self._go_home()
        self.push_screen(LogScreen(self._book.log, self._words, self._profile))

    def _go_home(self) -> None:
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def action_credentials(self, *, is_first: bool = False) -> None:
        """Show the profiles."""
        from kistui.ui.screens.credentials import CredentialsScreen

        self._go_home()
        self.push_screen(
            CredentialsScreen(
                self._book,
                self._words,
                self._remotes,
                self._sessions,
                self._clock,
                is_first=is_first,
                hidden=self.hidden,
            )
        )

    def watch_now(self) -> None:
        """The accounts' figures get older."""
        self._tell_accounts()

    def watch_hidden(self) -> None:
        """The accounts hide amounts too."""
        self._tell_accounts()

    def _tell_accounts(self) -> None:
        # Not bound as data: what is bound keeps a screen that was left until the data change.
        for screen in self._accounts():
            screen.now, screen.hidden = self.now, self.hidden

    def _accounts(self) -> "list[CredentialsScreen]":
        """The screen of accounts, if it is open."""
        over = self.screen_stack[1:] if self._screen_stack else []
        if not over:
            return []
        from kistui.ui.screens.credentials import CredentialsScreen

        return [screen for screen in over if isinstance(screen, CredentialsScreen)]

    @work(exclusive=True, group="pick")
    async def action_pick_profile(self) -> None:
        """Choose a profile to show."""
        from kistui.ui.screens.choice import Choice, ChoiceScreen
        from kistui.formatting.profiles import profile_summary_line

        profiles = await asyncio.to_thread(self._book.all)
        default = await asyncio.to_thread(self._book.default)
        choices = [
            Choice(
                profile.name,
                profile_summary_line(
                    profile,
                    freshness_cell(self._remotes.of(profile), self._clock(), self._words),
                    self._words,
                    is_default=profile.name == default,
                ),
            )
            for profile in profiles
        ]
        now = self._profile.name if self._profile else None
        picked = await self.push_screen_wait(
            ChoiceScreen(
                self._words("profiles.pick"), choices, hint=self._words("select_dialog.hint"), chosen=now
            )
        )
        for profile in profiles:
            if profile.name == picked:
                self._open(profile)

    @on(AccountRead)
    def _account_read(self, message: AccountRead) -> None:
        self._remotes.set(message.profile, message.remote)
        self._balance.take(message.profile, message.remote)
        for screen in self._accounts():
            screen.show_account()

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
        self.recall_figures(profile)
        self._look_up(profile)

    def _look_up(self, profile: Profile) -> None:
        """What the disk knows of a profile."""
        self.recall_arrangement(profile)
        self._look_at_token()

    async def on_unmount(self) -> None:
        """Write what is still to be written; close the connections."""
        await self.keep_arrangement()
        await self._sessions.aclose()
