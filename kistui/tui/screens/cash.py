"""Cash page: deposits, buying power, withdrawable cash, and how assets are divided.

The page shares the balance with the other pages and reloads it only on a refresh. It makes its own
calls when it opens.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.types import CSSPathType

from kistui.formatting.cash_exports import (
    CashSnapshot,
    allocation_document,
    cash_csv,
    cash_document,
)
from kistui.formatting.cash_page import (
    CashView,
    cash_page_lines,
    copied_text,
    raw_cash_lines,
    view_notes,
)
from kistui.formatting.cells import Cell, Line
from kistui.formatting.read_status import read_freshness_cell, read_status_lines
from kistui.formatting.serialization import to_json
from kistui.models.allocation import AllocationGrouping
from kistui.models.calls import OnProgress
from kistui.models.cash import CashCall, CashReport
from kistui.models.load_state import Loading, last_loaded
from kistui.models.totals import AccountOverview
from kistui.tui.controllers.exporter import Exportable, Exporter
from kistui.tui.controllers.part_loader import PartLoader
from kistui.tui.keymap import to_bindings
from kistui.tui.messages import (
    BalanceRefreshRequested,
    ProfilesLoaded,
)
from kistui.tui.pages import CASH_PAGE
from kistui.tui.screens.page import PageContext, PageScreen
from kistui.tui.widgets.lines import ScrollableLines
from kistui.tui.workers import ActionRunner

if TYPE_CHECKING:
    from kistui.models.account import Profile
    from kistui.services.session import Session


class CashContent(Struct, frozen=True):
    """What was read for the page so far, and the days without trading that are known."""

    report: CashReport
    holidays: frozenset[date]
    times: Mapping[CashCall, datetime] = {}
    """When the figures of each call came; figures of the same read have the same time."""

    @property
    def read_at(self) -> datetime | None:
        """When the newest figures came."""
        return max(self.times.values(), default=None)


class CashPane(ScrollableLines):
    """Shows the lines that `build` returns for a width and a height."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"cash--frame"}
    FRAME_CLASS = "cash--frame"

    def __init__(self, build: Callable[[int, int], Sequence[Line]], *, id: str) -> None:
        super().__init__(id=id)
        self._build = build

    def build_lines(self, width: int, height: int) -> Sequence[Line]:
        """Return the lines for a size."""
        return self._build(width, height)


class CashScreen(PageScreen):
    """Shows the cash of the open account."""

    CSS_PATH: ClassVar[CSSPathType | None] = "cash.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(to_bindings(CASH_PAGE.keys))
    page = CASH_PAGE
    raw_fields_shown = False

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._actions = ActionRunner(self)
        self._exporter = Exporter(self, context)
        self._loader: PartLoader[CashContent] = PartLoader(self, context)
        self._profile_service = context.profile_service
        self._chosen_grouping: AllocationGrouping | None = None
        self._profiles: tuple[Profile, ...] = ()

    def compose_content(self) -> ComposeResult:
        """Compose the boxes."""
        yield CashPane(self._lines, id="cash")

    def on_mount(self) -> None:
        """Read what only this page shows, and the balance if no page has it."""
        self._pane.focus()
        if self._profile is not None and last_loaded(self._view.balance_state) is None:
            self.post_message(BalanceRefreshRequested())
        self._load()

    def _load(self) -> None:
        content = self._loader.content
        previous = content.report if content else None

        async def read(
            session: "Session", on_progress: OnProgress
        ) -> AsyncIterator[tuple[int, CashContent]]:
            holidays = await session.read_holidays()
            times = dict(content.times) if content else {}
            count = 0
            async for report in session.cash.read(on_progress=on_progress, previous=previous):
                if len(report.read_calls) > count:
                    count = len(report.read_calls)
                    times |= dict.fromkeys(report.read_calls, self._clock())
                yield len(report.ended), CashContent(report, holidays, dict(times))

        self._loader.load(read, keeps_content=True)

    def balance_state_changed(self) -> None:
        """Show the new balance of this account, or of another in the allocation."""
        self.refresh_view()

    def action_refresh(self) -> None:
        """Read the balance and the figures of this page again."""
        self.post_message(BalanceRefreshRequested())
        self._load()

    def action_switch_allocation(self) -> None:
        """Divide the assets by the next of class, currency, market and account."""
        self._chosen_grouping = self._view.groupings[1]
        if self._chosen_grouping is AllocationGrouping.ACCOUNT and not self._profiles:
            self._actions.load(self._load_profiles)
        self.refresh_view()

    async def _load_profiles(self) -> None:
        """Read the profiles from the disk, whose balances other pages may have loaded."""
        profiles = await asyncio.to_thread(self._profile_service.list_profiles)
        self.post_message(ProfilesLoaded(profiles, None))

    @on(ProfilesLoaded)
    def _profiles_loaded(self, message: ProfilesLoaded) -> None:
        self._profiles = message.profiles
        self.refresh_view()

    def action_toggle_raw_fields(self) -> None:
        """Show KIS's own fields, or the page."""
        self.raw_fields_shown = not self.raw_fields_shown
        self._pane.scroll_home(animate=False)
        self.refresh_view()

    def action_back(self) -> None:
        """Stop the read, else leave the raw fields, else close the page."""
        if self._loader.is_loading:
            self._loader.stop()
        elif self.raw_fields_shown:
            self.action_toggle_raw_fields()
        else:
            self.dismiss()

    def action_copy(self) -> None:
        """Copy the amounts on screen."""
        hidden = self.amounts_hidden
        self._exporter.copy(copied_text(self._view, self._t, amounts_hidden=hidden))

    def action_export(self) -> None:
        """Write what is on screen to a file that the user names."""
        self._actions.open_dialog(self._exporter.export, self._exportable())

    def _exportable(self) -> Exportable | None:
        view, profile, hidden = self._view, self._profile, self.amounts_hidden
        balance, loaded = view.balance, last_loaded(view.balance_state)
        if profile is None or balance is None or loaded is None:
            return None
        read_at = self._loader.loaded_at or loaded.loaded_at
        snapshot = CashSnapshot(profile, balance, view.report, read_at, view.settlement_days)
        allocation = view.allocation(view.grouping)

        def render(export_format: str) -> str:
            if export_format == "json":
                document = cash_document(snapshot, amounts_hidden=hidden)
                if allocation is not None:
                    document["allocation"] = allocation_document(allocation, amounts_hidden=hidden)
                return to_json(document) + "\n"
            for_excel = export_format == "excel"
            return cash_csv([snapshot], amounts_hidden=hidden, for_excel=for_excel)

        return Exportable(profile, self.page.name, read_at, render)

    def status_cell(self, now: datetime) -> Cell:
        """Return when the figures were read."""
        return read_freshness_cell(self._loader, now, self._t)

    def refresh_view(self) -> None:
        """Show what is loaded, in the present language."""
        view = self._view
        self._pane.dimmed = view.is_outdated or self._loader.error is not None
        self._pane.update_lines()
        self.refresh_status()
        self.update_status_lines("#bar", "#hints")

    def refresh_status(self) -> None:
        """Show the progress of the read, its error, or what is missing."""
        view = self._view
        lines = read_status_lines(
            self._loader,
            view_notes(view, self._t),
            self._t,
            self.size.width,
            part_count=len(view.report.calls),
            stop_key=self._t.key_names["cash.back"],
            progress_key="cash.progress",
        )
        self.show_notice_lines(lines)

    @property
    def _pane(self) -> CashPane:
        return self.query_one("#cash", CashPane)

    @property
    def _view(self) -> CashView:
        content, profile = self._loader.content, self._profile
        states = self._balance_states
        accounts = (AccountOverview(account, states.get(account)) for account in self._profiles)
        return CashView(
            balance_state=states.get(profile) if profile else Loading(),
            report=content.report if content else CashReport(),
            times=content.times if content else {},
            holidays=content.holidays if content else frozenset(),
            accounts=tuple(accounts),
            chosen_grouping=self._chosen_grouping,
        )

    def _lines(self, width: int, height: int) -> Sequence[Line]:
        view, t, hidden = self._view, self._t, self.amounts_hidden
        if self.raw_fields_shown:
            return raw_cash_lines(view, t, width, amounts_hidden=hidden)
        return cash_page_lines(view, t, width, height, amounts_hidden=hidden)
