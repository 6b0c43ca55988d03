"""A signal ends a command with its own exit code, wherever Python is when it comes."""

import signal
from typing import Any

import pytest

from kistui import cli

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


@pytest.mark.parametrize("number", HANDLERS, ids=lambda number: number.name)
def test_a_signal_while_a_class_is_created_ends_the_command(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*_arguments: Any) -> int:
        type("Imported", (), {"attribute": RaisesSignal(number)})
        return 0

    monkeypatch.setattr("kistui.cli.commands.status.run", run)
    # A shell that starts the tests in the background lets them ignore SIGINT.
    previous_handler = signal.signal(number, HANDLERS[number])
    try:
        code = cli.main(["status"])
    except SystemExit as error:
        assert isinstance(error.code, int)
        code = error.code
    finally:
        signal.signal(number, previous_handler)
    assert code == 128 + number
    assert "RuntimeError" not in capsys.readouterr().err
