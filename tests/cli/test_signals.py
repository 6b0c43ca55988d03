"""A signal ends a command with its own exit code, wherever Python is when it comes."""

import asyncio
import gc
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from threading import Event, Timer
from threading import enumerate as enumerate_threads
from typing import Any

import pytest

from kistui import cli
from kistui.cli import signals
from kistui.client.client import KisClient
from kistui.models.account import Credentials
from kistui.models.token import AccessToken
from kistui.simulator import Simulator

HANDLERS: dict[signal.Signals, Any] = {
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGINT: signal.default_int_handler,
}
"""How Python handles them when a program starts."""


class RaisesSignal:
    """An attribute that sends a signal to this process while its class is created."""

    def __init__(self, number: signal.Signals) -> None:
        self._number = number

    def __set_name__(self, owner: type, name: str) -> None:
        signal.raise_signal(self._number)


class RaisesSignalWhenFreed:
    """What Python frees in a callback, where it drops what a handler raises."""

    def __init__(self, number: signal.Signals) -> None:
        self._number = number

    def __del__(self) -> None:
        signal.raise_signal(self._number)


def exit_code(arguments: list[str], number: signal.Signals) -> int:
    """Return the exit code of a command that runs with Python's handler of the signal."""
    # A shell that starts the tests in the background lets them ignore SIGINT.
    previous_handler = signal.signal(number, HANDLERS[number])
    try:
        return cli.main(arguments)
    except SystemExit as error:
        assert isinstance(error.code, int)
        return error.code
    finally:
        signal.signal(number, previous_handler)


def exit_code_of(
    run: Callable[..., int], number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> int:
    """Return the exit code of a command that runs `run`."""
    monkeypatch.setattr("kistui.cli.commands.status.run", run)
    return exit_code(["status"], number)


def test_a_command_in_a_thread_of_a_program_with_handlers_of_its_own_sets_none() -> None:
    numbers = [signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)]
    previous_handlers = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        with ThreadPoolExecutor(1) as executor:
            assert executor.submit(cli.main, ["status"]).result() == cli.main(["status"])
    finally:
        for number, handler in previous_handlers.items():
            signal.signal(number, handler)


@pytest.mark.parametrize("number", HANDLERS, ids=lambda number: number.name)
def test_a_signal_while_a_class_is_created_ends_the_command(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*_arguments: Any) -> int:
        type("Imported", (), {"attribute": RaisesSignal(number)})
        return 0

    assert exit_code_of(run, number, monkeypatch) == 128 + number
    assert "RuntimeError" not in capsys.readouterr().err


@pytest.mark.parametrize("number", HANDLERS, ids=lambda number: number.name)
def test_a_signal_in_a_callback_that_drops_exceptions_ends_the_command(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*_arguments: Any) -> int:
        RaisesSignalWhenFreed(number)
        Event().wait(10)
        return 0

    assert exit_code_of(run, number, monkeypatch) == 128 + number
    assert not capsys.readouterr().err


def test_a_signal_that_was_dropped_at_the_end_of_a_command_is_not_sent_to_its_caller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signals, "REPEAT_AFTER", 60.0)

    def run(*_arguments: Any) -> int:
        RaisesSignalWhenFreed(signal.SIGTERM)
        return 0

    assert exit_code_of(run, signal.SIGTERM, monkeypatch) == 0
    timers = [thread for thread in enumerate_threads() if isinstance(thread, Timer)]
    waiting = [timer for timer in timers if not timer.finished.is_set()]
    for timer in waiting:
        timer.cancel()
    assert not waiting


def test_other_exceptions_that_python_drops_reach_the_hook_of_the_caller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dropped: list[BaseException | None] = []
    monkeypatch.setattr("sys.unraisablehook", lambda args: dropped.append(args.exc_value))

    class Unclosed:
        def __del__(self) -> None:
            raise ValueError("dropped")

    def run(*_arguments: Any) -> int:
        Unclosed()
        return 0

    assert exit_code_of(run, signal.SIGTERM, monkeypatch) == 0
    assert [str(error) for error in dropped] == ["dropped"]


@pytest.mark.parametrize("number", HANDLERS, ids=lambda number: number.name)
def test_a_signal_while_a_coroutine_blocks_ends_the_command(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []

    async def read_app_key() -> int:
        steps.append("read")
        signal.raise_signal(number)
        steps.append("read on")
        return 0

    def run(*_arguments: Any) -> int:
        return asyncio.run(read_app_key())

    assert exit_code_of(run, number, monkeypatch) == 128 + number
    assert steps == ["read"]


def test_ctrl_c_ends_a_coroutine_that_blocks_without_waiting_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps: list[str] = []

    async def read_app_key() -> int:
        signal.raise_signal(signal.SIGINT)
        steps.append("read")
        Event().wait(10)
        steps.append("read on")
        return 0

    def run(*_arguments: Any) -> int:
        return signals.run_coroutine(read_app_key())

    assert exit_code_of(run, signal.SIGINT, monkeypatch) == cli.EXIT_INTERRUPTED
    assert steps == ["read"]


def test_a_second_signal_does_not_interrupt_what_the_first_has_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A shell whose terminal is gone and `timeout` send theirs twice."""
    steps: list[str] = []

    def run(*_arguments: Any) -> int:
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGTERM)
            steps.append("cleaned up")
        return 0

    assert exit_code_of(run, signal.SIGTERM, monkeypatch) == 128 + signal.SIGTERM
    assert steps == ["cleaned up"]
    assert signal.getsignal(signal.SIGTTOU) == signal.SIG_DFL


def test_ctrl_c_after_a_command_prints_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handlers: list[Any] = []

    def end(_code: int) -> None:
        handlers.append(signal.getsignal(signal.SIGINT))
        raise SystemExit

    monkeypatch.setattr("kistui.cli.main", lambda: 0)
    monkeypatch.setattr("os._exit", end)
    for previous, expected in (
        (signal.default_int_handler, signal.SIG_DFL),
        (signal.SIG_IGN, signal.SIG_IGN),
    ):
        replaced = signal.signal(signal.SIGINT, previous)
        with pytest.raises(SystemExit):
            cli.run_process()
        signal.signal(signal.SIGINT, replaced)
        assert handlers.pop() == expected


@pytest.mark.parametrize("number", HANDLERS, ids=lambda number: number.name)
def test_a_signal_in_a_task_ends_the_command_in_silence(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def connect() -> None:
        signal.raise_signal(number)

    async def read_balance() -> int:
        async with asyncio.TaskGroup() as group:
            group.create_task(connect())
        return 0

    def run(*_arguments: Any) -> int:
        return asyncio.run(read_balance())

    # pytest's handlers would keep asyncio from writing to stderr.
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    assert exit_code_of(run, number, monkeypatch) == 128 + number
    gc.collect()  # asyncio lists a task that ended with an exception when the task is freed
    log = logging.getLogger("asyncio")
    # Tasks that run at the same time end with a group.
    log.error("failed", exc_info=BaseExceptionGroup("tasks", [KeyboardInterrupt()]))
    assert not capsys.readouterr().err
    # The caller's own errors are still logged.
    log.error("failed", exc_info=OSError("of the caller"))
    assert "of the caller" in capsys.readouterr().err


def test_ctrl_c_before_the_language_is_known_ends_the_command_in_silence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def load_translations(_language: str) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("kistui.i18n.load_translations", load_translations)
    assert exit_code_of(lambda: 0, signal.SIGINT, monkeypatch) == cli.EXIT_INTERRUPTED
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("number", HANDLERS, ids=lambda number: number.name)
def test_a_signal_waits_for_no_thread(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that looks up a name where there is no network."""
    is_over = Event()
    steps: list[str] = []

    def look_up() -> None:
        is_over.wait(10)
        steps.append("looked up")

    async def connect() -> int:
        asyncio.get_running_loop().call_soon(signal.raise_signal, number)
        await asyncio.to_thread(look_up)
        return 0

    def run(*_arguments: Any) -> int:
        return signals.run_coroutine(connect())

    monkeypatch.setattr(signals, "BLOCKED_AFTER", 60.0)
    assert exit_code_of(run, number, monkeypatch) == 128 + number
    assert not steps
    is_over.set()


@pytest.mark.parametrize("number", HANDLERS, ids=lambda number: number.name)
@pytest.mark.parametrize("arguments", [["balance"], ["orders"], ["snapshot"], ["token", "issue"]])
def test_a_signal_does_not_lose_a_token_that_was_asked_for(
    account: Simulator,
    arguments: list[str],
    number: signal.Signals,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    issue_token = KisClient.issue_token

    async def issue(client: KisClient, credentials: Credentials) -> AccessToken:
        loop = asyncio.get_running_loop()
        # A shell whose terminal is gone and `timeout` send theirs twice.
        for _ in range(1 if number == signal.SIGINT else 2):
            loop.call_soon(signal.raise_signal, number)
        return await issue_token(client, credentials)

    monkeypatch.setattr(KisClient, "issue_token", issue)
    # A busy machine is not taken for a block.
    monkeypatch.setattr(signals, "BLOCKED_AFTER", 60.0)
    monkeypatch.setattr(signals, "CLOSED_AFTER", 60.0)
    monkeypatch.setattr("sys.stdin", StringIO("yes\n"))
    assert exit_code(arguments, number) == 128 + number
    assert [request.path for request in account.requests] == ["/oauth2/tokenP"]
    (record,) = tmp_path.rglob("tokens/*[0-9a-f].toml")
    assert "[token]" in record.read_text()


def test_a_command_ends_soon_after_a_signal_though_what_it_closes_takes_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signals, "BLOCKED_AFTER", 60.0)
    monkeypatch.setattr(signals, "CLOSED_AFTER", 0.01)
    steps: list[str] = []

    async def close_slowly() -> int:
        asyncio.get_running_loop().call_soon(signal.raise_signal, signal.SIGTERM)
        try:
            await asyncio.sleep(60)
        finally:
            steps.append("close")
            await asyncio.sleep(60)
            steps.append("closed")
        return 0

    def run(*_arguments: Any) -> int:
        return signals.run_coroutine(close_slowly())

    assert exit_code_of(run, signal.SIGTERM, monkeypatch) == 128 + signal.SIGTERM
    assert steps == ["close"]
