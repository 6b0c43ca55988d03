"""`--format tsv` of every command that prints CSV: the same values, one line for a row."""

import csv
from importlib import import_module

import pytest

from kistui.cli import main
from kistui.cli.commands import COMMANDS
from kistui.cli.parser import CommandParser
from kistui.formatting import serialization
from kistui.formatting.serialization import csv_to_tsv
from kistui.i18n import load_translations
from tests.cli.conftest import LAST_YEAR

# What prints other rows than the command alone does.
VARIANTS = (
    ("balance", "--all"),
    ("holdings", "--lots"),
    ("holdings", "--market", "us"),
    ("orders", "--period", "3months"),
    ("profit", "--by", "trade"),
    ("dividends", "--pending"),
    ("dividends", "--year", LAST_YEAR),
    ("allocation", "--by", "account"),
    ("cash", "--hide"),
)


def formats(command: str) -> tuple[str, ...]:
    """Return the choices of a command's `--format`."""
    t = load_translations("en")
    parser = CommandParser(f"kistui {command}", t, command)
    import_module(COMMANDS[command]).add_arguments(parser, t)
    option = parser._option_string_actions.get("--format")  # noqa: SLF001  # no public name
    return tuple(option.choices or ()) if option else ()


LISTS = [name for name in COMMANDS if "csv" in formats(name)]


def test_every_command_with_csv_has_tsv() -> None:
    assert len(LISTS) > 8
    assert [name for name in COMMANDS if "tsv" in formats(name)] == LISTS


@pytest.mark.parametrize("arguments", [*((name,) for name in LISTS), *VARIANTS], ids=" ".join)
def test_tsv_has_the_values_of_the_csv(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
) -> None:
    # Prices of the demo move, so that a second run for the CSV would have other values.
    csv_texts: list[str] = []

    def convert(text: str) -> str:
        csv_texts.append(text)
        return csv_to_tsv(text)

    monkeypatch.setattr(serialization, "csv_to_tsv", convert)
    assert main(["--demo", *arguments, "--format", "tsv"]) == 0
    lines = capsys.readouterr().out.removesuffix("\n").split("\n")
    [text] = csv_texts
    rows = [*csv.reader(text.splitlines())]
    # The demo has no orders on a Sunday, and no dividends on a New Year's Day.
    assert len(rows) > 1 or arguments in {("orders",), ("dividends",)}
    assert [line.split("\t") for line in lines] == rows
