"""The asset history of the demo: it begins with the simulator's past."""

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from kistui.models.history import AssetHistory, CashFlow, DayRecord
from kistui.storage.history_store import HistoryStore

if TYPE_CHECKING:
    from kistui.simulator import Simulator


class SimulatedHistoryStore(HistoryStore):
    """A history store that begins with the simulator's past days, computed when first read."""

    def __init__(self, folder: Path, simulator: "Simulator") -> None:
        super().__init__(folder)
        self._simulator = simulator
        self._lock = Lock()
        self._is_filled = False

    def read(self, name: str) -> AssetHistory:
        """Return a history; raises as the base class."""
        with self._lock:
            if not self._is_filled:
                self._is_filled = True
                self._write(name, self._past_days())
        return super().read(name)

    def _past_days(self) -> AssetHistory:
        days, deposits = self._simulator.asset_history()
        return AssetHistory(
            tuple(
                DayRecord(
                    day=day.day,
                    total_value=day.total,
                    securities=day.securities,
                    cash=day.total - day.securities,
                    overseas=day.overseas,
                    profit_loss=day.profit_loss,
                    purchase_amount=day.purchase_amount,
                    exchange_rates=tuple(sorted(day.exchange_rates.items())),
                    taken_at=day.taken_at,
                    is_closing=True,
                )
                for day in days
            ),
            tuple(CashFlow(*deposit) for deposit in deposits),
        )
