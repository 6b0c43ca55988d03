"""Hidden amounts on the command line: by `--hide`, or by the setting `hidden`."""

import json
import re
from pathlib import Path

import pytest

from kistui.cli import main
from kistui.formatting.values import AMOUNT_MASK
from kistui.storage.paths import default_paths

Out = pytest.CaptureFixture[str]
COMMANDS = (["balance"], ["balance", "--all"], ["holdings"], ["holdings", "--lots"])


@pytest.fixture
def amounts(capsys: Out) -> set[str]:
    """Amounts of the demo's account that do not move, in every form that a command prints."""
    summary = json.loads(output_of(["balance", "--format", "json"], capsys))["summary"]
    holdings = json.loads(output_of(["holdings", "--format", "json"], capsys))["holdings"]
    numbers = {summary["dnca_tot_amt"], summary["bfdy_tot_asst_evlu_amt"]}
    numbers |= {holding["pchs_amt"] for holding in holdings if holding["hldg_qty"]}
    average_prices = {round(float(holding["pchs_avg_pric"])) for holding in holdings}
    # A current price stays visible, moves, and may become the average price of another holding.
    prices = [float(holding["prpr"]) for holding in holdings]
    averages_far_from_prices = {
        average
        for average in average_prices
        if all(abs(price - average) > average / 10 for price in prices)
    }
    assert averages_far_from_prices
    numbers |= {average for average in averages_far_from_prices if average > 999}
    return {text for number in numbers for text in (str(number), f"{number:,}")}


def contained(amounts: set[str], text: str) -> list[str]:
    """Return the amounts that occur in a text as whole numbers, not as digits of another."""
    return [
        amount for amount in amounts if re.search(rf"(?<![\d.]){re.escape(amount)}(?!\d)", text)
    ]


def write_setting(value: str) -> None:
    path: Path = default_paths().config_file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"[settings]\nhidden = {value}\n")


def output_of(arguments: list[str], capsys: Out) -> str:
    assert main(["--demo", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_hidden_amounts_are_in_no_output(
    command: list[str], amounts: set[str], capsys: Out
) -> None:
    for output_format in ("table", "json", "csv"):
        arguments = [*command, "--format", output_format]
        shown = output_of(arguments, capsys)
        is_total_only = command[-1] == "--all" and output_format == "table"
        assert is_total_only or any(amount in shown for amount in amounts), output_format
        hidden = output_of([*arguments, "--hide"], capsys)
        assert not contained(amounts, hidden), output_format
        assert (AMOUNT_MASK in hidden) is (output_format == "table")
        assert AMOUNT_MASK not in shown


def test_the_setting_decides_without_an_option(amounts: set[str], capsys: Out) -> None:
    write_setting("true")
    assert not contained(amounts, output_of(["holdings"], capsys))
    shown = output_of(["holdings", "--no-hide"], capsys)
    assert any(amount in shown for amount in amounts)
    assert AMOUNT_MASK in output_of(["balance", "--all"], capsys)


def test_json_says_that_amounts_are_hidden(capsys: Out) -> None:
    assert (
        json.loads(output_of(["balance", "--hide", "--format", "json"], capsys))["hidden"] is True
    )
    assert "hidden" not in json.loads(output_of(["balance", "--format", "json"], capsys))


def test_hidden_average_prices_are_in_no_row(capsys: Out) -> None:
    rows = json.loads(output_of(["holdings", "--format", "json"], capsys))["holdings"]
    hidden = json.loads(output_of(["holdings", "--format", "json", "--hide"], capsys))["holdings"]
    assert all(row["pchs_avg_pric"] is not None for row in rows)
    assert all(row["pchs_avg_pric"] is None for row in hidden)
