"""Balance page: summary and holdings of the shown profile, and how current they are."""

import asyncio
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.reactive import var
from textual.widgets import Static

from kistui.clock import korean_date
from kistui.errors import KistuiError
from kistui.formatting.balance_status import (
    auto_refresh_lines,
    auto_refresh_text,
    balance_footer_lines,
    balance_placeholder_lines,
    freshness_cell,
    live_status_cell,
)
from kistui.formatting.cells import Cell, Line
from kistui.formatting.holdings_view_state import HoldingsViewState
from kistui.models.account import Profile, is_same_account
from kistui.models.balance import Balance
from kistui.models.calls import ProgressEvent
from kistui.models.load_state import Loaded, Loading, LoadState, NotLoaded, last_loaded
from kistui.models.market_hours import AfterHoursPrice, settlement_days
from kistui.models.totals import all_holdings
from kistui.tui.controllers.balance_loader import BalanceLoader, BalanceMessage
from kistui.tui.controllers.exporter import Exportable, Exporter
from kistui.tui.keymap import to_bindings
from kistui.tui.messages import (
    BalanceFailed,
    BalanceLoaded,
    BalanceProgressed,
    HistoryLoaded,
    HolidaysLoaded,
    LiveFeedFailed,
    LiveFeedReported,
    LivePricesArrived,
    LivePricesSwitched,
    OverseasLoaded,
    PricesLoaded,
    ProfileSettingsLoaded,
)
from kistui.tui.pages import BALANCE_KEYS, DETAIL_FOOTER, PAGES_BY_NAME, STOP_FOOTER, Page
from kistui.tui.screens.page import PageContext, PageScreen
from kistui.tui.theme import to_content
from kistui.tui.widgets.holdings_pane import HoldingsPane
from kistui.tui.widgets.summary_pane import SummaryPane
from kistui.tui.workers import ActionRunner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kistui.formatting.price_chart import PricesState
    from kistui.models.totals import AnyHolding
    from kistui.tui.controllers.live_prices import LivePriceController, LivePriceMessage
    from kistui.tui.controllers.price_loader import PriceLoader
    from kistui.tui.keymap import KeyBinding

ENVIRONMENT_LABELS = ("real", "paper", "demo")
"""The labels of environments; `-<label>` is a CSS class that colours the frames."""
FIGURE_GROUPS = frozenset({"summary", "holdings"})
"""Groups of the keys of widgets that show figures."""
ACCOUNT_ACTIONS = frozenset(
    {
        "refresh_balance",
        "toggle_raw_fields",
        "toggle_auto_refresh",
        "toggle_live_prices",
        "copy",
        "export",
    }
)
"""Actions that need an account."""
FIGURE_ACTIONS = frozenset({"toggle_raw_fields", "copy"})
"""Actions that need figures on screen."""

BalanceTab = Literal["summary", "holdings"]


class BalanceScreen(PageScreen):
    """Shows what its `loader` loads; it stays open under every other page."""

    BINDINGS: ClassVar[list[BindingType]] = list(to_bindings(BALANCE_KEYS))
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]  # noqa: RUF012  # Textual's own form

    load_state: var[LoadState[Balance]] = var[LoadState[Balance]](NotLoaded())
    """Present state of the balance; set by message handlers only."""
    progress: var[ProgressEvent | None] = var(None)
    active_tab: var[BalanceTab] = var[BalanceTab]("summary")
    raw_fields_shown = var(False)
    """Whether the raw KIS fields are shown."""

    def __init__(
        self,
        context: PageContext,
        *,
        refresh_interval: timedelta,
        after_hours_price: AfterHoursPrice,
        highlight_changes: bool,
        cached_balance: Loaded[Balance] | None = None,
    ) -> None:
        super().__init__(context)
        self._initial_balance = cached_balance
        self._highlight_changes = highlight_changes
        self._status_lines: tuple[Line, ...] = ()
        self._posted_lines: tuple[Line, ...] = ()
        """Lines of an action, which replace the status until something changes."""
        self.visible_section: BalanceTab | Literal["message"] = "message"
        """Name of the visible content: a pane, or the message shown without figures."""
        self.loader = BalanceLoader(self, context, refresh_interval, self._loader_changed)
        self.loader.auto_refresh.price = after_hours_price
        self._page_context = context
        self._price_loader: PriceLoader | None = None
        self._live_prices: LivePriceController | None = None
        self._history_profile: Profile | None = None
        """The profile whose asset history was read."""
        self._actions = ActionRunner(self)
        self._exporter = Exporter(self, context)
        if context.profile is not None:  # adding it later would match every style again
            self.add_class(f"-{context.profile.environment_label}")

    def compose_content(self) -> ComposeResult:
        """Compose the figures, or a message instead."""
        with VerticalScroll(id="message", classes="part"):
            yield Static(id="message-text")
        summary = SummaryPane(self._t, id="summary", classes="part")
        holdings = HoldingsPane(
            self._t, self._today, self._request_prices, id="holdings", classes="part"
        )
        holdings.highlight_changes = self._highlight_changes
        for pane in (summary, holdings):
            pane.display = False
            yield pane.data_bind(PageScreen.amounts_hidden, BalanceScreen.raw_fields_shown)

    def on_mount(self) -> None:
        """Open the first profile, so that the first frame shows what is being loaded."""
        if self._profile is not None:
            self.loader.open_profile(self._profile, self._initial_balance)
        self._initial_balance = None
        self.watch(self.app, "app_focus", self._resume_live_prices, init=False)

    def open_profile(self, profile: Profile) -> None:
        """Show another profile."""
        for label in ENVIRONMENT_LABELS:
            self.set_class(label == profile.environment_label, f"-{label}")
        self._holdings_pane.reset_view()
        self._summary_pane.history = self._history_profile = None
        self.loader.open_profile(profile)

    def apply_settings(
        self,
        refresh_interval: timedelta,
        after_hours_price: AfterHoursPrice,
        *,
        highlight_changes: bool,
    ) -> None:
        """Apply settings that the user has just changed."""
        self.loader.auto_refresh.interval = refresh_interval
        self.loader.change_price(after_hours_price)
        self._holdings_pane.highlight_changes = highlight_changes

    def restore_view_state(self, profile: Profile, view_state: HoldingsViewState) -> None:
        """Restore the arrangement of the holdings, if the profile is still shown."""
        if is_same_account(profile, self.loader.profile):
            self._holdings_pane.view_state = view_state

    def history_changed(self) -> None:
        """Read the asset history, for the trend in the summary."""
        profile = self._history_profile = self.loader.profile
        if profile is not None:
            self._actions.load(self._read_history, profile)

    def _read_first_history(self) -> None:
        if not is_same_account(self._history_profile, self.loader.profile):
            self.history_changed()

    async def _read_history(self, profile: Profile) -> None:
        with suppress(KistuiError):  # shown on the page of the history
            read = self._page_context.profile_service.history.read
            self.post_message(HistoryLoaded(profile, await asyncio.to_thread(read, profile)))

    @on(HistoryLoaded)
    def _history_loaded(self, message: HistoryLoaded) -> None:
        if is_same_account(message.profile, self.loader.profile):
            has_trend = message.history.has_trend  # else the summary would be drawn again as it is
            self._summary_pane.history = message.history if has_trend else None

    @on(BalanceProgressed)
    @on(BalanceLoaded)
    @on(BalanceFailed)
    @on(OverseasLoaded)
    @on(HolidaysLoaded)
    def _balance_message(self, message: BalanceMessage) -> None:
        if isinstance(message, BalanceLoaded | OverseasLoaded) and self._live_prices:
            self._live_prices.confirm(message)
        self.loader.handle(message)
        if isinstance(message, HolidaysLoaded):
            self._update_settlement_days()

    def _loader_changed(self) -> None:
        self.progress = self.loader.progress
        self.load_state = self.loader.load_state
        self._update_live_prices()
        self._update_title_bar()

    @property
    def live_prices(self) -> "LivePriceController":
        """Live prices of the shown profile; imported with the first figures."""
        if self._live_prices is None:
            from kistui.tui.controllers.live_prices import LivePriceController

            self._live_prices = LivePriceController(
                self,
                self._page_context,
                self.loader,
                may_paint=lambda: self.app.app_focus and not self.amounts_hidden,
                on_change=self._live_prices_changed,
            )
        return self._live_prices

    async def aclose(self) -> None:
        """Close the connection for live prices, if there is one."""
        if self._live_prices:
            await self._live_prices.aclose()

    def _update_live_prices(self) -> None:
        if self._live_prices or isinstance(self.loader.load_state, Loaded):
            self.live_prices.update()

    def _resume_live_prices(self) -> None:
        if self._live_prices:
            self._live_prices.resume()

    def _live_prices_changed(self) -> None:
        if self.is_mounted:
            self._show_figures()
            if self.is_current:
                self.refresh_view()

    def on_screen_resume(self) -> None:
        """Show the prices that came while another page was open."""
        if self._live_prices and self._live_prices.is_on:
            self._live_prices_changed()

    @on(ProfileSettingsLoaded)
    @on(LivePricesSwitched)
    @on(LivePricesArrived)
    @on(LiveFeedReported)
    @on(LiveFeedFailed)
    def _live_price_message(self, message: "LivePriceMessage") -> None:
        self.live_prices.handle(message)

    def action_refresh_balance(self) -> None:
        """Load the balance, unless a load is running, and prices that could not be loaded."""
        self.loader.refresh()
        if self._price_loader:
            self._price_loader.retry()

    def action_cancel_refresh(self) -> None:
        """Cancel the running load and restore the state before it; else leave the raw fields."""
        if self.loader.is_loading:
            self.loader.cancel()
        else:
            self.raw_fields_shown = False

    def action_toggle_auto_refresh(self) -> None:
        """Switch automatic refresh on or off."""
        self.loader.toggle_auto_refresh()
        schedule = self.loader.auto_refresh
        text = auto_refresh_text(
            schedule.interval, schedule.next_refresh_at, self._t, self._clock()
        )
        self.app.notify(text, markup=False)

    def action_toggle_live_prices(self) -> None:
        """Switch live prices on or off; ask before the first time."""
        self._actions.open_dialog(self.live_prices.switch)

    def action_copy(self) -> None:
        """Copy the text under the cursor."""
        is_holdings = self.active_tab == "holdings"
        self._exporter.copy((self._holdings_pane if is_holdings else self._summary_pane).copy_text)

    def action_export(self) -> None:
        """Write the figures to a file the user names."""
        self._actions.open_dialog(self._exporter.export, self._exportable())

    def _exportable(self) -> Exportable | None:
        from kistui.formatting import balance_exports

        last_good, profile, tab = last_loaded(self.load_state), self.loader.profile, self.active_tab
        if last_good is None or profile is None:
            return None
        snapshot = balance_exports.BalanceSnapshot(
            profile, last_good.value, last_good.loaded_at, is_stale=self.loader.is_outdated
        )
        hidden, t = self.amounts_hidden, self._t

        def render(export_format: str) -> str:
            return balance_exports.balance_file(
                snapshot, tab, export_format, t, amounts_hidden=hidden
            )

        return Exportable(profile, tab, last_good.loaded_at, render)

    def show_tab(self, tab: str) -> None:
        """Show the summary or the holdings."""
        self.active_tab = "holdings" if tab == "holdings" else "summary"

    def show_holding(self, row_key: str) -> None:
        """Show the holdings with the cursor on one of them."""
        self.show_tab("holdings")
        self._holdings_pane.show_holding(row_key)

    def action_switch_tab(self) -> None:
        """Switch between summary and holdings."""
        self.active_tab = "holdings" if self.active_tab == "summary" else "summary"

    def action_toggle_raw_fields(self) -> None:
        """Switch between raw KIS fields and their meaning; in the holdings, in the detail."""
        if self.active_tab == "holdings" and not self._holdings_pane.detail_open:
            self._holdings_pane.open_detail()
            self.raw_fields_shown = True
        else:
            self.raw_fields_shown = not self.raw_fields_shown

    def watch_raw_fields_shown(self) -> None:
        """Show in the hints how to come back."""
        if self.is_mounted:
            self.update_status_lines("#hints")

    def watch_load_state(self, load_state: LoadState[Balance]) -> None:
        """Pass the figures to the panes, dimmed if they are outdated."""
        last_good = last_loaded(load_state)
        self._posted_lines = ()
        self._update_settlement_days()
        self._show_figures()
        self._update_body()
        self.refresh_view()
        if last_good:
            self.call_after_refresh(self._holdings_pane.mount_table)
            self.call_after_refresh(self._read_first_history)

    def _show_figures(self) -> None:
        """Pass the balance to the panes, at live prices where there are any."""
        last_good = last_loaded(self.load_state)
        balance = last_good.value if last_good else None
        shown = balance
        if balance is not None and self._live_prices:
            shown = self._live_prices.at_live_prices(balance)
        self._balance_states.set_live(shown if shown is not balance else None)
        if shown is not balance and not self.is_current:
            return  # the page is covered, and prices change again soon
        for pane in (self._summary_pane, self._holdings_pane):
            pane.balance = shown
            pane.dimmed = self.loader.is_outdated

    def _update_settlement_days(self) -> None:
        last_good = last_loaded(self.load_state)
        if last_good:
            self._summary_pane.settlement_days = settlement_days(
                last_good.loaded_at, self.loader.auto_refresh.holidays
            )

    def watch_active_tab(self) -> None:
        """Switch the visible content."""
        self._update_body()
        self.refresh_view()
        self.update_status_lines("#tabs")

    def watch_progress(self) -> None:
        """Show the progress of the load."""
        self.refresh_status()

    def watch_language(self) -> None:
        """Show the page in another language, with the same figures."""
        if self.is_mounted:
            self._status_lines = self._posted_lines = ()
            super().watch_language()
            self._holdings_pane.on_language_changed()

    def watch_now(self) -> None:
        """Update the ages of figures and token; refresh automatically when due."""
        super().watch_now()
        if self.is_mounted:
            self._update_live_prices()
            if self.app.app_focus:
                self.loader.refresh_if_due()

    def watch_amounts_hidden(self) -> None:
        """Hide amounts, or show them and the prices that came meanwhile."""
        super().watch_amounts_hidden()
        self._resume_live_prices()

    def _request_prices(self, holding: "AnyHolding | None") -> "PricesState":
        """Return the daily prices of the holding in the detail, and load them where needed."""
        if holding is None or self.loader.profile is None:
            if self._price_loader:
                self._price_loader.hide()
            return NotLoaded()
        if self._price_loader is None:
            from kistui.tui.controllers.price_loader import PriceLoader

            self._price_loader = PriceLoader(
                self, self._page_context, self._holdings_pane.show_prices
            )
        return self._price_loader.show(self.loader.profile, holding)

    @on(PricesLoaded)
    def _prices_loaded(self, message: PricesLoaded) -> None:
        if self._price_loader:
            self._price_loader.handle(message)

    @on(HoldingsPane.DetailToggled)
    def _detail_toggled(self) -> None:
        self.update_status_lines("#hints")

    def on_resize(self, _event: Resize) -> None:
        """Fit the notice to the new width."""
        self.refresh_status()

    def _update_body(self) -> None:
        previous, self.visible_section = (
            self.visible_section,
            self.active_tab if self._has_data(self.active_tab) else "message",
        )
        section = self.query_one(f"#{self.visible_section}")
        if previous != self.visible_section:
            hidden_section = self.query_one(f"#{previous}")
            hidden_section.display, section.display = False, True
            for pane in (self._summary_pane, self._holdings_pane):
                pane.render_pending(hidden_section.outer_size)
        elif section.has_focus_within:
            return  # the focus is inside already, for example in the filter
        if self.visible_section == "holdings":
            self._holdings_pane.focus_table()
        else:
            self.set_focus(section)

    def _has_data(self, tab: BalanceTab) -> bool:
        last_good = last_loaded(self.load_state)
        if last_good is None or tab == "summary":
            return last_good is not None
        return bool(all_holdings(last_good.value))

    def show_notice_lines(self, lines: "Sequence[Line]") -> None:
        """Show the lines of an action instead of the status; none shows the status again."""
        self._posted_lines = tuple(lines)
        self.refresh_status()

    def refresh_view(self) -> None:
        """Show message, notice, bar and hints; the panes watch what they depend on."""
        self.refresh_status()
        self.update_status_lines("#bar", "#hints")

    def refresh_status(self) -> None:
        """Show how far the load has come: in the notice, and in the message without figures."""
        load_state, t = self.load_state, self._t
        if self.visible_section == "message":
            lines = balance_placeholder_lines(load_state, self.progress, t)
            self.query_one("#message-text", Static).update(to_content(lines))
        auto_refresh = self.loader.auto_refresh
        status_lines = self._posted_lines or (
            *balance_footer_lines(
                load_state,
                self.progress,
                t,
                self.size.width or None,
                amounts_hidden=self.amounts_hidden,
                now=self._clock(),
                live=self._live_status_cell(),
            ),
            *auto_refresh_lines(
                load_state,
                t,
                self._clock(),
                is_on=auto_refresh.is_on,
                next_refresh_at=auto_refresh.next_refresh_at,
            ),
        )
        if status_lines != self._status_lines:
            self._status_lines = status_lines
            self.query_one("#notice", Static).update(to_content(status_lines))

    def _live_status_cell(self) -> Cell:
        if self._live_prices is None:
            return Cell("")
        return live_status_cell(self._live_prices.state, self._t)

    @property
    def shown_profile(self) -> Profile | None:
        """The profile whose balance is shown, which may be another than at the opening."""
        return self.loader.profile

    def status_cell(self, now: datetime) -> Cell:
        """Return how current the balance is, and when it is refreshed next."""
        next_refresh_at = self.loader.auto_refresh.next_refresh_at
        return freshness_cell(self.load_state, now, self._t, next_refresh_at=next_refresh_at)

    def headline_cells(self) -> Line:
        """Return the short headline, except over the summary, which leads with it."""
        return () if self.visible_section == "summary" else super().headline_cells()

    @property
    def shown_page(self) -> Page:
        """The page whose tab is open."""
        return PAGES_BY_NAME[self.active_tab]

    def footer_keys(self) -> "Sequence[KeyBinding]":
        """Return the keys of the tab, of an open detail, and the one that stops a load."""
        keys = super().footer_keys()
        if self.active_tab == "holdings" and self._holdings_pane.detail_open:
            keys = DETAIL_FOOTER
        if isinstance(self.load_state, Loading):
            keys = (*STOP_FOOTER, *keys)
        if self.visible_section == "message":  # no widget with figures has the focus
            keys = tuple(key for key in keys if key.group not in FIGURE_GROUPS)
        return keys

    @property
    def raw_key_leads_back(self) -> bool:
        """Whether KIS's own fields are shown; the holdings show them in the detail only."""
        is_list = self.active_tab == "holdings" and not self._holdings_pane.detail_open
        return self.raw_fields_shown and not is_list

    def why_unavailable(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return that there is no account yet, or nothing to show or to copy."""
        if action in ACCOUNT_ACTIONS and self.loader.profile is None:
            return self._t("state.no_account")
        if action in FIGURE_ACTIONS and self.visible_section == "message":
            return self._t("state.no_row")
        return super().why_unavailable(action, parameters)

    @property
    def _summary_pane(self) -> SummaryPane:
        return self.query_one("#summary", SummaryPane)

    @property
    def _holdings_pane(self) -> HoldingsPane:
        return self.query_one("#holdings", HoldingsPane)

    def _today(self) -> date:
        return korean_date(self._clock())
