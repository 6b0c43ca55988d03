"""Base of every page: state passed down by the app, and hooks to refresh."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Region
from textual.reactive import Reactive, var
from textual.screen import Screen
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from kistui.clock import Clock
from kistui.formatting.cells import Cell, Line, Role
from kistui.formatting.headline import short_headline
from kistui.formatting.status import error_lines, line_of, tab_bar, title_bar
from kistui.formatting.token import ToLocal, title_bar_token_cell
from kistui.formatting.values import live_mark
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.balance import Balance
from kistui.models.load_state import Loaded, Loading
from kistui.models.token import TokenRecord
from kistui.models.totals import Headline, compute_headline, has_live_amounts
from kistui.tui.keymap import KeyBinding, to_bindings
from kistui.tui.messages import ActionFailed, NoticePosted, ReadMessage
from kistui.tui.pages import KEYS_BY_ID, NAVIGATION_KEYS, Page, keys_by_id
from kistui.tui.theme import to_content
from kistui.tui.user_keymap import get_user_keymap, key_hints, page_tabs
from kistui.tui.widgets.lines import ScrollableLines, StatusLine

if TYPE_CHECKING:
    from kistui.services.profiles import ProfileService
    from kistui.tui.sessions import BalanceStates, SessionPool


class PageContext(Struct, frozen=True, kw_only=True):
    """Dependencies that the app passes to a page."""

    profile_service: "ProfileService"
    t: Translations
    clock: Clock
    to_local: ToLocal
    session_pool: "SessionPool"
    balance_states: "BalanceStates"
    profile: Profile | None
    is_first_run: bool = False
    slow_connection: bool = False


class PageScreen(Screen[None]):
    """A page; a subclass has its content (`compose_content`) and shows it (`refresh_view`).

    The app hands the clock, the language and whether amounts are hidden to every open page with
    `update_app_state`. They are not bound as data, because Textual keeps a bound screen that was
    left until the data change.
    """

    DEFAULT_CSS = """
    PageScreen {
        overflow: hidden;

        #bar, #tabs, #hints { height: 1; }
        #bar, #hints { background: $panel; }
        #hints { dock: bottom; }
        #notice { height: auto; max-height: 9; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = list(to_bindings(NAVIGATION_KEYS))
    # Textual's own declaration repaints the whole screen whenever the focus moves.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    # `var` rather than `reactive`: a screen that repaints itself repaints everything on it.
    now: var[datetime | None] = var(None)
    token: var[TokenRecord | None] = var(None)
    """The token of the account shown, for the title bar."""
    language: var[str] = var("")
    amounts_hidden: var[bool] = var(False)

    page: ClassVar[Page]
    """The declaration of the page."""
    _bar_headline: tuple[Balance, Headline] | None = None
    """The last headline, and the balance it is of."""
    _notice_timer: Timer | None = None
    """Ends the notice that is shown."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._t = context.t
        self._clock = context.clock
        self._profile = context.profile
        """The profile that is shown when the page opens."""
        self._balance_states = context.balance_states

    def compose(self) -> ComposeResult:
        """Compose title bar, tabs, the content of the page, notice and key hints."""
        yield StatusLine(self.title_bar, id="bar")
        yield StatusLine(self.tab_line, id="tabs")
        yield from self.compose_content()
        yield Static(id="notice")
        yield from self.compose_hints()

    def compose_content(self) -> ComposeResult:
        """Compose the page between tabs and notice."""
        raise NotImplementedError

    def compose_hints(self) -> ComposeResult:
        """Compose the line of key hints."""
        yield StatusLine(self.footer_line, id="hints")

    def render_lines(self, crop: Region) -> list[Strip]:
        """Render the background as one line repeated: Textual caches per line how it is divided."""
        lines = super().render_lines(crop)
        return lines[:1] * len(lines)

    def refresh_view(self) -> None:
        """Show everything in the present language, at the present instant."""
        raise NotImplementedError

    def refresh_status(self) -> None:
        """Show how far a read has come; `refresh_view` shows this too."""
        self.refresh_view()

    def action_back(self) -> None:
        """Close the page; one that has something to stop or to close does that first."""
        self.dismiss()

    def update_app_state(
        self,
        *,
        now: datetime | None,
        token: TokenRecord | None,
        language: str,
        amounts_hidden: bool,
    ) -> None:
        """Apply the state shared by all pages; also called before the first frame."""
        self.now = now
        self.token = token
        self.language = language
        self.amounts_hidden = amounts_hidden

    def balance_state_changed(self) -> None:
        """Show the new state of an account's balance, if the page shows it."""

    def live_prices_changed(self) -> None:
        """Show the account's total at the new prices."""
        self._update_title_bar()

    def history_changed(self) -> None:
        """Show the new record of the asset history, if the page shows it."""

    def watch_now(self) -> None:
        """Update the time the token has left; a page that shows other ages updates them too."""
        self._update_title_bar()

    def watch_token(self) -> None:
        """Show the state of the new token."""
        self._update_title_bar()

    def watch_amounts_hidden(self) -> None:
        """Show or hide amounts."""
        if self.is_mounted:
            self.refresh_view()
            self._update_title_bar()

    def watch_language(self) -> None:
        """Show the page in another language and clear the notice."""
        if not self.is_mounted:
            return
        for notice in self.query("#notice").results(Static):
            notice.update("")
        self.refresh_view()
        for status_line in self.query(StatusLine):
            status_line.update_line()
        for lines in self.query(ScrollableLines):
            lines.on_language_changed()

    @on(ReadMessage)
    def _read_message(self, message: ReadMessage) -> None:
        message.loader.handle(message)

    @on(NoticePosted)
    def _notice_posted(self, message: NoticePosted) -> None:
        self.show_notice(*message.texts, stays=message.stays)

    @on(ActionFailed)
    def _action_failed(self, message: ActionFailed) -> None:
        self.show_notice()
        self.show_notice_lines(error_lines(message.error, self._t))

    def show_notice(self, *texts: str, stays: bool = False) -> None:
        """Show texts in the page's `#notice`, as long as a toast or until the next; none clears it.

        Errors and what `stays` are there until the next notice.
        """
        if self._notice_timer is not None:
            self._notice_timer.stop()
            self._notice_timer = None
        self.show_notice_lines([line_of(text, Role.LABEL) for text in texts])
        if texts and not stays:
            self._notice_timer = self.set_timer(self.app.NOTIFICATION_TIMEOUT, self.show_notice)

    def show_notice_lines(self, lines: Sequence[Line]) -> None:
        """Show lines in the page's `#notice`."""
        self.query_one("#notice", Static).update(to_content(lines))

    def update_status_lines(self, *selectors: str) -> None:
        """Show lines of the page again, such as `#bar`, `#tabs` and `#hints`."""
        for selector in selectors:
            self.query_one(selector, StatusLine).update_line()

    def _update_title_bar(self) -> None:
        if self.is_mounted:
            for bar in self.query("#bar").results(StatusLine):
                bar.update_line()

    def title_bar(self, width: int) -> Line:
        """Return the profile, its token, the page's own cell, and the short headline."""
        now = self._clock()
        return title_bar(
            self.shown_profile,
            title_bar_token_cell(self.shown_token, now, self._t),
            self.status_cell(now),
            self._t,
            width,
            headline=self.headline_cells(),
        )

    @property
    def shown_profile(self) -> Profile | None:
        """The profile in the title bar."""
        return self._profile

    @property
    def shown_token(self) -> TokenRecord | None:
        """The token of `shown_profile`, as far as it is known."""
        return self.token

    def status_cell(self, now: datetime) -> Cell:
        """Return what stands at the right of the title bar: how current the page's figures are.

        It is empty for a page that shows it elsewhere.
        """
        del now
        return Cell("")

    def headline_cells(self) -> Line:
        """Return the short headline of `shown_profile`; nothing unless its balance is current."""
        profile = self.shown_profile
        if profile is None:
            return ()
        match self._balance_states.get(profile):
            case Loaded(balance) | Loading(Loaded(balance)) if balance.is_complete:
                balance = self._balance_states.at_live_prices(balance)
                if self._bar_headline is None or self._bar_headline[0] is not balance:
                    self._bar_headline = balance, compute_headline(balance)
                return short_headline(
                    self._bar_headline[1],
                    self._t,
                    amounts_hidden=self.amounts_hidden,
                    mark=live_mark(has_live_amounts(balance)),
                )
        return ()

    @property
    def shown_page(self) -> Page:
        """The page that is marked in the line of tabs, whose keys the hints show."""
        return self.page

    def tab_line(self, width: int) -> Line:
        """Return the line of tabs, with this page marked."""
        return tab_bar(page_tabs(get_user_keymap(self.app)), self.shown_page.name, self._t, width)

    def why_unavailable(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return why an action of the page cannot run now, as a sentence; empty if it can."""
        del action, parameters
        return ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable what cannot run now: pressing its key shows why, and hints leave it out."""
        return None if self.why_unavailable(action, parameters) else True

    def available_keys(self, keys: Sequence[KeyBinding]) -> Sequence[KeyBinding]:
        """Return the keys without those that are disabled now."""
        bindings = self.active_bindings.values()
        disabled = {active.binding.id for active in bindings if not active.enabled}
        return [key for key in keys if key.id not in disabled]

    def footer_line(self, width: int) -> Line:
        """Return the page's key hints; the way back from raw fields is first, so always shown."""
        keys, labels = self.footer_keys(), self.footer_labels()
        if self.raw_key_leads_back:
            raw_key = KEYS_BY_ID[f"{self.shown_page.group}.raw"]
            keys = tuple(dict.fromkeys((raw_key, *keys)))
            labels = {**labels, raw_key.id: self._t("key_label.raw_back")}
        return key_hints(self.app, self.available_keys(keys), self._t, width, labels=labels)

    @property
    def raw_fields_shown(self) -> bool:
        """Whether KIS's own fields are shown."""
        return False

    @property
    def raw_key_leads_back(self) -> bool:
        """Whether the key of KIS's own fields leads back from them."""
        return self.raw_fields_shown

    def footer_keys(self) -> Sequence[KeyBinding]:
        """Return the keys that the hints show if they do something now."""
        return keys_by_id(*self.shown_page.footer)

    def footer_labels(self) -> Mapping[str, str]:
        """Return labels, by id, of keys that do something else here."""
        return {}
