"""Base of the pages that read figures when they open and show each part as it arrives."""

from datetime import datetime
from typing import Generic, TypeVar

from textual import on

from kistui.formatting.cells import Cell
from kistui.formatting.trade_status import freshness
from kistui.tui.controllers.exporter import Exportable, Exporter
from kistui.tui.controllers.trade_loader import TradeLoader, TradesMessage
from kistui.tui.messages import TradesEnded, TradesPartLoaded, TradesProgressed
from kistui.tui.screens.page import PageContext, PageScreen
from kistui.tui.workers import ActionRunner

ContentT = TypeVar("ContentT")


class LoaderPage(PageScreen, Generic[ContentT]):
    """A page over a loader: its messages, its title bar and its export.

    A subclass composes the page and says what is exported (`_exportable`).
    """

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._actions = ActionRunner(self)
        self._exporter = Exporter(self, context)
        self._loader: TradeLoader[ContentT] = TradeLoader(self, context, self._loader_changed)
        self._shows_raw_fields = False

    def _exportable(self) -> Exportable | None:
        """Return what is on screen as a file; `None` while nothing is loaded."""
        raise NotImplementedError

    @on(TradesProgressed)
    @on(TradesPartLoaded)
    @on(TradesEnded)
    def _loader_message(self, message: TradesMessage) -> None:
        self._loader.handle(message)

    def _loader_changed(self) -> None:
        if self.is_mounted:
            self.refresh_view()

    def action_export(self) -> None:
        """Write what is on screen to a file that the user names."""
        self._actions.open_dialog(self._exporter.export, self._exportable())

    def freshness_cell(self, now: datetime) -> Cell:
        """Return when the figures were read."""
        return freshness(self._loader, now, self._t)
