"""`kistui mcp` as an assistant uses it: a process that speaks the protocol."""

import ast
import asyncio
import json
import os
import sys
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kistui.cli import main
from kistui.cli.commands import mcp as mcp_command
from kistui.cli.commands.mcp import create_server
from kistui.cli.parser import parse_arguments
from kistui.i18n import load_translations
from kistui.simulator import Simulator

if TYPE_CHECKING:
    from mcp import Client

TOOLS = {"accounts", "balance", "holdings", "orders", "profit", "dividends", "cash", "history"}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "orders": {"first": "2026-11-01", "last": "2026-11-20"},
    "profit": {"first": "2026-11-01", "last": "2026-11-20", "by": "item"},
    "dividends": {"year": 2026},
}


def options(*words: str) -> Namespace:
    return parse_arguments(["mcp", "--lang", "en", *words], load_translations("en"))


def client_of(server: Any) -> "Client":
    # Imported here, as it takes a second, which every worker would spend.
    from mcp import Client

    return Client(server)


async def call(client: "Client", tool: str) -> tuple[bool, list[str]]:
    result = await client.call_tool(tool, ARGUMENTS.get(tool, {}))
    texts: list[str] = [part.text for part in result.content if part.type == "text"]
    return bool(result.is_error), texts


@dataclass
class EndedProcess:
    """A command that has run in this process, where its start costs nothing."""

    output: str
    notices: str
    returncode: int

    async def communicate(self) -> tuple[bytes, bytes]:
        return self.output.encode(), self.notices.encode()


@pytest.fixture
def run_in_this_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def run(*command: str, **_streams: int) -> EndedProcess:
        assert command[:3] == (sys.executable, "-m", "kistui")
        capsys.readouterr()
        try:
            code = await asyncio.to_thread(main, command[3:])
        except SystemExit as error:  # of argparse
            code = int(error.code or 0)
        return EndedProcess(*capsys.readouterr(), code)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", run)


async def test_the_server_runs_commands_in_processes_of_their_own(tmp_path: Path) -> None:
    from mcp.client.stdio import StdioServerParameters, stdio_client

    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "kistui", "mcp", "--lang", "en", "--demo"],
        env=dict(os.environ),
    )
    # Its own stderr, as the default is the one at the import, which may be closed by now.
    with (tmp_path / "stderr.txt").open("w") as stderr:
        transport = stdio_client(parameters, errlog=stderr)
        async with client_of(transport) as client:
            is_error, texts = await call(client, "balance")
    assert not is_error, texts
    assert json.loads(texts[0])["summary"]["dnca_tot_amt"] is None


@pytest.mark.usefixtures("run_in_this_process")
async def test_every_tool_answers_and_hides_amounts() -> None:
    async with client_of(create_server(options("--demo"))) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert tools.keys() == TOOLS
        assert all(tool.description for tool in tools.values())
        for tool in sorted(TOOLS):
            is_error, texts = await call(client, tool)
            assert not is_error, (tool, texts)
            assert "****" in texts[0]
            answer = json.loads(texts[0])
            assert tool == "accounts" or answer["hidden"], tool


@pytest.mark.usefixtures("run_in_this_process")
async def test_amounts_are_shown_when_the_user_says_so(account: Simulator) -> None:
    async with client_of(create_server(options("--allow-token", "--show-amounts"))) as client:
        _, texts = await call(client, "balance")
    assert json.loads(texts[0])["summary"]["dnca_tot_amt"] > 0


@pytest.mark.usefixtures("run_in_this_process")
async def test_without_permission_no_token_is_issued(account: Simulator) -> None:
    async with client_of(create_server(options())) as client:
        is_error, texts = await call(client, "balance")
        assert is_error
        assert "kistui token issue" in texts[0]
        assert "Traceback" not in texts[0]
        assert not account.requests
        assert await asyncio.to_thread(main, ["token", "issue"]) == 0
        assert not (await call(client, "balance"))[0]


@pytest.mark.usefixtures("run_in_this_process")
async def test_a_wrong_argument_is_a_sentence(account: Simulator) -> None:
    async with client_of(create_server(options())) as client:
        result = await client.call_tool("orders", {"first": "yesterday", "last": "2026-11-20"})
        assert result.is_error
        assert "yesterday" in str(result.content)
        result = await client.call_tool("balance", {"profile": "--no-hide"})
        assert result.is_error
    assert not account.requests


async def test_a_command_that_the_assistant_cancels_may_finish_what_it_has_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps: list[str] = []

    class Waiting:
        returncode = None

        async def communicate(self) -> None:
            steps.append("run")
            tool.cancel()
            await asyncio.Event().wait()

        def terminate(self) -> None:
            steps.append("terminate")

    async def start(*_command: str, **_streams: int) -> Waiting:
        return Waiting()

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start)
    tool = asyncio.create_task(mcp_command.AccountTools(options()).balance())
    with pytest.raises(asyncio.CancelledError):
        await tool
    assert steps == ["run", "terminate"]


def test_only_reading_commands_are_run() -> None:
    """The commands are written out in the module, and none of them issues or changes anything."""
    tree = ast.parse(Path(mcp_command.__file__).read_text(encoding="utf-8"))
    first_arguments = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"_read", "_run"}
        and isinstance(node.args[0], ast.Constant)
    }
    assert first_arguments == TOOLS - {"accounts"} | {"profile"}


def test_without_the_mcp_package_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    assert main(["mcp", "--lang", "en"]) == 1
    assert "kistui[mcp]" in capsys.readouterr().err
