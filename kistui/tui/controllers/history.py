"""Reads and writes for the history page: records, an index to compare with, noted deposits."""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any

from textual.screen import Screen

from kistui.formatting.cells import Cell
from kistui.formatting.history_table import cash_flow_text
from kistui.models.account import Profile
from kistui.models.history import CashFlow
from kistui.models.history_csv import HistoryFormatError, parse_typed_cash_flow
from kistui.models.periods import DateRange
from kistui.models.prices import Benchmark, MarketIndex
from kistui.tui.messages import BenchmarkLoaded, HistoryLoaded, NoticePosted
from kistui.tui.screens.dialogs import (
    Choice,
    RejectedAnswerError,
    SelectDialog,
    prompt_until_valid,
    run_to_end,
)
from kistui.tui.screens.page import PageContext


class HistoryController:
    """Coroutines for `ActionRunner`, which post `HistoryLoaded` and `BenchmarkLoaded`."""

    def __init__(self, page: Screen[Any], context: PageContext, profile: Profile) -> None:
        self._page = page
        self._t = context.t
        self._history = context.profile_service.history
        self._session_pool = context.session_pool
        self._profile = profile

    async def load(self) -> None:
        """Read the records; raises StorageError."""
        self._page.post_message(await asyncio.to_thread(self._read))

    def _read(self) -> HistoryLoaded:
        profile, service = self._profile, self._history
        return HistoryLoaded(
            profile,
            service.read(profile),
            service.holidays(profile),
            is_recording=service.is_recording,
            record_error=service.record_error(profile),
        )

    async def load_benchmark(self, index: MarketIndex, span: DateRange) -> None:
        """Fetch the daily prices of an index; raises KistuiError."""
        t = self._t
        name = t(f"history_column.{index.value}")
        self._page.post_message(NoticePosted(t("history.benchmark_loading", name=name), stays=True))
        session = await self._session_pool.get(self._profile)
        prices = await session.fetch_daily_prices(index, span)
        self._page.post_message(BenchmarkLoaded(Benchmark(index, prices)))
        self._page.post_message(NoticePosted())

    async def note_cash_flow(self, *, amounts_hidden: bool) -> None:
        """Ask for a deposit or withdrawal and note it; raises StorageError."""
        t, today = self._t, self._history.today()

        async def parse(answer: str) -> CashFlow:
            try:
                return parse_typed_cash_flow(answer, today)
            except HistoryFormatError as error:
                raise RejectedAnswerError(t(f"reason.{error.reason}", **error.details)) from None

        flow = await prompt_until_valid(
            self._page.app,
            parse,
            t("history.note_title"),
            t("history.note_text"),
            hint=t("prompt_dialog.hint"),
            value=f"{today.isoformat()} ",
        )
        if flow is None:
            return
        await self._write(self._history.add_cash_flow, flow)
        text = cash_flow_text(flow, t, amounts_hidden=amounts_hidden)
        self._page.post_message(NoticePosted(t("history.noted", flow=text)))
        await self.load()

    async def remove_cash_flow(
        self, day: date, flows: tuple[CashFlow, ...], *, amounts_hidden: bool
    ) -> None:
        """Ask which of a day's deposits and withdrawals to remove; raises StorageError."""
        t = self._t
        choices = [
            Choice(
                str(number), (Cell(f" {cash_flow_text(flow, t, amounts_hidden=amounts_hidden)}"),)
            )
            for number, flow in enumerate(flows)
        ]
        selected = await self._page.app.push_screen_wait(
            SelectDialog(
                t("history.unnote_title", day=day.isoformat()),
                choices,
                hint=t("history.unnote_hint"),
            )
        )
        if selected is not None:
            flow = flows[int(selected)]
            await self._write(self._history.remove_cash_flow, flow)
            await self.load()

    async def _write(self, change: Callable[[Profile, CashFlow], object], flow: CashFlow) -> None:
        await run_to_end(
            self._page.app,
            self._t,
            self._t("wait_dialog.saving"),
            lambda: asyncio.to_thread(change, self._profile, flow),
        )
