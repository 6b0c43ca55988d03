"""Base of balance screens: summary, holdings, and how current they are."""

from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.reactive import var
from textual.widgets import Static

from kistui.clock import KST, Clock
from kistui.formatting import status
from kistui.formatting.cells import Line
from kistui.formatting.token import title_bar_token_cell
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance
from kistui.models.calls import ProgressEvent
from kistui.models.load_state import Failed, Loading, LoadState, NotLoaded, last_loaded
from kistui.models.token import TokenRecord
from kistui.models.totals import all_holdings
from kistui.tui.footer import key_hints
from kistui.tui.keymap import to_bindings
from kistui.tui.pages import (
    BALANCE_KEYS,
    DETAIL_FOOTER,
    PAGES_BY_NAME,
    STOP_FOOTER,
    TABS,
    keys_by_id,
)
from kistui.tui.screens.export_mixin import BalanceTab, ExportMixin
from kistui.tui.screens.page import PageScreen
from kistui.tui.theme import to_content
from kistui.tui.widgets.holdings_pane import HoldingsPane
from kistui.tui.widgets.status_line import StatusLine
from kistui.tui.widgets.summary_pane import SummaryPane

if TYPE_CHECKING:
    from kistui.formatting.export import BalanceSnapshot
    from kistui.models.account import Profile
    from kistui.services.profiles import ProfileService


class BaseBalanceScreen(ExportMixin):
    """Shows `load_state` in any state; subclasses load and set it."""

    BINDINGS: ClassVar[list[BindingType]] = list(to_bindings(BALANCE_KEYS))
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]  # noqa: RUF012  # Textual's own form

    token: var[TokenRecord | None] = var(None)
    """The token of the profile shown, from the app."""
    load_state: var[LoadState[Balance]] = var[LoadState[Balance]](NotLoaded())
    """Present state of the balance; set by message handlers only."""
    progress: var[ProgressEvent | None] = var(None)
    active_tab: var[BalanceTab] = var[BalanceTab]("summary")
    raw_fields_shown = var(False)
    """Whether the raw KIS fields are shown."""

    def __init__(
        self,
        profile_service: "ProfileService",
        t: Translations,
        clock: Clock,
        *,
        highlight_changes: bool,
    ) -> None:
        super().__init__(profile_service, t)
        self._profile: Profile | None = None
        self._clock = clock
        self._highlight_changes = highlight_changes
        self._notice_lines: tuple[Line, ...] = ()
        self.visible_section: BalanceTab | Literal["message"] = "message"
        """Name of the visible content: a pane, or the message shown without figures."""
        self._next_refresh_at: datetime | None = None
        """Instant of the next automatic refresh."""

    def compose(self) -> ComposeResult:
        """Compose title bar, tabs, figures or a message, notice and key hints."""
        yield StatusLine(self._title_bar, id="bar")
        yield StatusLine(self._tabs, id="tabs")
        with VerticalScroll(id="message", classes="part"):
            yield Static(id="message-text")
        summary = SummaryPane(self._t, id="summary", classes="part")
        holdings = HoldingsPane(self._t, self._today, id="holdings", classes="part")
        holdings.highlight_changes = self._highlight_changes
        for pane in (summary, holdings):
            pane.display = False
            yield pane.data_bind(PageScreen.amounts_hidden, BaseBalanceScreen.raw_fields_shown)
        yield Static(id="notice")
        yield StatusLine(self._hints, id="hints")

    def refresh_view(self) -> None:
        """Show the notice, the bar and the keys; the panes watch what they depend on."""
        self._refresh_status()

    def watch_language(self) -> None:
        """Show the page in another language, with the same figures."""
        if self.is_mounted:
            self._notice_lines = ()
            super().watch_language()
            self._holdings_pane.on_language_changed()

    def show_tab(self, tab: str) -> None:
        """Show the summary or the holdings."""
        self.active_tab = "holdings" if tab == "holdings" else "summary"

    def action_switch_tab(self) -> None:
        """Switch between summary and holdings."""
        self.active_tab = "holdings" if self.active_tab == "summary" else "summary"

    def action_toggle_raw_fields(self) -> None:
        """Switch between raw KIS fields and their meaning."""
        self.raw_fields_shown = not self.raw_fields_shown

    def watch_load_state(self, load_state: LoadState[Balance]) -> None:
        """Pass the figures to the panes, dimmed if they are outdated."""
        good = last_loaded(load_state)
        for pane in (self._summary_pane, self._holdings_pane):
            pane.balance = good.value if good else None
            pane.dimmed = self._is_outdated(load_state)
        self._update_body()
        self._refresh_status()
        if good:
            self.call_after_refresh(self._holdings_pane.mount_table)

    def _is_outdated(self, load_state: LoadState[Balance]) -> bool:
        """Return whether the figures are known to be outdated."""
        return isinstance(load_state, Failed)

    def watch_active_tab(self) -> None:
        """Switch the visible content."""
        self._update_body()
        self._refresh_status()
        self.query_one("#tabs", StatusLine).update_line()
        self.query_one("#hints", StatusLine).update_line()

    @on(HoldingsPane.DetailToggled)
    def _detail_toggled(self) -> None:
        self.query_one("#hints", StatusLine).update_line()

    def watch_progress(self) -> None:
        """Show the progress of the load."""
        self._refresh_status()

    def on_resize(self, _event: Resize) -> None:
        """Fit the notice to the new width."""
        self._refresh_status()

    def watch_now(self) -> None:
        """Update the ages of figures and token."""
        if self.is_mounted:
            self.query_one("#bar", StatusLine).update_line()

    def watch_token(self) -> None:
        """Show the state of the new token."""
        if self.is_mounted:
            self.query_one("#bar", StatusLine).update_line()

    def _update_body(self) -> None:
        before, self.visible_section = (
            self.visible_section,
            self.active_tab if self._has_data(self.active_tab) else "message",
        )
        shown = self.query_one(f"#{self.visible_section}")
        if before != self.visible_section:
            left = self.query_one(f"#{before}")
            left.display, shown.display = False, True
            for pane in (self._summary_pane, self._holdings_pane):
                pane.render_pending(left.outer_size)
        elif shown.has_focus_within:
            return  # someone is typing there
        if self.visible_section == "holdings":
            self._holdings_pane.focus_table()
        else:
            self.set_focus(shown)

    def _has_data(self, part: BalanceTab) -> bool:
        good = last_loaded(self.load_state)
        if good is None or part == "summary":
            return good is not None
        return bool(all_holdings(good.value))

    def _refresh_status(self) -> None:
        load_state, t = self.load_state, self._t
        if self.visible_section == "message":
            lines = status.placeholder_lines(load_state, self.progress, t)
            self.query_one("#message-text", Static).update(to_content(lines))
        notice = status.footer_lines(
            load_state,
            self.progress,
            t,
            self.size.width or None,
            amounts_hidden=self.amounts_hidden,
            now=self._clock(),
        )
        if notice != self._notice_lines:
            self._notice_lines = notice
            self.query_one("#notice", Static).update(to_content(notice))
        self.query_one("#bar", StatusLine).update_line()
        self.query_one("#hints", StatusLine).update_line()

    def _title_bar(self, width: int) -> Line:
        now = self.now or self._clock()
        token = title_bar_token_cell(self.token, now, self._t)
        right = status.freshness_cell(
            self.load_state, now, self._t, next_refresh_at=self._next_refresh_at
        )
        return status.title_bar(self._profile, token, right, self._t, width)

    def _tabs(self, _width: int) -> Line:
        return status.tab_bar(TABS, self.active_tab, self._t)

    def _hints(self, width: int) -> Line:
        items = keys_by_id(*PAGES_BY_NAME[self.active_tab].footer)
        if self.active_tab == "holdings" and self._holdings_pane.detail_open:
            items = DETAIL_FOOTER
        if isinstance(self.load_state, Loading):
            items = (*STOP_FOOTER, *items)
        return key_hints(self.app, items, self._t, width)

    @property
    def _summary_pane(self) -> SummaryPane:
        return self.query_one("#summary", SummaryPane)

    @property
    def _holdings_pane(self) -> HoldingsPane:
        return self.query_one("#holdings", HoldingsPane)

    def _today(self) -> date:
        return self._clock().astimezone(KST).date()

    def _current_snapshot(self) -> "tuple[BalanceTab, BalanceSnapshot] | None":
        from kistui.formatting.export import BalanceSnapshot

        good = last_loaded(self.load_state)
        if good is None or self._profile is None:
            return None
        stale = self._is_outdated(self.load_state)
        return self.active_tab, BalanceSnapshot(
            self._profile, good.value, good.loaded_at, is_stale=stale
        )

    def _selected_text(self) -> str:
        return (
            self._holdings_pane.copy_text
            if self.active_tab == "holdings"
            else self._summary_pane.copy_text
        )

    @property
    def _hide_amounts_in_export(self) -> bool:
        return self.amounts_hidden
