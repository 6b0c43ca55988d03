"""`kistui export`: files for other trackers, what they leave out, exit codes, private data."""

import csv
import io
import json
from collections import Counter
from decimal import Decimal

import pytest

from kistui.cli import main
from kistui.formatting.trackers import Tracker
from kistui.simulator import Simulator, SimulatorOptions, error_response
from kistui.simulator.services.domestic_orders import EMPLOYEE, IP_ADDRESS, PHONE_NUMBER
from tests.cli.conftest import use_account
from tests.support import FakeClock, load_ledger

Out = pytest.CaptureFixture[str]


def export(capsys: Out, *arguments: str, code: int = 0) -> str:
    assert main(["--demo", "--lang", "en", "export", *arguments]) == code
    return capsys.readouterr().out


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("options", [(), ("--list", "holdings")])
def test_beancount_accepts_a_year_and_the_holdings(capsys: Out, options: tuple[str, ...]) -> None:
    entries, errors = load_ledger(export(capsys, "beancount", *options))
    assert errors == []
    assert len(entries["Transaction"]) > 15


def test_the_profit_in_beancount_is_that_of_kis(capsys: Out) -> None:
    """Domestic gains less the costs of sales are KIS's realised profit of the days before today."""
    days = ("--from", "2026-10-02", "--to", "2026-10-31")
    entries, _ = load_ledger(export(capsys, "beancount", "--list", "trades", *days))
    profit = Decimal(0)
    for entry in entries["Transaction"]:
        if any(
            posting.account.endswith(":Gains") and posting.units.currency == "KRW"
            for posting in entry.postings
            if posting.units
        ):
            profit -= sum(
                posting.units.number or 0
                for posting in entry.postings
                if posting.units and posting.account.split(":")[0] in ("Income", "Expenses")
            )
    assert main(["--demo", "profit", *days, "--by", "trade", "--market", "kr",
                 "--format", "json"]) == 0  # fmt: skip
    assert profit == json.loads(capsys.readouterr().out)["total"]["profit"]


def test_every_fill_is_a_trade_once(capsys: Out) -> None:
    trades = rows(export(capsys, "portfolio-performance"))
    assert main(["--demo", "orders", "--period", "year", "--format", "csv"]) == 0
    orders = rows(capsys.readouterr().out)
    filled: Counter[tuple[str, str]] = Counter()
    for order in orders:
        filled[order["code"], order["side"].title()] += int(Decimal(order["filled"]))
    listed: Counter[tuple[str, str]] = Counter()
    for trade in trades:
        listed[trade["Ticker Symbol"], trade["Type"]] += int(Decimal(trade["Shares"]))
    assert +listed == +filled  # fractions are in the list of trades alone
    assert {trade["Transaction Currency"] for trade in trades} >= {"KRW", "USD", "HKD"}


def test_holdings_are_those_of_the_balance(capsys: Out) -> None:
    held = rows(export(capsys, "portfolio-performance", "--list", "holdings"))
    assert main(["--demo", "holdings", "--format", "csv"]) == 0
    listed = [row for row in rows(capsys.readouterr().out) if Decimal(row["hldg_qty"] or 1)]
    assert len(held) == len(listed)


@pytest.mark.usefixtures("trading")
@pytest.mark.parametrize("tracker", [tracker.value for tracker in Tracker])
def test_notes_name_what_kis_does_not_send(capsys: Out, tracker: str) -> None:
    assert main(["--lang", "en", "export", tracker, "--period", "month"]) == 0
    err = capsys.readouterr().err
    assert "Purchases before" in err
    assert "no fees and taxes for" in err
    assert ("no overseas dividends" in err) == (tracker != "portfolio-performance")
    assert ("GF_" in err) == (tracker == "ghostfolio")


def test_hidden_amounts_are_refused_before_a_call(account: Simulator, capsys: Out) -> None:
    assert main(["export", "ghostfolio", "--hide", "--lang", "en"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "--no-hide" in captured.err
    assert account.requests == []


def test_a_failed_overseas_part_is_an_exit_code(trading: Simulator, capsys: Out) -> None:
    trading.script("trading/inquire-ccnl", *[error_response("EGW00203")] * 3)
    days = ("--from", "2026-11-23", "--to", "2026-11-23")
    assert main(["export", "beancount", *days, "--lang", "en"]) == 1
    captured = capsys.readouterr()
    assert "KR." in captured.out
    assert "verseas" in captured.err


def test_paper_has_trades_without_costs(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    with Simulator(SimulatorOptions(environment="paper"), clock=clock) as simulator:
        use_account(monkeypatch, simulator)
        assert main(["export", "beancount", "--lang", "en"]) == 0
        captured = capsys.readouterr()
        assert "does not list domestic orders" in captured.err
        assert "Taxes" not in captured.out
        assert main(["export", "beancount", "--list", "dividends", "--lang", "en"]) == 1
        assert "paper server" in capsys.readouterr().err


@pytest.mark.parametrize("tracker", [tracker.value for tracker in Tracker])
@pytest.mark.parametrize("options", [(), ("--list", "holdings")])
def test_an_export_and_its_log_have_no_private_data(
    account: Simulator, capsys: Out, tracker: str, options: tuple[str, ...]
) -> None:
    assert main(["--debug", "export", tracker, *options, "--period", "month"]) == 0
    captured = capsys.readouterr()
    for secret in (PHONE_NUMBER, IP_ADDRESS, EMPLOYEE, account.account_number[:8]):
        assert secret not in captured.out + captured.err
