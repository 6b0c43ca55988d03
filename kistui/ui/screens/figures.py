"""An account's figures on one screen: summary and holdings, and how true they are right now."""

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
from kistui.models.balance import Balance
from kistui.models.holdings import all_holdings
from kistui.models.progress import ProgressEvent
from kistui.models.load_state import Failed, Loading, LoadState, NotLoaded, last_loaded
from kistui.models.token import TokenRecord
from kistui.ui import keys
from kistui.ui.book import Book
from kistui.ui.hints import hint_line
from kistui.ui.screens.exporting import ExportingScreen, Part
from kistui.ui.theme import content
from kistui.ui.widgets.holdings_pane import HoldingsPane
from kistui.ui.widgets.lines import FittedLine
from kistui.ui.widgets.summary_pane import SummaryPane
from kistui.formatting import status
from kistui.formatting.cells import Line
from kistui.formatting.token import title_bar_token_cell
from kistui.i18n.translations import Translations

if TYPE_CHECKING:
    from kistui.models.account import Profile
    from kistui.formatting.export import BalanceSnapshot


class FiguresScreen(ExportingScreen):
    """Shows `remote` whatever its state; whoever reads it writes it."""

    BINDINGS: ClassVar[list[BindingType]] = list(keys.bindings(keys.BALANCE))
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]  # noqa: RUF012  # Textual's own form

    # `var` rather than `reactive`: a screen that repaints itself repaints everything on it.
    now: var[datetime | None] = var(None)
    """The present instant, from the app."""
    token: var[TokenRecord | None] = var(None)
    """The token of the profile shown, from the app."""
    remote: var[LoadState[Balance]] = var[LoadState[Balance]](NotLoaded())
    """The balance in its present state; written by the message handlers only."""
    progress: var[ProgressEvent | None] = var(None)
    showing: var[Part] = var[Part]("summary")
    hidden = var(False)
    """Whether amounts are left out, from the app."""
    raw = var(False)
    """Whether KIS's own fields are shown."""

    def __init__(self, book: Book, words: Translations, clock: Clock, *, flashes: bool) -> None:
        super().__init__(book, words)
        self._profile: Profile | None = None
        self._clock = clock
        self._flashes = flashes
        self._told: tuple[Line, ...] = ()
        self.part: Part | Literal["message"] = "message"
        """What stands in the middle: what is to be shown, or why there is nothing of it."""
        self._due: datetime | None = None
        """When the balance is read again by itself."""

    def compose(self) -> ComposeResult:
        """Bar, tabs, figures or a message in their place, notice, keys."""
        yield FittedLine(self._bar, id="bar")
        yield FittedLine(self._tabs, id="tabs")
        with VerticalScroll(id="message", classes="part"):
            yield Static(id="message-text")
        summary = SummaryPane(self._words, id="summary", classes="part")
        holdings = HoldingsPane(self._words, self._today, id="holdings", classes="part")
        holdings.flashes = self._flashes
        for pane in (summary, holdings):
            pane.display = False
            yield pane.data_bind(FiguresScreen.hidden, FiguresScreen.raw)
        yield Static(id="notice")
        yield FittedLine(self._hints, id="hints")

    def reword(self) -> None:
        """Other words, the same figures."""
        self._tell()

    def action_show(self, part: Part) -> None:
        """Show the summary or the holdings."""
        self.showing = part

    def action_switch(self) -> None:
        """Show the other of the two."""
        self.showing = "holdings" if self.showing == "summary" else "summary"

    def action_toggle_raw(self) -> None:
        """Show KIS's own fields, or what they mean."""
        self.raw = not self.raw

    def watch_remote(self, remote: LoadState[Balance]) -> None:
        """Hand the figures down, dimmed when they are not the newest there could be."""
        good = last_loaded(remote)
        for pane in (self._summary, self._holdings):
            pane.balance = good.value if good else None
            pane.dimmed = self._is_old(remote)
        self._show_body()
        self._tell()
        if good:
            self.call_after_refresh(self._holdings.furnish)

    def _is_old(self, remote: LoadState[Balance]) -> bool:
        """Whether its figures are known to be out of date."""
        return isinstance(remote, Failed)

    def watch_showing(self) -> None:
        """Turn the page."""
        self._show_body()
        self._tell()
        self.query_one("#tabs", FittedLine).fit()
        self.query_one("#hints", FittedLine).fit()

    def watch_hidden(self) -> None:
        """Differences have amounts too."""
        if self.is_mounted:
            self._tell()

    @on(HoldingsPane.Turned)
    def _turned(self) -> None:
        self.query_one("#hints", FittedLine).fit()

    def watch_progress(self) -> None:
        """Say how far it got."""
        self._tell()

    def on_resize(self, _event: Resize) -> None:
        """The notice leaves out what does not fit."""
        self._tell()

    def watch_now(self) -> None:
        """Figures get older, and so does the token."""
        if self.is_mounted:
            self.query_one("#bar", FittedLine).fit()

    def watch_token(self) -> None:
        """Another token, or none."""
        if self.is_mounted:
            self.query_one("#bar", FittedLine).fit()

    def _show_body(self) -> None:
        before, self.part = self.part, self.showing if self._has(self.showing) else "message"
        shown = self.query_one(f"#{self.part}")
        if before != self.part:
            left = self.query_one(f"#{before}")
            left.display, shown.display = False, True
            for pane in (self._summary, self._holdings):
                pane.catch_up(left.outer_size)
        elif shown.has_focus_within:
            return  # someone is typing there
        if self.part == "holdings":
            self._holdings.focus_table()
        else:
            self.set_focus(shown)

    def _has(self, part: Part) -> bool:
        good = last_loaded(self.remote)
        if good is None or part == "summary":
            return good is not None
        return bool(all_holdings(good.value))

    def _tell(self) -> None:
        remote, words = self.remote, self._words
        if self.part == "message":
            told = status.placeholder_lines(remote, self.progress, words)
            self.query_one("#message-text", Static).update(content(told))
        notice = status.footer_lines(
            remote,
            self.progress,
            words,
            self.size.width or None,
            amounts_hidden=self.hidden,
            now=self._clock(),
        )
        if notice != self._told:
            self._told = notice
            self.query_one("#notice", Static).update(content(notice))
        self.query_one("#bar", FittedLine).fit()
        self.query_one("#hints", FittedLine).fit()

    def _bar(self, width: int) -> Line:
        now = self.now or self._clock()
        token = title_bar_token_cell(self.token, now, self._words)
        right = status.freshness_cell(self.remote, now, self._words, next_refresh_at=self._due)
        return status.title_bar(self._profile, token, right, self._words, width)

    def _tabs(self, _width: int) -> Line:
        return status.tab_bar(self.showing, self._words)

    def _hints(self, width: int) -> Line:
        items = keys.SUMMARY_HINTS
        if self.showing == "holdings":
            items = keys.DETAIL_HINTS if self._holdings.detailed else keys.HOLDINGS_HINTS
        if isinstance(self.remote, Loading):
            items = (*keys.STOP_HINT, *items)
        return hint_line(self.app, items, self._words, width)

    @property
    def _summary(self) -> SummaryPane:
        return self.query_one("#summary", SummaryPane)

    @property
    def _holdings(self) -> HoldingsPane:
        return self.query_one("#holdings", HoldingsPane)

    def _today(self) -> date:
        return self._clock().astimezone(KST).date()

    def _shown_reading(self) -> "tuple[Part, BalanceSnapshot] | None":
        from kistui.formatting.export import BalanceSnapshot

        good = last_loaded(self.remote)
        if good is None or self._profile is None:
            return None
        stale = self._is_old(self.remote)
        return self.showing, BalanceSnapshot(self._profile, good.value, good.loaded_at, is_stale=stale)

    def _shown_text(self) -> str:
        return self._holdings.copied if self.showing == "holdings" else self._summary.copied

    @property
    def _hides(self) -> bool:
        return self.hidden
