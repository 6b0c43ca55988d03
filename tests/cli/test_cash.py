"""`kistui cash` and `kistui allocation`: contract, exit codes, hidden amounts, missing parts."""

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest

from kistui.cli import main
from kistui.formatting.cash_exports import ALLOCATION_FIELDS, CASH_FIELDS
from kistui.models.allocation import LISTED_GROUPINGS
from kistui.simulator import Response, Simulator, SimulatorOptions, error_response
from tests.cli.conftest import run_json, use_account
from tests.support import FakeClock

Out = pytest.CaptureFixture[str]


def test_cash_json_is_the_contract(capsys: Out) -> None:
    document = run_json(capsys, "--demo", "cash")
    assert list(document) == [
        "profile", "environment", "account", "fetched_at", "state", "settlement_days", "cash",
        "errors", "not_served",
    ]  # fmt: skip
    assert (document["state"], document["errors"], document["not_served"]) == ("complete", {}, {})
    won, *foreign = document["cash"]
    assert list(won) == list(CASH_FIELDS)
    assert won["currency"] == "KRW"
    deposit, d2, orderable, credit, withdrawable = (
        Decimal(won[name])
        for name in (
            "deposit", "deposit_d2", "orderable", "orderable_with_credit", "withdrawable",
        )
    )  # fmt: skip
    assert Decimal(0) < orderable <= d2
    assert orderable < credit
    assert withdrawable <= deposit
    assert [row["currency"] for row in foreign] == ["USD", "HKD", "JPY", "VND", "CNY"]
    assert all(row["deposit_d1"] is None for row in foreign)


def test_deposits_are_those_of_the_balance(capsys: Out) -> None:
    won, *foreign = run_json(capsys, "--demo", "cash")["cash"]
    balance = run_json(capsys, "--demo", "balance")
    summary = balance["summary"]
    assert [int(won[name]) for name in ("deposit", "deposit_d1", "deposit_d2")] == [
        summary[name] for name in ("dnca_tot_amt", "nxdy_excc_amt", "prvs_rcdl_excc_amt")
    ]
    cash = {row["crcy_cd"]: row["frcr_dncl_amt_2"] for row in balance["overseas"]["cash"]}
    assert {row["currency"]: row["deposit"] for row in foreign} == cash


@pytest.mark.parametrize("by", [by.value for by in LISTED_GROUPINGS])
def test_shares_add_up(capsys: Out, by: str) -> None:
    document = run_json(capsys, "--demo", "allocation", "--by", by)
    assert document["by"] == by
    shares = document["shares"]
    assert list(shares[0]) == list(ALLOCATION_FIELDS)
    amounts = [share["amount"] for share in shares]
    assert sum(amounts) == document["total"] > 0
    assert amounts == sorted(amounts, reverse=True)
    percents = sum((Decimal(share["share"]) for share in shares), Decimal(0))
    # KIS rounds each of its own shares, the classes', to hundredths of a percent.
    rounding = 0 if document["computed"] else Decimal("0.005") * len(shares)
    assert abs(percents - 100) <= rounding


def test_shares_have_the_prices_that_are_asked_for(capsys: Out) -> None:
    document = run_json(capsys, "--demo", "allocation", "--by", "market", "--price", "integrated")
    assert document["price_after_hours"] == "integrated"
    assert (
        run_json(capsys, "--demo", "allocation", "--by", "market")["price_after_hours"] == "close"
    )
    assert main(["--demo", "--lang", "en", "allocation", "--price", "nxt", "--format", "json"]) == 0
    out = capsys.readouterr()
    assert json.loads(out.out)["price_after_hours"] is None
    assert "--price" in out.err


@pytest.mark.parametrize(
    ("arguments", "fields"), [(("cash",), CASH_FIELDS), (("allocation",), ALLOCATION_FIELDS)]
)
def test_csv_has_the_documented_columns(
    capsys: Out, arguments: tuple[str, ...], fields: tuple[str, ...]
) -> None:
    assert main(["--demo", *arguments, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) > 4
    assert list(rows[0]) == list(fields)


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("arguments", [("cash",), ("allocation",), ("cash", "--all")])
def test_the_table_has_the_deposits_and_no_notices(
    capsys: Out, arguments: tuple[str, ...], lang: str
) -> None:
    # The demo trades in market hours, so its deposits are not always the same.
    summary = run_json(capsys, "--demo", "balance")["summary"]
    assert main(["--demo", "--lang", lang, *arguments]) == 0
    out = capsys.readouterr()
    assert f"{summary['prvs_rcdl_excc_amt']:,}" in out.out
    assert out.err == ""


@pytest.mark.parametrize(
    "arguments", [("cash",), ("allocation",), ("allocation", "--by", "market")]
)
@pytest.mark.parametrize("output", ["table", "json", "csv"])
def test_amounts_are_hidden(capsys: Out, arguments: tuple[str, ...], output: str) -> None:
    assert main(["--demo", *arguments, "--hide", "--format", output]) == 0
    out = capsys.readouterr().out
    for amount in ("20423479", "20,423,479", "3120.47", "3,120.47", "18204330"):
        assert amount not in out
    if output == "json":
        assert json.loads(out)["hidden"] is True


def test_before_the_open_the_classes_are_unknown(capsys: Out) -> None:
    assert main(["--demo", "--scene", "off-hours", "--lang", "en", "allocation"]) == 1
    captured = capsys.readouterr()
    assert "None" not in captured.out
    assert "shares are unknown" in captured.err


def test_a_failed_call_leaves_the_rest_and_is_named(account: Simulator, capsys: Out) -> None:
    account.script("inquire-psbl-order", error_response("OPSQ2001"))
    document = run_json(capsys, "cash", code=1)
    assert (document["state"], document["errors"]) == (
        "partial",
        {"buying_power": "request_rejected"},
    )
    assert document["cash"][0]["orderable"] is None
    assert document["cash"][0]["deposit"] == "18204330"


def test_an_overseas_failure_leaves_the_domestic_part(account: Simulator, capsys: Out) -> None:
    account.script("inquire-present-balance", *[error_response("OPSQ2001")] * 2)
    assert main(["cash", "--lang", "en"]) == 1
    captured = capsys.readouterr()
    assert "18,204,330" in captured.out
    assert "overseas failed" in captured.err
    document = run_json(capsys, "allocation", "--by", "currency", code=1)
    assert document["scope"] == "domestic"
    assert [share["key"] for share in document["shares"]] == ["KRW"]


def test_paper_says_what_only_real_accounts_have(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    options = SimulatorOptions(environment="paper")
    with Simulator(options, clock=clock) as simulator:
        use_account(monkeypatch, simulator)
        document = run_json(capsys, "cash")
        assert document["not_served"] == {"currency_margins": "not_on_paper"}
        assert int(document["cash"][0]["orderable"]) > 0
        document = run_json(capsys, "allocation")
        assert document["computed"] is True
        assert sum(share["amount"] for share in document["shares"]) == document["total"] > 0
        assert not any("account-balance" in request.path for request in simulator.requests)
        assert main(["allocation", "--lang", "en"]) == 0
        error = capsys.readouterr().err
        assert "real accounts only" in error
        assert "computed from the balance" in error


def test_classes_of_another_account_type_are_computed(account: Simulator, capsys: Out) -> None:
    kis = run_json(capsys, "allocation")
    account.script("inquire-account-balance", error_response("APAC0489"))
    assert main(["allocation", "--lang", "en"]) == 0
    captured = capsys.readouterr()
    assert "by class*" in captured.out
    assert "type of account" in captured.err
    account.script("inquire-account-balance", error_response("APAC0489"))
    computed = run_json(capsys, "allocation")
    assert (kis["computed"], computed["computed"]) == (False, True)
    shown = {share["key"]: share["amount"] for share in kis["shares"] if share["amount"]}
    assert {share["key"] for share in computed["shares"]} == set(shown)
    for share in computed["shares"]:
        assert abs(share["amount"] - shown[share["key"]]) <= 20


def test_a_pension_has_deposits_only(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    use_account(monkeypatch, simulator)
    pension = next(account for account in simulator.accounts if account.account_type == "pension")
    monkeypatch.setenv("KIS_ACCOUNT", pension.number)
    monkeypatch.setenv("KIS_APP_KEY", pension.app_key)
    monkeypatch.setenv("KIS_APP_SECRET", pension.app_secret)
    document = run_json(capsys, "cash")
    (won,) = document["cash"]
    assert won["deposit"] is not None
    assert (won["orderable"], won["withdrawable"], document["state"]) == (None, None, "complete")
    assert set(document["not_served"]) == {"buying_power", "withdrawable"}


def test_private_data_that_kis_sends_is_nowhere(account: Simulator, capsys: Out) -> None:
    number, phone = "98765432", "01055501234"
    private = {"cano": number, "acct_no": f"{number}01", "ctac_tlno": phone}
    row = {"crcy_cd": "USD", "natn_name": "미국", "frcr_dncl_amt1": "1.00", **private}

    def ok_response(**body: Any) -> Response:
        content = {"rt_cd": "0", "msg_cd": "KIOK0510", "msg1": "", **body}
        return Response(body=json.dumps(content).encode())

    texts = []
    for output in ("json", "csv", "table"):
        account.script("inquire-psbl-order", ok_response(output={"nrcvb_buy_amt": "7", **private}))
        account.script("foreign-margin", ok_response(output=[row]))
        assert main(["--debug", "cash", "--format", output]) == 0
        account.script(
            "inquire-account-balance", ok_response(output1=[{"evlu_amt": "7", **private}] * 20)
        )
        assert main(["--debug", "allocation", "--format", output]) == 0
        captured = capsys.readouterr()
        texts += [captured.out, captured.err]
    assert main(["log"]) == 0
    texts.append(capsys.readouterr().out)
    for secret in (number, phone, account.account_number[:8]):
        assert not any(secret in text for text in texts)
