"""The cells that kistui shows for a simulated account, for the floors and peers to show too."""

import asyncio
import json
import pickle
from pathlib import Path
from typing import Any

from bench.server import clock_at
from kistui import i18n
from kistui.client import KisClient, RateLimits
from kistui.formatting.cells import Cell
from kistui.formatting.holdings_table import HoldingsFormatter, HoldingsTable
from kistui.formatting.summary_page import SummaryLayout
from kistui.models.account import AccountNumber, Credentials, Environment
from kistui.models.balance import Balance
from kistui.simulator import Simulator, SimulatorOptions

WIDTH = 76
"""Columns that the table has at 80x24, in its frame."""
PAGE = 80, 18
"""Columns and lines that the summary has there."""


def balance_of(holdings: int | None) -> Balance:
    """A balance of the simulator's, with so many rows or a dozen."""
    clock = clock_at(0)
    options = SimulatorOptions(holdings=holdings, page_size=holdings or None)
    with Simulator(options, clock=clock) as simulator:

        async def read() -> Balance:
            client = KisClient(
                Environment.REAL,
                base_url=simulator.url,
                rate_limits=RateLimits.unlimited(),
                clock=clock,
            )
            async with client:
                credentials = Credentials.parse(simulator.app_key, simulator.app_secret)
                token = await client.issue_token(credentials)
                account = AccountNumber.parse(simulator.account_number)
                return await client.fetch_balance(credentials, token, account)

        return asyncio.run(read())


def write_cells(folder: str, holdings: int | None = None) -> tuple[str, str]:
    """The balance, pickled, and its cells as JSON: the names of both files."""
    balance, words = balance_of(holdings), i18n.load_translations("ko")
    formatted = HoldingsFormatter(balance, words, amounts_hidden=False)
    view = HoldingsTable(balance, words, formatter=formatted)
    table = view.lay_out(WIDTH)
    content: dict[str, Any] = {
        "header": _line(table.header),
        "total": _line(table.total_row),
        "rows": [
            {"cells": [cell.text for cell in formatted.row_cells(holding)], "line": _line(line)}
            for holding, line in zip(view.filtered.holdings, table.rows, strict=True)
        ],
        "summary": [
            _line(line)
            for line in SummaryLayout(balance, words, amounts_hidden=False).render(*PAGE)
        ],
    }
    pickled, plain = (Path(folder) / f"{holdings}.{ending}" for ending in ("pickle", "json"))
    pickled.write_bytes(pickle.dumps(balance))
    plain.write_text(json.dumps(content), encoding="utf-8")
    return str(pickled), str(plain)


def _line(line: tuple[Cell, ...]) -> list[tuple[str, str]]:
    return [(cell.text, cell.role.value) for cell in line]
