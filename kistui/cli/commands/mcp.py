"""`kistui mcp`: serve an account's figures to assistants over the Model Context Protocol.

Each tool runs one of kistui's commands with `--format json` in a process of its own. So a tool can
do no more than the command line, which cannot trade, and stdout carries nothing but the protocol.
"""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from kistui import __version__
from kistui.cli import ClosedStream
from kistui.cli.garbage import finish_startup
from kistui.cli.output import print_notice
from kistui.cli.parser import add_common_options
from kistui.i18n.translations import Translations

if TYPE_CHECKING:
    from mcp.server import MCPServer

INSTRUCTIONS = """\
Read-only figures of accounts at Korea Investment & Securities (KIS). Nothing here can trade.
Days are Korean dates, written 2026-11-27. Amounts without a currency are in won. null means that
KIS does not send a value, or that the user hides it (`hidden`): it is never zero. A value under
`computed` is computed by kistui. `state: failed` names an account or a part that is missing.
"""


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui mcp`."""
    add_common_options(parser, t)
    parser.add_argument("--show-amounts", action="store_true", help=t("cli.mcp_show_amounts"))
    parser.add_argument("--allow-token", action="store_true", help=t("cli.mcp_allow_token"))


def run(options: Namespace, t: Translations) -> int:
    """Serve on stdin and stdout until the assistant closes them; return the exit code."""
    if isinstance(sys.stdout, ClosedStream):  # the server would write past it
        print_notice(f"kistui: {t('cli.no_output')}")
        return 1
    try:
        server = create_server(options)
    except ImportError as error:
        print_notice(f"kistui: {t('cli.mcp_missing', name=error.name)}", t("cli.mcp_install"))
        return 1
    if sys.stdin.isatty():
        print_notice(t("cli.mcp_waiting"))
    finish_startup()
    server.run("stdio")
    return 0


def create_server(options: Namespace) -> "MCPServer":
    """Return the server with its tools; raises ImportError without the package `mcp`."""
    from mcp.server import MCPServer

    server: MCPServer = MCPServer(
        "kistui", version=__version__, instructions=INSTRUCTIONS, log_level="WARNING"
    )
    tools = AccountTools(options)
    for tool in (
        tools.accounts,
        tools.balance,
        tools.holdings,
        tools.orders,
        tools.profit,
        tools.dividends,
        tools.cash,
        tools.history,
    ):
        server.add_tool(tool, structured_output=False)
    return server


class AccountTools:
    """The tools; their docstrings and parameters are what an assistant reads."""

    def __init__(self, options: Namespace) -> None:
        self._root_options = [
            *(["--demo"] if options.demo else []),
            *(["--scene", options.scene] if options.scene else []),
            *(["--lang", options.lang] if options.lang else []),
        ]
        self._default_profile: str | None = options.profile
        self._read_options = [
            "--no-hide" if options.show_amounts else "--hide",
            *([] if options.allow_token else ["--no-issue"]),
        ]

    async def accounts(self) -> list[str]:
        """List the profiles: name, real or paper, masked account number. Makes no call to KIS."""
        return await self._run("profile", "list", "--format", "json")

    async def balance(self, profile: str = "") -> list[str]:
        """Summary of an account: deposits, total value, profit and loss, and the overseas part.

        `profile` is a name of `accounts`; without it the default profile is read.
        """
        return await self._read("balance", profile)

    async def holdings(self, profile: str = "", market: str = "all") -> list[str]:
        """Holdings of an account with quantity, prices, valuation, profit and weight.

        `market` is all, kr, us, hk, cn, jp or vn.
        """
        return await self._read("holdings", profile, "--market", market)

    async def orders(self, first: str, last: str, profile: str = "") -> list[str]:
        """Orders and executions from day `first` to day `last`, domestic and overseas."""
        return await self._read("orders", profile, "--from", first, "--to", last)

    async def profit(
        self, first: str, last: str, by: str = "month", profile: str = ""
    ) -> list[str]:
        """Realised profit from day `first` to day `last`; real accounts only.

        `by` is day, month, year, item or trade.
        """
        return await self._read("profit", profile, "--from", first, "--to", last, "--by", by)

    async def dividends(self, year: int, pending: bool = False, profile: str = "") -> list[str]:
        """Dividends received in a year, or with `pending` those announced; real accounts only."""
        return await self._read(
            "dividends", profile, "--year", str(year), *(["--pending"] if pending else [])
        )

    async def cash(self, profile: str = "") -> list[str]:
        """Deposits by settlement day, buying power and what can be withdrawn, by currency."""
        return await self._read("cash", profile)

    async def history(self, first: str = "", last: str = "", profile: str = "") -> list[str]:
        """Recorded total assets by day, and deposits and withdrawals that the user noted."""
        first_day = ["--from", first] if first else []
        last_day = ["--to", last] if last else []
        return await self._read("history", profile, *first_day, *last_day)

    async def _read(self, command: str, profile: str, *arguments: str) -> list[str]:
        name = profile or self._default_profile
        return await self._run(
            command,
            *arguments,
            *(["--profile", name] if name else []),
            *self._read_options,
            "--format",
            "json",
        )

    async def _run(self, *arguments: str) -> list[str]:
        """Return a command's JSON, then its notices; raises ToolError if it printed no JSON."""
        from mcp.server.mcpserver.exceptions import ToolError

        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "kistui",
            *self._root_options,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            output, notices = await process.communicate()
        finally:
            if process.returncode is None:  # the assistant cancelled
                process.terminate()  # the command stores a token that it has asked for
        texts = [part.decode("utf-8", "replace").strip() for part in (output, notices)]
        if not texts[0]:
            raise ToolError(texts[1])
        return [text for text in texts if text]
