"""The cells that kistui shows for a simulated account, which the compared apps show too."""

import asyncio
import json
from pathlib import Path

from bench.server import STILL_TIME
from kistui import i18n
from kistui.client import KisClient, RateLimits
from kistui.client.response_parsing import MAX_PAGE_ROWS
from kistui.formatting.cells import Cell
from kistui.formatting.holdings_table import HoldingsTable
from kistui.formatting.summary_page import SummaryLayout
from kistui.models.account import AccountNumber, Credentials, Environment
from kistui.models.balance import Balance
from kistui.simulator import Simulator, SimulatorOptions

TABLE_WIDTH = 76
"""Columns of the table at 80x24, within its frame."""
SUMMARY_SIZE = 80, 18


def write_cells(folder: str, holdings: int | None = None) -> str:
    """Write the cells as JSON and return the file; `None` is the simulator's usual dozen rows."""
    balance, translations = asyncio.run(_fetch_balance(holdings)), i18n.load_translations("ko")
    table = HoldingsTable(balance, translations).lay_out(TABLE_WIDTH)
    summary = SummaryLayout(balance, translations, amounts_hidden=False).render(*SUMMARY_SIZE)
    content = {
        "header": _cells(table.header),
        "rows": [_cells(line) for line in table.rows],
        "summary": ["".join(cell.text for cell in line) for line in summary],
    }
    path = Path(folder, f"cells-{holdings}.json")
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def page_size_for(holdings: int | None) -> int | None:
    """Return the rows per page with which the holdings take the fewest pages."""
    return None if holdings is None else min(holdings, MAX_PAGE_ROWS)


async def _fetch_balance(holdings: int | None) -> Balance:
    options = SimulatorOptions(holdings=holdings, page_size=page_size_for(holdings))
    with Simulator(options, clock=lambda: STILL_TIME) as simulator:
        async with KisClient(
            Environment.REAL,
            base_url=simulator.url,
            rate_limits=RateLimits.unlimited(),
            clock=lambda: STILL_TIME,
        ) as client:
            credentials = Credentials.parse(simulator.app_key, simulator.app_secret)
            token = await client.issue_token(credentials)
            account = AccountNumber.parse(simulator.account_number)
            return await client.fetch_balance(credentials, token, account)


def _cells(line: tuple[Cell, ...]) -> list[tuple[str, str]]:
    return [(cell.text, cell.role.value) for cell in line]
