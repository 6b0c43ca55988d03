"""The app: clock, theme, profiles with their sessions, and screens."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.events import Event, InputEvent, Paste, Resize
from textual.events import Key as KeyPressed
from textual.filter import LineFilter
from textual.reactive import var
from textual.screen import ModalScreen
from textual.types import CSSPathType
from textual.widgets import Input

from kistui.clock import Clock
from kistui.errors import InternalError
from kistui.formatting.error_text import describe_error
from kistui.formatting.token import ToLocal
from kistui.i18n import LANGUAGES, load_translations
from kistui.i18n.translations import Translations
from kistui.models.account import Profile, is_same_account
from kistui.models.balance import Balance
from kistui.models.calls import TokenRequestDelayed
from kistui.models.load_state import Loaded, last_loaded
from kistui.models.settings import Settings
from kistui.models.token import TokenRecord
from kistui.tui import keymap
from kistui.tui.controllers.keymap import KeymapController, PaletteController
from kistui.tui.controllers.pages import PageController
from kistui.tui.controllers.profile import ProfileCacheController, ProfilePicker, TokenMonitor
from kistui.tui.controllers.settings import SettingsController, ThemeController, ThemeReloader
from kistui.tui.key_queue import OPENS_DIALOG, KeyHandled, KeyQueue
from kistui.tui.messages import (
    AccountStateChanged,
    ActionSelected,
    BalanceFailed,
    BalanceLoaded,
    BalanceProgressed,
    BalanceRefreshRequested,
    CachedBalanceLoaded,
    HistoryRecorded,
    HoldingSelected,
    HoldingsViewChanged,
    LivePricesArrived,
    OverseasLoaded,
    ProfileChanged,
    ProfileSelected,
    TokensLoaded,
    ViewStateLoaded,
)
from kistui.tui.pages import ACCOUNTS_PAGE, KEYS_BY_ID, PAGES_BY_NAME
from kistui.tui.screens.balance import BalanceScreen
from kistui.tui.screens.page import PageContext, PageScreen
from kistui.tui.screens.terminal_too_small import TerminalTooSmallScreen, is_too_small
from kistui.tui.sessions import BalanceStates, SessionPool
from kistui.tui.textual_patches import TextualApp, apply_patches
from kistui.tui.theme import ThemeSource
from kistui.tui.user_keymap import UserKeymap

if TYPE_CHECKING:
    from textual.await_complete import AwaitComplete
    from textual.timer import Timer

    from kistui.services.profiles import ProfileService


TICK_SECONDS = 5.0
"""Seconds between updates of the clock; ages on screen count minutes."""
CLOSED_SECONDS = 0.2
"""Seconds after which a page or dialog that was closed has ended, and what was below is painted."""


class KistuiApp(TextualApp):
    """Opens the balance of `profile`; without one, the form for a first profile."""

    # Here, not on the screen: Textual does not read the style sheet of a default screen.
    CSS_PATH: ClassVar[CSSPathType | None] = "screens/balance.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = list(keymap.to_bindings(keymap.APP))

    now: var[datetime | None] = var(None)
    """The present instant, for every page."""
    token: var[TokenRecord | None] = var(None)
    """Token of the shown profile, as far as it is known."""
    amounts_hidden = var(False)
    """Whether amounts and quantities are hidden, on every page."""
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
        theme_repository: ThemeReloader | None = None,
        default_language: str | None = None,
    ) -> None:
        super().__init__()
        self._profile_service = profile_service
        self._t = t = t.copy()
        self._clock = clock
        self._to_local = to_local
        self._profile = profile
        self._slow_connection = slow_connection
        self._default_language = default_language or t.language
        self._log_error_shown = False
        self.ascii_only = False
        """Whether frames and marks are drawn in ASCII."""
        self.first_load_callback: Callable[[], None] | None = None
        """Called once, when the first answer has been shown, or the form for a first profile."""
        self.screen_closed_callback: Callable[[], object] | None = None
        """Called soon after a page or dialog was closed, when what was below is painted."""
        self._screen_closed_timer: Timer | None = None
        self._session_pool = SessionPool(self, t, profile_service)
        self.balance_states = BalanceStates()
        """The last balance of each profile, shown or not."""
        self.key_queue = KeyQueue(self, super().on_event, self.handle_error)
        self.keymap_controller = KeymapController(
            self, t, self.other_translations, self.key_queue.press_next
        )
        self.palette_controller = PaletteController(
            self, t, self.keymap_controller, profile_service
        )
        self.theme_controller = ThemeController(self, t, themes, theme_repository)
        self.settings_controller = SettingsController(
            self,
            t,
            profile_service,
            settings or Settings(),
            self.theme_controller,
            on_change=self._apply_setting,
        )
        self._session_pool.after_hours_price = self._settings.after_hours_price
        self.token_monitor = TokenMonitor(self, profile_service, t, clock)
        self.profile_cache_controller = ProfileCacheController(self, profile_service)
        self.page_controller = PageController(self, self._page_context)
        self.profile_picker = ProfilePicker(self, t, clock, profile_service, self.balance_states)
        self.now = clock()
        self.language = t.language
        self.amounts_hidden = self._settings.amounts_hidden
        self.theme_controller.register(theme)
        self._balance_screen = BalanceScreen(
            self._page_context(),
            refresh_interval=self._settings.refresh_interval,
            after_hours_price=self._settings.after_hours_price,
            highlight_changes=self._highlight_changes,
            cached_balance=cached_balance,
        )
        self.page_controller.update(self._balance_screen)

    @property
    def user_keymap(self) -> UserKeymap:
        """The user's keymap."""
        return self.keymap_controller.user_keymap

    @property
    def _settings(self) -> Settings:
        return self.settings_controller.settings

    def on_load(self) -> None:
        """Patch Textual before anything is painted; hold keys until there is a page."""
        self.key_queue.hold()
        apply_patches()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return Textual's line filters, and the ASCII filter if it is on."""
        filters = super().get_line_filters()
        if not self.ascii_only:
            return filters
        from kistui.tui.theme import AsciiFilter

        return (*filters, AsciiFilter())

    def get_default_screen(self) -> BalanceScreen:
        """Return the balance, which stays open under every other page."""
        return self._balance_screen

    @property
    def _highlight_changes(self) -> bool:
        return self._settings.highlight_changes and not self._slow_connection

    def _apply_setting(self, name: str) -> None:
        if name == "language":
            self._switch_language(self._settings.language)
        elif name == "theme" and self._settings.theme:
            self.theme_controller.apply(self._settings.theme)
        self._session_pool.after_hours_price = self._settings.after_hours_price
        self._balance_screen.apply_settings(
            self._settings.refresh_interval,
            self._settings.after_hours_price,
            highlight_changes=self._highlight_changes,
        )

    def _switch_language(self, language: str | None) -> None:
        language = language or self._default_language
        if self._t.language != language:
            self._t.switch_to(load_translations(language))
            self.language = language

    def other_translations(self) -> tuple[Translations, ...]:
        """Return the texts of the other languages; actions can be found by their words too."""
        others = (language for language in LANGUAGES if language != self._t.language)
        return tuple(load_translations(language) for language in others)

    def on_mount(self) -> None:
        """Start the clock; apply the user's keys and themes."""
        self.theme_controller.start_polling()
        self.set_interval(TICK_SECONDS, self.tick)
        self.keymap_controller.apply(self._settings.key_bindings)

    def tick(self) -> None:
        """Update the clock and what depends on it."""
        self.now = now = self._clock()
        self.token_monitor.refresh_if_due(self._profile, now)
        self.token_monitor.warn_before_expiry(self.token)
        error = self._profile_service.call_log.write_error
        if error is not None and not self._log_error_shown:
            from kistui.formatting.call_log import log_write_error_text

            self._log_error_shown = True
            self.notify(log_write_error_text(error, self._t), severity="warning", markup=False)

    @on(TokensLoaded)
    def _tokens_loaded(self, message: TokensLoaded) -> None:
        status = message.statuses.get(self._profile.name) if self._profile else None
        if status is not None:
            self.token, self.now = status.record, self._clock()
            self.token_monitor.warn_before_expiry(self.token)

    @on(BalanceLoaded)
    @on(BalanceFailed)
    def _balance_request_finished(self) -> None:
        self.token_monitor.refresh(self._profile)  # the request may have issued another
        self._finish_startup()

    @on(BalanceProgressed)
    def _balance_progressed(self, message: BalanceProgressed) -> None:
        if isinstance(message.progress, TokenRequestDelayed):
            self.token_monitor.refresh(self._profile)  # another program has revoked the token

    def pop_screen(self) -> "AwaitComplete":
        """Close the screen that is open."""
        if self._screen_closed_timer is None:
            self._screen_closed_timer = self.set_timer(CLOSED_SECONDS, self._screen_closed)
        return super().pop_screen()

    def _screen_closed(self) -> None:
        self._screen_closed_timer = None
        if self.screen_closed_callback is not None:
            self.screen_closed_callback()

    def _finish_startup(self) -> None:
        callback, self.first_load_callback = self.first_load_callback, None
        if callback is not None:
            self.call_after_refresh(callback)

    @on(HoldingsViewChanged)
    def _holdings_view_changed(self, message: HoldingsViewChanged) -> None:
        if self._profile is not None:
            self.profile_cache_controller.save_view_state_later(self._profile, message.view_state)

    @on(ViewStateLoaded)
    def _view_state_loaded(self, message: ViewStateLoaded) -> None:
        self._balance_screen.restore_view_state(message.profile, message.view_state)

    @on(CachedBalanceLoaded)
    def _cached_balance_loaded(self, message: CachedBalanceLoaded) -> None:
        self._balance_screen.loader.show_cached(message.profile, message.balance)

    async def on_event(self, event: Event) -> None:
        """Hold a key or paste back until the key before it has taken effect."""
        if isinstance(event, InputEvent | Paste) and not self.has_screen:
            return  # the app ends
        if isinstance(event, KeyPressed | Paste) and not event.is_forwarded:
            await self.key_queue.handle(event)
        else:
            await super().on_event(event)

    @on(KeyHandled)
    def _key_handled(self, message: KeyHandled) -> None:
        message.handled.set()

    def on_key(self, event: KeyPressed) -> None:
        """Show why a key does nothing now, or read letters of a Korean input method as keys."""
        reason = self.keymap_controller.why_unavailable(event.key)
        if reason and isinstance(self.screen, PageScreen):
            self.screen.show_notice(reason)
        else:
            self.keymap_controller.translate_hangul(event)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable what cannot run now."""
        return None if self.why_unavailable(action, parameters) else True

    def why_unavailable(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return that a page needs an account; empty if the action can run."""
        if action != "show_page" or self._profile is not None:
            return ""
        page = PAGES_BY_NAME.get(str(parameters[0]))
        return self._t("state.no_account") if page and page.needs_profile else ""

    def action_help(self) -> None:
        """Show help for the keys of this screen, then for those of the app."""
        from kistui.tui.screens.search_dialogs import HelpDialog

        self.push_screen(HelpDialog(self.keymap_controller.screen_help(), self._t))

    @work(exclusive=True, group="palette", name=OPENS_DIALOG)
    async def action_palette(self) -> None:
        """Find an action, a holding or an account by its words, and run it or go there."""
        await self.palette_controller.choose(last_loaded(self._balance_screen.load_state))

    @on(ActionSelected)
    async def _action_selected(self, message: ActionSelected) -> None:
        await self.run_action(message.action, message.node)

    @on(HoldingSelected)
    def _holding_selected(self, message: HoldingSelected) -> None:
        self.page_controller.close_all()
        self._balance_screen.show_holding(message.row_key)

    def action_theme(self) -> None:
        """Choose a theme, with a preview of the theme under the cursor."""
        self.theme_controller.show_dialog(partial(self.settings_controller.save, "theme"))

    def action_settings(self) -> None:
        """Show the settings."""
        self.settings_controller.show_dialog()

    def action_help_quit(self) -> None:
        """Tell the user how to quit: Ctrl+C means copy, and nothing is selected."""
        if isinstance(self.screen, ModalScreen):
            text = self._t("state.how_to_leave_dialog")
        else:
            # The last key: the first one, a letter, leads back on other pages.
            *_, quit_key = self.user_keymap.display_keys(KEYS_BY_ID["app.quit"])
            text = self._t("state.how_to_quit", quit=quit_key)
        self.notify(text, markup=False)

    def action_redraw(self) -> None:
        """Repaint the whole screen, which another program may have written to."""
        repaint = getattr(self.terminal_driver, "repaint", None)
        if repaint:
            repaint()

    def on_resize(self, event: Resize) -> None:
        """Cover everything where the terminal is too small to show it."""
        is_covered = any(isinstance(screen, TerminalTooSmallScreen) for screen in self.screen_stack)
        if is_too_small(event.size) and not is_covered:
            self.push_screen(TerminalTooSmallScreen(self._t))

    def on_fatal_error(self, error: BaseException) -> None:
        """Exit with a sentence: Textual's traceback would print local variables with secrets."""
        self._profile_service.call_log.record_crash(error)
        text = describe_error(InternalError.from_exception(error), self._t)
        self.bell()
        self.exit_with_text(f"{text.title}: {text.message}\n{text.hint}")

    def on_ready(self) -> None:
        """Read the profile's cached state; without a profile, open the form for the first."""
        profile = self._profile
        if profile is None:
            self.page_controller.open(ACCOUNTS_PAGE, is_first_run=True)
            self._finish_startup()
        else:
            self._load_profile_state(profile)
        secrets = self._profile_service.secrets
        needs_passphrase = profile is not None and secrets.needs_passphrase(profile)
        self.key_queue.release(expects_dialog=needs_passphrase)

    def action_toggle_amounts_hidden(self) -> None:
        """Hide or show amounts and quantities."""
        self.amounts_hidden = not self.amounts_hidden
        self.notify(
            self._t("amounts_hidden.on" if self.amounts_hidden else "amounts_hidden.off"),
            markup=False,
        )

    def action_press_key(self, key: str) -> None:
        """Press the key of a clicked hint or tab, outside a field for text, which would take it."""
        screen = self.screen
        if isinstance(screen.focused, Input):
            others = (widget for widget in screen.focus_chain if not isinstance(widget, Input))
            screen.set_focus(next(others, None), scroll_visible=False)
        self.post_message(KeyPressed(key, None))

    def action_show_page(self, name: str) -> None:
        """Replace the open page."""
        page = PAGES_BY_NAME[name]
        if page.is_home_tab:
            self.page_controller.close_all()
            self._balance_screen.show_tab(page.name)
        elif not (page.needs_profile and self._profile is None):
            self.page_controller.open(page)

    def _page_context(self) -> PageContext:
        return PageContext(
            profile_service=self._profile_service,
            t=self._t,
            clock=self._clock,
            to_local=self._to_local,
            session_pool=self._session_pool,
            balance_states=self.balance_states,
            profile=self._profile,
            slow_connection=self._slow_connection,
        )

    def watch_now(self) -> None:
        """Pass the new time to the pages."""
        self.page_controller.update_all()

    def watch_amounts_hidden(self) -> None:
        """Pass the new visibility of amounts to the pages."""
        self.page_controller.update_all()

    def watch_language(self) -> None:
        """Pass the new language to the pages."""
        self.page_controller.update_all()

    def watch_token(self) -> None:
        """Pass the new token of the account to the pages."""
        self.page_controller.update_all()

    @work(exclusive=True, group="pick", name=OPENS_DIALOG)
    async def action_pick_profile(self) -> None:
        """Choose a profile to show."""
        if not await self.profile_picker.load():
            # The page says why, or adds a profile.
            self.call_next(self.page_controller.open, ACCOUNTS_PAGE)
            return
        profile = await self.profile_picker.choose(self._profile)
        if profile is not None:
            self.post_message(ProfileSelected(profile))

    @on(AccountStateChanged)
    def _account_state_changed(self, message: AccountStateChanged) -> None:
        self.balance_states.set(message.profile, message.load_state)
        self._balance_screen.loader.show_loaded_elsewhere(message.profile, message.load_state)
        self._report_balance_state()

    @on(BalanceLoaded)
    @on(BalanceFailed)
    @on(OverseasLoaded)
    def _report_balance_state(self) -> None:
        """Let the other open pages show the new state of a balance."""
        for page in self.page_controller.covering_pages():
            page.balance_state_changed()

    @on(LivePricesArrived)
    def _live_prices_arrived(self) -> None:
        if isinstance(self.screen, PageScreen) and self.screen is not self._balance_screen:
            self.screen.live_prices_changed()

    @on(BalanceRefreshRequested)
    def _balance_refresh_requested(self) -> None:
        self._balance_screen.loader.refresh()
        self._report_balance_state()

    @on(HistoryRecorded)
    def _history_recorded(self, message: HistoryRecorded) -> None:
        if is_same_account(message.profile, self._profile):
            for page in self.page_controller.open_pages():
                page.history_changed()

    @on(ProfileSelected)
    def _profile_selected(self, message: ProfileSelected) -> None:
        self.page_controller.close_all()
        self._open_profile(message.profile)

    @on(ProfileChanged)
    async def _profile_changed(self, message: ProfileChanged) -> None:
        """Close the session and drop the figures; if they are shown, show the changed account's."""
        profile, changed = message.profile, message.changed
        is_shown = is_same_account(profile, self._profile)
        if is_shown and changed is None:
            self._profile = self.token = None
        self._balance_screen.loader.discard(profile, changed)
        await self._session_pool.close(profile)
        if is_shown and changed is not None and not is_same_account(profile, changed):
            self._open_profile(changed)

    def _open_profile(self, profile: Profile) -> None:
        self._profile, self.token = profile, None
        self._balance_screen.open_profile(profile)
        self.profile_cache_controller.load_cached_balance(profile)
        self._load_profile_state(profile)

    def _load_profile_state(self, profile: Profile) -> None:
        """Read the view state, cached balance and token of a profile from the disk."""
        self.profile_cache_controller.load_view_state(profile)
        self.token_monitor.refresh(profile)

    async def on_unmount(self) -> None:
        """Write what is unsaved, close the connections and end what is waited for."""
        self.key_queue.close()
        self._profile_service.secrets.end_commands()
        await self._balance_screen.aclose()
        await self.settings_controller.save_unsaved()
        await self.profile_cache_controller.save_unsaved()
        await self._session_pool.aclose()
