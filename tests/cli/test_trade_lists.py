"""`kistui orders`, `profit` and `tax`: contract, filters, ranges, exit codes, private data."""

import csv
import io
import re
from decimal import Decimal

import pytest

from kistui.cli import main
from kistui.formatting.trade_exports import ORDER_FIELDS, PROFIT_FIELDS, TAX_FIELDS
from kistui.i18n import load_translations
from kistui.simulator import Simulator, SimulatorOptions, error_response
from kistui.simulator.services.domestic_orders import EMPLOYEE, IP_ADDRESS, PHONE_NUMBER
from tests.cli.conftest import LAST_YEAR, run_json, use_account
from tests.support import FakeClock

Out = pytest.CaptureFixture[str]

COMMANDS = (
    ("orders", "--period", "3months"),
    ("profit", "--period", "year"),
    ("tax", "--year", LAST_YEAR),
)


@pytest.mark.usefixtures("trading")
def test_orders_json_is_the_contract(capsys: Out) -> None:
    document = run_json(capsys, "orders")
    assert list(document) == [
        "profile", "environment", "account", "fetched_at", "from", "to", "state",
        "domestic_listed", "missing_days", "overseas_error", "estimated_costs", "fills_known",
        "orders",
    ]  # fmt: skip
    assert (document["state"], document["fills_known"]) == ("complete", False)
    assert document["from"] == document["to"]
    first = document["orders"][0]
    assert list(first) == list(ORDER_FIELDS)
    assert first["ordered_at"].endswith("+09:00")
    assert {order["state"] for order in document["orders"]} >= {"open", "filled", "rejected"}


@pytest.mark.usefixtures("trading")
def test_orders_are_filtered(capsys: Out) -> None:
    for arguments, key, values in (
        (("--side", "sell"), "side", {"sell"}),
        (("--market", "hk"), "market", {"hk"}),
        (("--open",), "state", {"open", "partly_filled"}),
        (("--item", "ㅅㅅㅈㅈ"), "code", {"005930"}),
    ):
        orders = run_json(capsys, "orders", "--period", "year", *arguments)["orders"]
        assert orders
        assert {order[key] for order in orders} <= values


def test_profit_json_is_the_contract(capsys: Out) -> None:
    document = run_json(capsys, "--demo", "profit", "--year", "2026", "--by", "item")
    assert list(document) == [
        "profile", "environment", "account", "fetched_at", "from", "to", "by", "state",
        "overseas_error", "total", "differences", "groups",
    ]  # fmt: skip
    assert document["from"] == "2026-01-01"
    assert document["differences"] == []
    assert list(document["groups"][0]) == list(PROFIT_FIELDS)
    profits = [group["profit"] for group in document["groups"]]
    assert profits == sorted(profits, reverse=True)
    assert sum(profits) == document["total"]["profit"]


def test_a_wrong_total_is_reported_and_no_failure(capsys: Out) -> None:
    assert main(["--demo", "--scene", "wrong-sums", "--lang", "en", "profit"]) == 0
    assert "77,700" in capsys.readouterr().err
    document = run_json(capsys, "--demo", "--scene", "wrong-sums", "profit")
    assert [check["difference"] for check in document["differences"]] == ["77700"]


def test_tax_json_is_the_contract(capsys: Out) -> None:
    document = run_json(capsys, "--demo", "tax", "--year", "2026")
    assert list(document) == [
        "profile", "environment", "account", "fetched_at", "year", "method", "is_estimate",
        "deduction", "tax_percent", "purchases_since", "sales_without_cost", "unverified_items",
        "unsettled_sales",
        "total", "sales",
    ]  # fmt: skip
    assert (document["is_estimate"], document["deduction"]) == (True, 2_500_000)
    assert list(document["sales"][0]) == list(TAX_FIELDS)
    settled = [sale for sale in document["sales"] if sale["settled"]]
    assert len(document["sales"]) - len(settled) == document["unsettled_sales"]
    assert sum(sale["gain"] for sale in settled) == document["total"]["gain"]
    assert all(
        sale["proceeds"] is None and sale["exchange_rate"] is None
        for sale in document["sales"]
        if not sale["settled"]
    )


@pytest.mark.parametrize(
    ("arguments", "fields"),
    zip(COMMANDS, (ORDER_FIELDS, PROFIT_FIELDS, TAX_FIELDS), strict=True),
)
def test_csv_has_the_documented_columns(
    capsys: Out, arguments: tuple[str, ...], fields: tuple[str, ...]
) -> None:
    assert main(["--demo", *arguments, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) > 10
    assert list(rows[0]) == list(fields)


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_table_has_rows_and_no_colours_in_a_pipe(
    capsys: Out, arguments: tuple[str, ...], lang: str
) -> None:
    assert main(["--demo", "--lang", lang, *arguments]) == 0
    out = capsys.readouterr().out
    assert len(out.splitlines()) > 10
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) <= 200


@pytest.mark.parametrize("arguments", COMMANDS)
def test_hidden_amounts_are_in_no_format(capsys: Out, arguments: tuple[str, ...]) -> None:
    document = run_json(capsys, "--demo", *arguments)
    rows = document.get("orders") or document.get("groups") or document["sales"]
    names = ("filled_amount", "profit", "gain", "proceeds", "sold", "cost")
    amounts = {
        abs(int(Decimal(row[name]))) for row in rows for name in names if row.get(name)
    } - set(range(10_000))
    assert amounts
    for output_format in ("json", "csv", "table"):
        main(["--demo", *arguments, "--hide", "--format", output_format])
        captured = capsys.readouterr()
        text = (captured.out + captured.err).replace(",", "")
        for amount in amounts:
            assert str(amount) not in text, (output_format, amount)


def test_private_data_of_orders_is_nowhere(account: Simulator, capsys: Out) -> None:
    day = ("--from", "2026-11-23", "--to", "2026-11-23")
    assert main(["--debug", "orders", *day, "--format", "json"]) == 0
    captured = capsys.readouterr()
    assert main(["log"]) == 0
    text = captured.out + captured.err + capsys.readouterr().out
    for secret in (PHONE_NUMBER, IP_ADDRESS, EMPLOYEE, account.account_number[:8]):
        assert secret not in text


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("orders", "--from", "2026-11-23", "--to", "2026-11-01"), "range_invalid"),
        (("orders", "--to", "2026-11-01"), "to_without_from"),
        (("orders", "--period", "week", "--from", "2026-11-01"), "range_two"),
        (("profit", "--year", "2026", "--period", "week"), "range_two"),
    ],
)
def test_contradictory_ranges_are_wrong_usage(
    capsys: Out, arguments: tuple[str, ...], reason: str
) -> None:
    assert main(["--demo", "--lang", "en", *arguments]) == 2
    reason = load_translations("en")(f"cli.{reason}")
    assert capsys.readouterr().err.startswith(f"kistui: {reason}")


@pytest.mark.parametrize("arguments", [("orders", "--from", "23.11.2026"), ("tax", "--year", "26")])
def test_an_invalid_day_is_wrong_usage(arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--demo", *arguments])
    assert caught.value.code == 2


def test_an_empty_list_is_a_success(capsys: Out) -> None:
    assert main(["--demo", "--scene", "empty", "--lang", "en", "orders"]) == 0
    assert "No orders" in capsys.readouterr().out
    assert main(["--demo", "--scene", "empty", "--lang", "en", "profit"]) == 0
    assert "No realised profit" in capsys.readouterr().out
    assert main(["--demo", "--scene", "empty", "--lang", "en", "tax"]) == 0
    assert "No overseas sales" in capsys.readouterr().out


def test_a_failed_overseas_part_is_an_exit_code(trading: Simulator, capsys: Out) -> None:
    trading.script("trading/inquire-ccnl", *[error_response("EGW00203")] * 3)
    document = run_json(capsys, "orders", "--from", "2026-11-23", "--to", "2026-11-23", code=1)
    assert (document["state"], document["overseas_error"]) == ("partial", "temporary")
    assert document["orders"]


def test_paper_says_what_it_lacks(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    with Simulator(SimulatorOptions(environment="paper"), clock=clock) as simulator:
        use_account(monkeypatch, simulator)
        assert main(["orders", "--lang", "en"]) == 0
        assert "does not list domestic orders" in capsys.readouterr().err
        before = len(simulator.requests)
        assert main(["profit", "--lang", "en"]) == 1
        assert "paper server" in capsys.readouterr().err
        assert not any("profit" in request.path for request in simulator.requests[before:])


def test_all_accounts_are_listed_with_their_errors(capsys: Out) -> None:
    document = run_json(capsys, "--demo", "orders", "--all")
    assert [entry["profile"] for entry in document["accounts"]] == ["demo"]
    assert main(["--demo", "orders", "--all", "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("profile,environment,account,ordered_at,")


@pytest.mark.parametrize("command", ["orders", "profit"])
def test_days_before_kis_has_any_are_refused(capsys: Out, command: str) -> None:
    assert main(["--demo", command, "--from", "0001-01-01", "--lang", "en"]) == 2
    assert "2000-01-01" in capsys.readouterr().err


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_terminal_shows_the_progress_of_a_read(
    is_terminal: bool, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal)
    assert main(["--demo", "orders", "--period", "month", "--format", "csv", "--lang", "en"]) == 0
    output = capsys.readouterr()
    assert output.out.startswith("ordered_at,")
    counts = re.findall(r"([0-9]+) of ([0-9]+) parts of the period fetched", output.err)
    assert bool(counts) is is_terminal
    if is_terminal:
        assert counts[-1][0] == counts[-1][1]
        # The line is blank again before anything else is printed.
        assert re.search(r"fetched\r +\r(?!.*fetched)", output.err, re.DOTALL)


def test_an_empty_filtered_list_is_not_reported_as_an_empty_period(capsys: Out) -> None:
    for arguments, key in (
        (["--period", "week", "--item", "zzz"], "orders.none_match"),
        (["--from", "2024-01-06", "--to", "2024-01-07"], "orders.none"),
    ):
        assert main(["--demo", "orders", "--lang", "ko", *arguments]) == 0
        assert load_translations("ko")(key) in capsys.readouterr().out
