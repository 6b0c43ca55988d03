"""The app: a clock, a theme, the profiles with their sessions, and its screens."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ScreenStackError
from textual.binding import BindingType
from textual.reactive import var

from kistui.clock import Clock
from kistui.errors import PassphraseRequiredError, WrongPassphraseError
from kistui.formatting.status import freshness_cell
from kistui.formatting.token import ToLocal
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.balance import Balance
from kistui.models.load_state import Loaded
from kistui.models.settings import Settings
from kistui.tui import keymap
from kistui.tui.balance_states import BalanceStates
from kistui.tui.controllers.settings import ThemeReloader
from kistui.tui.controllers.token_monitor import TokenMonitor
from kistui.tui.controllers.view_state import ViewStateController
from kistui.tui.messages import AccountStateChanged, ProfileChanged, ProfileSelected
from kistui.tui.pages import ACCOUNTS_PAGE, PAGES_BY_NAME, Page
from kistui.tui.screens.balance import BalanceScreen
from kistui.tui.screens.page import PageContext, PageScreen
from kistui.tui.session_pool import SessionPool
from kistui.tui.theme import ThemeSource

if TYPE_CHECKING:
    from kistui.services.profiles import ProfileService


class KistuiApp(ViewStateController):
    """Opens on the balance of `profile`, or without one on the form of a first."""

    # Here, not on the screen: Textual does not read the style sheet of a default screen.
    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = "screens/balance.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = list(keymap.to_bindings(keymap.APP))

    amounts_hidden = var(False)
    """Whether amounts and quantities are left out, on every page."""
    language: var[str] = var("")
    """The language of every page."""

    def __init__(
        self,
        *,
        profile_service: "ProfileService",
        profile: Profile | None,
        cached_balance: Loaded[Balance] | None = None,
        t: Translations,
        themes: Sequence[ThemeSource],
        theme: str,
        clock: Clock,
        to_local: ToLocal = datetime.astimezone,
        settings: Settings | None = None,
        slow_connection: bool = False,
        other_translations: Sequence[Translations] = (),
        theme_repository: ThemeReloader | None = None,
        default_language: str | None = None,
    ) -> None:
        super().__init__(profile_service, t.copy(), clock)
        self._profile = profile
        self._cached_balance = cached_balance
        self._to_local = to_local
        self._settings = settings or Settings()
        self._slow_connection = slow_connection
        self.other_translations = other_translations
        self._session_pool = SessionPool(profile_service, self._unlock)
        self._balance_states = BalanceStates()
        self.theme_repository = theme_repository
        self.default_language = default_language
        self.amounts_hidden = self._settings.amounts_hidden
        self.language = self._t.language
        self.register_themes(themes, theme)

    def get_default_screen(self) -> BalanceScreen:
        """The balance."""
        self._balance_screen = BalanceScreen(
            self._profile_service,
            self._t,
            self._clock,
            self._session_pool,
            self._balance_states,
            refresh_interval=self._settings.refresh_interval,
            highlight_changes=self._highlight_changes,
            initial_profile=self._profile,
            cached_balance=self._cached_balance,
        )
        self._cached_balance = None  # let go of with the first answer
        self._balance_screen.data_bind(TokenMonitor.token)
        self._update_page(self._balance_screen)
        return self._balance_screen

    @property
    def _highlight_changes(self) -> bool:
        return self._settings.highlight_changes and not self._slow_connection

    def apply_settings(self) -> None:
        """The balance holds two of them."""
        self._balance_screen.apply_settings(
            self._settings.refresh_interval, highlight_changes=self._highlight_changes
        )

    def on_mount(self) -> None:
        """Start the one timer; open the profile, or the form of the first."""
        self.start_theme_polling()
        self.start_clock()
        self.apply_user_keymap(self._settings.key_bindings)

    def on_ready(self) -> None:
        """The figures are under way; with nobody's to show, ask whose."""
        if self._profile is None:
            self._open_page(ACCOUNTS_PAGE, is_first_run=True)
        else:
            self._load_profile_state(self._profile)

    def action_toggle_amounts_hidden(self) -> None:
        """Leave out amounts and quantities, or show them again."""
        self.amounts_hidden = not self.amounts_hidden
        self.notify(
            self._t("amounts_hidden.on" if self.amounts_hidden else "amounts_hidden.off"),
            markup=False,
        )

    async def _unlock(self) -> None:
        from kistui.tui.screens.prompt_dialog import PromptDialog

        t = self._t
        text = "passphrase.text"
        while True:
            question = PromptDialog(
                t("passphrase.title"),
                t(text),
                hint=t("prompt_dialog.hint"),
                password=True,
            )
            answer = await self.push_screen_wait(question)
            if answer is None:
                raise PassphraseRequiredError
            try:
                return await asyncio.to_thread(self._profile_service.unlock, answer)
            except WrongPassphraseError:
                text = "passphrase.again"

    def action_show_page(self, name: str) -> None:
        """Show a page in place of the one that is open."""
        page = PAGES_BY_NAME[name]
        current = self.screen
        if page.is_home_tab:
            if not isinstance(current, PageScreen) or current.can_go_back:
                self._pop_to_balance_screen()
                self._balance_screen.show_tab(page.name)
        elif not (page.needs_profile and self._profile is None):
            self._open_page(page)

    def _open_page(self, page: Page, *, is_first_run: bool = False) -> None:
        screen_class = page.load_screen_class()
        if isinstance(self.screen, screen_class):
            return
        self._pop_to_balance_screen()
        screen = screen_class.create(
            PageContext(
                profile_service=self._profile_service,
                t=self._t,
                clock=self._clock,
                to_local=self._to_local,
                session_pool=self._session_pool,
                balance_states=self._balance_states,
                profile=self._profile,
                is_first_run=is_first_run,
            )
        )
        self._update_page(screen)
        self.push_screen(screen)

    def _pop_to_balance_screen(self) -> None:
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def watch_now(self) -> None:
        """Tell the pages that time has passed."""
        self._update_pages()

    def watch_amounts_hidden(self) -> None:
        """Tell the pages to hide or show amounts."""
        self._update_pages()

    def watch_language(self) -> None:
        """Tell the pages to speak another language."""
        self._update_pages()

    def _update_pages(self) -> None:
        with suppress(ScreenStackError):  # no screen is there yet
            for screen in self.screen_stack:
                if isinstance(screen, PageScreen):
                    self._update_page(screen)

    def _update_page(self, page: PageScreen) -> None:
        page.update_app_state(
            now=self.now, language=self.language, amounts_hidden=self.amounts_hidden
        )

    @work(exclusive=True, group="pick")
    async def action_pick_profile(self) -> None:
        """Choose a profile to show."""
        from kistui.formatting.profiles import profile_summary_line
        from kistui.tui.screens.select_dialog import Choice, SelectDialog

        profiles = await asyncio.to_thread(self._profile_service.list_profiles)
        default = await asyncio.to_thread(self._profile_service.default_name)
        choices = [
            Choice(
                profile.name,
                profile_summary_line(
                    profile,
                    freshness_cell(self._balance_states.get(profile), self._clock(), self._t),
                    self._t,
                    is_default=profile.name == default,
                ),
            )
            for profile in profiles
        ]
        now = self._profile.name if self._profile else None
        picked = await self.push_screen_wait(
            SelectDialog(
                self._t("profiles.pick"),
                choices,
                hint=self._t("select_dialog.hint"),
                selected=now,
            )
        )
        for profile in profiles:
            if profile.name == picked:
                self._open_profile(profile)

    @on(AccountStateChanged)
    def _account_state_changed(self, message: AccountStateChanged) -> None:
        self._balance_states.set(message.profile, message.load_state)
        self._balance_screen.set_load_state(message.profile, message.load_state)
        for screen in self.screen_stack:
            if isinstance(screen, PageScreen) and screen is not self._balance_screen:
                screen.balance_state_changed()

    @on(ProfileSelected)
    def _profile_selected(self, message: ProfileSelected) -> None:
        self._pop_to_balance_screen()
        self._open_profile(message.profile)

    @on(ProfileChanged)
    async def _profile_changed(self, message: ProfileChanged) -> None:
        """Its session holds the old keys, and its figures may be another account's."""
        self._balance_screen.discard_balance(message.profile, is_removed=message.is_removed)
        await self._session_pool.close(message.profile)

    def _open_profile(self, profile: Profile) -> None:
        self._profile, self.token = profile, None
        self._balance_screen.open_profile(profile)
        self.load_cached_balance(profile)
        self._load_profile_state(profile)

    def _load_profile_state(self, profile: Profile) -> None:
        """What the disk knows of a profile."""
        self.restore_view_state(profile)
        self._refresh_token_status()

    async def on_unmount(self) -> None:
        """Write what is still to be written; close the connections."""
        await self.save_view_state()
        await self._session_pool.aclose()
