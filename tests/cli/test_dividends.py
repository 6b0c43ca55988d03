"""`kistui dividends`: contract, sums, what is unknown, exit codes, private data."""

import csv
import io
from typing import Any

import pytest

from kistui.cli import main
from kistui.formatting.trade_exports import DIVIDEND_FIELDS
from kistui.simulator import Simulator, SimulatorOptions, error_response
from tests.cli.conftest import run_json, use_account
from tests.support import FakeClock

Out = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _a_fixed_day_without_waits(monkeypatch: pytest.MonkeyPatch, clock: FakeClock) -> None:
    """Give the command the simulator's day, and turns at once."""
    monkeypatch.setattr("kistui.cli.trade_lists.system_clock", clock)


def run_dividends(capsys: Out, *arguments: str, code: int = 0) -> Any:
    return run_json(capsys, "dividends", *arguments, code=code)


def test_received_dividends_are_the_contract(account: Simulator, capsys: Out) -> None:
    document = run_dividends(capsys)
    assert list(document) == [
        "profile", "environment", "account", "fetched_at", "from", "to", "by", "state",
        "received_listed", "overseas_listed", "announced_error", "total", "groups", "announced",
        "other_rights",
    ]  # fmt: skip
    assert (document["from"], document["to"]) == ("2026-01-01", "2026-11-23")
    assert (document["state"], document["overseas_listed"]) == ("complete", False)
    assert list(document["groups"][0]) == list(DIVIDEND_FIELDS)
    unknown = [group for group in document["groups"] if group["tax"] is None]
    assert len(unknown) == document["total"]["unknown_taxes"] > 0
    assert all(group["net"] is None for group in unknown)
    assert (document["total"]["tax"], document["total"]["net"]) == (None, None)
    assert account.count_requests("ksdinfo/dividend") == 0


def test_every_grouping_adds_up_to_the_total(account: Simulator, capsys: Out) -> None:
    total = run_dividends(capsys)["total"]["gross"]
    for grouping in ("payment", "day", "month", "year", "item"):
        groups = run_dividends(capsys, "--by", grouping)["groups"]
        assert sum(group["gross"] for group in groups) == total
    items = run_dividends(capsys, "--by", "item")["groups"]
    assert any(item["yield_on_cost"] for item in items)


def test_announced_dividends_are_printed_instead(account: Simulator, capsys: Out) -> None:
    document = run_dividends(capsys, "--pending")
    assert document["groups"] == []
    announced = document["announced"]
    assert {row["state"] for row in announced} == {"announced"}
    assert {True, False} == {row["computed"] for row in announced}
    assert any(row["gross"] is None and row["pay_date"] is None for row in announced)
    computed = next(row for row in announced if row["computed"] and row["gross"])
    assert computed["gross"] == int(computed["per_share"]) * computed["quantity"]


def test_an_earlier_year_is_printed(account: Simulator, capsys: Out) -> None:
    document = run_dividends(capsys, "--year", "2025")
    assert document["groups"]
    assert all(group["pay_date"].startswith("2025-") for group in document["groups"])


def test_a_future_year_is_empty_and_requests_no_rights(account: Simulator, capsys: Out) -> None:
    document = run_dividends(capsys, "--year", "2030")
    assert (document["groups"], document["from"]) == ([], "2030-01-01")
    assert account.count_requests("period-rights") == 0


def test_all_accounts_are_printed_with_their_names(account: Simulator, capsys: Out) -> None:
    (entry,) = run_dividends(capsys, "--all")["accounts"]
    assert (entry["profile"], entry["state"]) == ("env", "complete")
    assert main(["dividends", "--all", "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("profile,environment,account,state,key,")


def test_csv_has_the_documented_columns(account: Simulator, capsys: Out) -> None:
    assert main(["dividends", "--by", "month", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert list(rows[0]) == list(DIVIDEND_FIELDS)
    assert rows[0]["key"] == "2026-11"


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_table_of_received_dividends_explains_its_marks(
    account: Simulator, capsys: Out, lang: str
) -> None:
    for arguments in ((), ("--by", "item"), ("--pending",)):
        assert main(["--lang", lang, "dividends", *arguments]) == 0
        captured = capsys.readouterr()
        assert "해외 배당" in captured.out or "overseas dividends" in captured.out
        assert ("?" in captured.err) is (arguments != ("--pending",))


def test_hidden_amounts_and_account_numbers_are_nowhere(account: Simulator, capsys: Out) -> None:
    document = run_dividends(capsys)
    amounts = {group["gross"] for group in document["groups"] if group["gross"] > 10_000}
    for arguments in ((), ("--by", "month"), ("--pending",)):
        for output_format in ("json", "csv", "table"):
            main(["--debug", "dividends", *arguments, "--hide", "--format", output_format])
            captured = capsys.readouterr()
            text = (captured.out + captured.err).replace(",", "")
            assert not any(str(amount) in text for amount in amounts)
            assert account.account_number[:8] not in text
    assert main(["log"]) == 0
    assert account.account_number[:8] not in capsys.readouterr().out


def test_a_failed_schedule_is_an_exit_code(account: Simulator, capsys: Out) -> None:
    account.script("ksdinfo/dividend", *[error_response("EGW00203")] * 3)
    document = run_dividends(capsys, "--pending", code=1)
    assert (document["state"], document["announced_error"]) == ("partial", "temporary")
    assert document["announced"]  # those of the account's own rights


def test_failed_rights_are_an_error_and_not_an_empty_list(account: Simulator, capsys: Out) -> None:
    account.script("period-rights", *[error_response("EGW00203")] * 3)
    assert main(["dividends"]) == 1
    assert capsys.readouterr().out == ""


def test_dividends_on_paper_are_refused_without_a_call(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    with Simulator(SimulatorOptions(environment="paper"), clock=clock) as simulator:
        use_account(monkeypatch, simulator)
        assert main(["dividends", "--lang", "en"]) == 1
        assert "paper server" in capsys.readouterr().err
        assert simulator.requests == []


def test_a_pension_says_that_its_dividends_are_not_listed(
    account: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    pension = account.accounts[2]
    monkeypatch.setenv("KIS_APP_KEY", pension.app_key)
    monkeypatch.setenv("KIS_APP_SECRET", pension.app_secret)
    monkeypatch.setenv("KIS_ACCOUNT", pension.number)
    document = run_dividends(capsys)
    assert (document["received_listed"], document["groups"]) == (False, [])
    assert main(["dividends", "--lang", "en"]) == 0
    assert "does not list dividends of this kind of account" in capsys.readouterr().out
    assert account.count_requests("period-rights") == 0
