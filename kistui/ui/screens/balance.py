"""The account on one screen: summary and holdings, and how true they are right now."""

from datetime import datetime
from math import ceil
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import ContentSwitcher, Static

from kistui.clock import Clock
from kistui.errors import KistuiError, TokenTooSoon
from kistui.model.account import Profile
from kistui.model.balance import Balance
from kistui.model.progress import Progress, TokenWaiting
from kistui.model.remote import Failed, Loading, Ready, Remote, Unknown, last_good
from kistui.model.token import TokenRecord
from kistui.ui import keys
from kistui.ui.messages import BalanceFailed, BalanceLoaded, BalanceProgressed
from kistui.ui.sessions import Sessions
from kistui.ui.theme import content
from kistui.ui.widgets.holdings_pane import HoldingsPane
from kistui.ui.widgets.lines import FittedLine
from kistui.ui.widgets.summary_pane import SummaryPane
from kistui.view import status
from kistui.view.cells import Cell, Line
from kistui.view.format import clock_time
from kistui.view.token import bar_cell
from kistui.view.words import Words

Part = Literal["summary", "holdings"]


class BalanceScreen(Screen[None]):
    """Reads the balance when opened and when asked; keeps the last figures through failures."""

    BINDINGS: ClassVar[list[BindingType]] = list(keys.bindings(keys.BALANCE))
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]  # noqa: RUF012  # Textual's own form

    # `var` rather than `reactive`: a screen that repaints itself repaints everything on it.
    now: var[datetime | None] = var(None)
    """The present instant, from the app."""
    token: var[TokenRecord | None] = var(None)
    """The token of the profile shown, from the app."""
    remote: var[Remote[Balance]] = var[Remote[Balance]](Unknown())
    """The balance in its present state; written by the message handlers only."""
    progress: var[Progress | None] = var(None)
    showing: var[Part] = var[Part]("summary")
    with_sold_out = var(False)

    def __init__(
        self,
        words: Words,
        clock: Clock,
        sessions: Sessions,
    ) -> None:
        super().__init__()
        self._profile: Profile | None = None
        self._words = words
        self._clock = clock
        self._sessions = sessions
        self._request = 0
        self._before: Remote[Balance] = Unknown()
        """What stood here when the call under way began."""
        self._last: dict[str, Remote[Balance]] = {}

    def compose(self) -> ComposeResult:
        """Bar, tabs, figures or a message in their place, notice, keys."""
        yield FittedLine(self._bar, id="bar")
        yield FittedLine(self._tabs, id="tabs")
        with ContentSwitcher(id="body", initial="message"):
            with VerticalScroll(id="message"):
                yield Static(id="message-text")
            yield SummaryPane(self._words, id="summary")
            yield HoldingsPane(self._words, id="holdings").data_bind(BalanceScreen.with_sold_out)
        yield Static(id="notice")
        yield FittedLine(self._hints, id="hints")

    def open_profile(self, profile: Profile) -> None:
        """Show a profile: its own last figures, or none, while its balance is read.

        What is under way for another profile is given up; its answer would change nothing.
        """
        self.workers.cancel_group(self, "balance")
        self._request += 1
        if self._profile is not None:
            self.remove_class(f"-{self._profile.kind}")
        self._profile = profile
        self.add_class(f"-{profile.kind}")
        good = last_good(self._last.get(profile.name, Unknown()))
        self.remote = good or Unknown()
        self.action_refresh_balance()

    def forget(self, profile: Profile, *, is_gone: bool) -> None:
        """Drop a profile's figures; show nobody's if it was the one shown and is gone."""
        self._last.pop(profile.name, None)
        if profile == self._profile:
            self.workers.cancel_group(self, "balance")
            self._request += 1
            self._profile = None if is_gone else profile
            self.remote = Unknown()

    def state_of(self, profile: Profile) -> Cell:
        """How old a profile's figures are, for lists of profiles."""
        remote = self._last.get(profile.name, Unknown())
        return status.freshness(remote, self.now or self._clock(), self._words)

    def action_show(self, part: Part) -> None:
        """Show the summary or the holdings."""
        self.showing = part

    def action_switch(self) -> None:
        """Show the other of the two."""
        self.showing = "holdings" if self.showing == "summary" else "summary"

    def action_toggle_sold_out(self) -> None:
        """Show or hide items of quantity 0."""
        self.with_sold_out = not self.with_sold_out

    def action_refresh_balance(self) -> None:
        """Read the balance, unless that is under way."""
        profile = self._profile
        if profile is None or isinstance(self.remote, Loading):
            return
        self._request += 1
        self.progress = None
        self._before = self.remote
        self.remote = Loading(last_good(self.remote))
        self.run_worker(self._read(self._request, profile), group="balance", exclusive=True)

    def action_stop(self) -> None:
        """Give up the reading under way; what stood here before stands here again."""
        if not isinstance(self.remote, Loading):
            return
        self.workers.cancel_group(self, "balance")
        self._request += 1
        now = self._clock()
        if isinstance(self.progress, TokenWaiting) and last_good(self._before) is None:
            seconds = ceil((self.progress.until - now).total_seconds())
            time = clock_time(self.progress.until)
            self._before = Failed(TokenTooSoon(seconds=seconds, at=time), now)
        self.remote = self._before

    async def _read(self, request: int, profile: Profile) -> None:
        def tell(progress: Progress) -> None:
            self.post_message(BalanceProgressed(request, progress))

        try:
            session = await self._sessions.of(profile)
            balance = await session.balance(tell)
        except KistuiError as error:
            self.post_message(BalanceFailed(request, error, self._clock()))
        else:
            self.post_message(BalanceLoaded(request, balance, self._clock()))

    @on(BalanceProgressed)
    def _balance_progressed(self, message: BalanceProgressed) -> None:
        if message.request == self._request:
            self.progress = message.progress

    @on(BalanceLoaded)
    def _balance_loaded(self, message: BalanceLoaded) -> None:
        if message.request == self._request:
            self.remote = Ready(message.balance, message.at)

    @on(BalanceFailed)
    def _balance_failed(self, message: BalanceFailed) -> None:
        if message.request == self._request:
            self.remote = Failed(message.error, message.at, last_good(self.remote))

    def watch_remote(self, remote: Remote[Balance]) -> None:
        """Hand the figures down, dimmed when they are not the newest there could be."""
        if self._profile is not None:
            self._last[self._profile.name] = remote
        good = last_good(remote)
        for pane in (
            self.query_one("#summary", SummaryPane),
            self.query_one("#holdings", HoldingsPane),
        ):
            pane.balance = good.value if good else None
            pane.dimmed = isinstance(remote, Failed)
        self._show_body()
        self._tell()

    def watch_showing(self) -> None:
        """Turn the page."""
        self._show_body()
        self._tell()
        self.query_one("#tabs", FittedLine).fit()
        self.query_one("#hints", FittedLine).fit()

    def watch_with_sold_out(self) -> None:
        """The first sold-out item may be the only one."""
        self._show_body()
        self._tell()

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
        self.watch_now()

    def _show_body(self) -> None:
        body = self.query_one(ContentSwitcher)
        part = self.showing if self._has(self.showing) else "message"
        body.current = part
        focus = "#holdings LineTable" if part == "holdings" else f"#{part}"
        self.set_focus(self.query_one(focus))

    def _has(self, part: Part) -> bool:
        good = last_good(self.remote)
        if good is None or part == "summary":
            return good is not None
        return bool(good.value.holdings if self.with_sold_out else good.value.held)

    def _tell(self) -> None:
        remote, words = self.remote, self._words
        if self.query_one(ContentSwitcher).current == "message":
            told = status.empty_body(remote, self.progress, words)
            self.query_one("#message-text", Static).update(content(told))
        notice = status.notice(remote, self.progress, words, self.size.width or None)
        self.query_one("#notice", Static).update(content(notice))
        self.query_one("#bar", FittedLine).fit()
        self.query_one("#hints", FittedLine).fit()

    def _bar(self, width: int) -> Line:
        now = self.now or self._clock()
        token = bar_cell(self.token, now, self._words)
        right = status.freshness(self.remote, now, self._words)
        return status.bar(self._profile, token, right, self._words, width)

    def _tabs(self, _width: int) -> Line:
        return status.tabs(self.showing, self._words)

    def _hints(self, width: int) -> Line:
        good = last_good(self.remote)
        sold_out = good is not None and len(good.value.held) < len(good.value.holdings)
        here = {"next"} if self.showing == "summary" else {"sold_out"} if sold_out else set()
        if isinstance(self.remote, Loading):
            here |= {"stop"}
        items = [key for key in keys.HINTS if key.name in here or key not in keys.SOMETIMES]
        return status.hints([(key.shown, self._words(f"keys.{key.name}")) for key in items], width)
