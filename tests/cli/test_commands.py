"""The command line: documented output, errors in sentences, and exit codes."""

import csv
import io
import json
import pkgutil
import subprocess
import sys

import pytest

from kistui import __version__
from kistui.cli import commands, main
from kistui.cli.commands.simulator import simulator_options
from kistui.cli.output import print_progress
from kistui.cli.parser import CommandParser, parse_arguments
from kistui.i18n import load_translations
from kistui.models.balance import BalanceSummary, Lot
from kistui.models.calls import TurnDelayed
from kistui.models.kis_fields import field_specs
from kistui.simulator import Response, Simulator, error_response
from tests.cli.conftest import run_json
from tests.support import BALANCE_ROW, balance_body

Out = pytest.CaptureFixture[str]


def test_balance_json_is_the_contract(account: Simulator, capsys: Out) -> None:
    document = run_json(capsys, "balance")
    assert list(document) == [
        "profile", "environment", "account", "fetched_at", "state", "pages",
        "price_after_hours", "summary", "computed", "total", "overseas",
    ]  # fmt: skip
    assert (document["profile"], document["environment"], document["state"]) == (
        "env",
        "real",
        "fresh",
    )
    assert document["account"] == "5000****-01"
    assert document["fetched_at"].endswith("+09:00")
    assert list(document["summary"]) == [spec.key for spec in field_specs(BalanceSummary)]
    assert isinstance(document["summary"]["tot_evlu_amt"], int)
    assert document["summary"]["asst_icdc_erng_rt"] == "0.00000000"
    assert document["summary"]["fncg_gld_auto_rdpt_yn"] is None
    assert document["computed"]["reconciled"] is True
    assert isinstance(document["computed"]["profit_rate"], str)
    total = document["total"]
    assert total["total_value"] == document["overseas"]["computed"]["total_value"]
    assert total["asset_change"] == document["summary"]["asst_icdc_amt"]
    scopes = [total[f"{name}_scope"] for name in ("total_value", "asset_change", "profit_loss")]
    assert scopes == ["all", "domestic", "all"]


def test_only_the_chosen_market_is_fetched(account: Simulator, capsys: Out) -> None:
    for command in ("balance", "holdings"):
        document = run_json(capsys, command, "--market", "kr")
        assert "overseas" not in document
        assert document["total"]["total_value_scope"] == "domestic"
    assert not any("overseas" in request.path for request in account.requests)


@pytest.mark.parametrize("command", ["balance", "holdings"])
def test_an_overseas_failure_leaves_the_domestic_figures(
    account: Simulator, capsys: Out, command: str
) -> None:
    account.script("inquire-present-balance", *[error_response("APBK9999", "거절")] * 5)
    assert main([command, "--format", "json"]) == 1
    output = capsys.readouterr()
    document = json.loads(output.out)
    total = document["total"]
    assert (total["total_value_scope"], total["profit_loss_scope"]) == ("domestic", "domestic")
    assert total["total_value"] > 0
    assert document["overseas"]["state"] == "failed"
    assert "APBK9999" in output.err


def test_holdings_json_is_the_contract(account: Simulator, capsys: Out) -> None:
    document = run_json(capsys, "holdings")
    first = document["holdings"][0]
    assert first["pdno"] == "005930"
    assert isinstance(first["hldg_qty"], int)
    assert isinstance(first["prpr"], str)
    assert isinstance(first["weight"], str)
    assert list(first["lots"][0]) == [spec.key for spec in field_specs(Lot)]
    assert first["lots"][0]["loan_dt"] is None


def test_lots_are_the_rows_kis_sent(capsys: Out) -> None:
    arguments = ["--demo", "--scene", "credit", "holdings"]
    merged = run_json(capsys, *arguments)["holdings"]
    rows = run_json(capsys, *arguments, "--lots")["lots"]
    assert len(rows) > len(merged)
    assert sum(row["hldg_qty"] for row in rows) == sum(row["hldg_qty"] for row in merged)
    assert any(row["loan_dt"] and row["loan_dt"][4] == "-" for row in rows)


def test_csv_has_every_row_under_the_keys_of_kis(account: Simulator, capsys: Out) -> None:
    assert main(["balance", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 30
    assert rows[0] == {"key": "dnca_tot_amt", "label": "예수금총금액", "value": rows[0]["value"]}
    assert main(["holdings", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 24
    assert {row["market"] for row in rows} == {"kr", "us", "hk", "cn", "jp", "vn"}
    assert rows[0]["prdt_name"] == "삼성전자"
    assert int(rows[0]["hldg_qty"]) > 0


def test_csv_without_holdings_has_its_header(capsys: Out) -> None:
    assert main(["--demo", "--scene", "empty", "holdings", "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("pdno,prdt_name,")


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_table_is_in_the_chosen_language_without_colours(
    account: Simulator, capsys: Out, lang: str
) -> None:
    assert main(["--lang", lang, "balance"]) == 0
    summary = capsys.readouterr().out
    assert main(["holdings", "--lang", lang]) == 0
    holdings = capsys.readouterr().out
    assert ("총평가" in summary) == ("합계 22종목" in holdings) == (lang == "ko")
    assert "\x1b" not in summary + holdings


@pytest.mark.parametrize("scene", ["ordinary", "empty", "many", "credit", "off-hours", "hostile"])
def test_every_account_type_prints_in_every_format(capsys: Out, scene: str) -> None:
    for command in ("balance", "holdings"):
        for form in ("table", "json", "csv"):
            assert main(["--demo", "--scene", scene, command, "--format", form]) == 0
    assert capsys.readouterr().out.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("scene", "code", "words"),
    [
        ("refused-key", 3, "[EGW00103]"),
        ("refused-secret", 3, "[EGW00105]"),
        ("wrong-account", 3, "[OPSQ2000]"),
        ("wrong-environment", 3, "[EGW02004]"),
        ("down", 1, "HTTP 503"),
        ("garbled", 1, "JSON"),
        ("looping", 1, "반복"),
    ],
)
def test_a_failure_is_a_sentence_on_stderr_and_an_exit_code(
    capsys: Out, scene: str, code: int, words: str
) -> None:
    assert main(["--demo", "--scene", scene, "balance", "--format", "json"]) == code
    output = capsys.readouterr()
    assert output.out == ""
    assert words in output.err
    assert output.err.startswith("kistui: ")
    assert "Traceback" not in output.err


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("KIS_APP_KEY", "", "KIS_APP_KEY"),
        ("KIS_APP_SECRET", "short", "앱시크릿: 180자여야 하는데 5자"),
        ("KIS_ACCOUNT", "123", "8자리-2자리"),
        ("KIS_PAPER", "maybe", "KIS_PAPER"),
        ("KISTUI_BASE_URL", "http://u:pw@kis.example", "주소: kis.example"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_is_sent(
    account: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Out,
    name: str,
    value: str,
    words: str,
) -> None:
    monkeypatch.setenv(name, value)
    assert main(["balance"]) == 3
    assert words in capsys.readouterr().err
    assert account.requests == []


def test_paper_keys_call_paper_trs(
    account: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.setenv("KIS_PAPER", "1")
    assert main(["balance"]) == 3  # the simulator is a real one
    assert account.requests[-1].headers["tr_id"] == "VTTC8434R"


def test_the_account_variable_of_other_tools_works_too(
    account: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.delenv("KIS_ACCOUNT")
    monkeypatch.setenv("KIS_ACCOUNT_NUMBER", account.account_number.replace("-", ""))
    assert main(["balance"]) == 0


@pytest.mark.parametrize("arguments", [["--demo", "--scene", "nope", "balance"], ["--scene=nope"]])
def test_an_unknown_scene_lists_the_known_scenes(arguments: list[str], capsys: Out) -> None:
    assert main(arguments) == 2
    assert "ordinary" in capsys.readouterr().err


@pytest.mark.parametrize("scene", ["empty", "ordinary"])
def test_a_scene_without_the_demo_is_refused(account: Simulator, capsys: Out, scene: str) -> None:
    """The figures would be those of the user's account."""
    with pytest.raises(SystemExit):
        main(["--scene", scene, "balance"])
    captured = capsys.readouterr()
    assert (captured.out, account.requests) == ("", [])
    assert "--demo" in captured.err


def test_the_app_has_the_parsers_defaults_without_arguments() -> None:
    """Nothing is parsed then."""
    assert vars(parse_arguments([], load_translations("en"))) == commands.APP_OPTIONS


def test_a_scene_is_accepted_before_and_after_the_command() -> None:
    for arguments in (["--scene", "empty", "simulator"], ["simulator", "--scene", "empty"]):
        options = parse_arguments(arguments, load_translations("en"))
        assert simulator_options(options).scene == "empty", arguments
    options = parse_arguments(["simulator"], load_translations("en"))
    assert simulator_options(options).scene == "ordinary"


def test_without_a_terminal_the_app_names_the_commands_for_scripts(capsys: Out) -> None:
    assert main(["--demo"]) == 2
    assert "kistui balance" in capsys.readouterr().err


def test_wrong_usage_exits_with_2() -> None:
    for arguments in (["nope"], ["balance", "--format", "xml"], ["--lang", "fr"]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2


def test_the_version_is_printed(capsys: Out) -> None:
    for option in ("--version", "-V"):
        assert main([option]) == 0
        assert capsys.readouterr().out == f"kistui {__version__}\n"


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("command", [[], ["balance"], ["holdings"], ["simulator"]])
def test_help_is_in_the_users_language(capsys: Out, lang: str, command: list[str]) -> None:
    assert main([*command, "--lang", lang, "--help"]) == 0
    assert any("가" <= char <= "힣" for char in capsys.readouterr().out) == (lang == "ko")


def python(code: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    return result.stdout


def test_no_command_makes_the_repr_of_a_holding(
    account: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Lot, "__repr__", lambda _: pytest.fail("repr of a lot"))
    assert main(["balance"]) == 0
    assert main(["balance", "--all"]) == 0


def test_json_imports_no_table_and_no_second_command() -> None:
    loaded = python(
        "import sys, kistui.cli.parser, kistui.cli.commands.balance\n"
        "names = ('holdings_view_state', 'holdings_table', 'status', 'cells')\n"
        "dear = ('kistui.formatting.' + name for name in names)\n"
        "print([m for m in (*dear, 'kistui.cli.commands.token', 'filelock', 'tomli_w'"
        ") if m in sys.modules])"
    )
    assert loaded == "[]\n"


def test_help_loads_neither_textual_nor_httpx() -> None:
    loaded = python(
        "import sys, kistui.cli\n"
        "try: kistui.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "print('LOADED', [m for m in ('textual', 'rich', 'httpx', 'asyncio', 'kistui.simulator')"
        " if m in sys.modules])"
    )
    assert loaded.endswith("LOADED []\n")


def test_the_list_of_keys_loads_no_app() -> None:
    loaded = python(
        "import sys, kistui.cli.commands.keys\n"
        "print([m for m in ('textual.app', 'textual.widget') if m in sys.modules])"
    )
    assert loaded == "[]\n"


def test_the_screens_load_without_the_client_and_the_secret_stores() -> None:
    """httpx comes after the first paint, the rest when a profile needs it."""
    loaded = python(
        "import sys, kistui.tui.app, kistui.cli.commands.app\n"
        "late = ('httpx', 'cryptography', 'keyring', 'yaml', 'filelock', 'tomli_w', 'tomlkit',"
        " 'kistui.tui.widgets.inputs', 'kistui.tui.widgets.detail_pane',"
        " 'kistui.formatting.call_log', 'kistui.models.history', 'kistui.models.live_prices')\n"
        "print([m for m in late if m in sys.modules])"
    )
    assert loaded == "[]\n"


def test_a_session_loads_no_orders_before_a_page_shows_them() -> None:
    loaded = python(
        "import sys, kistui.client, kistui.services.session, kistui.services.session_factory\n"
        "parts = ('orders', 'order_list', 'realized_profit', 'profit_report', 'overseas_tax')\n"
        "names = {'kistui.models.' + part for part in parts} | {'kistui.services.trades',"
        " 'kistui.client.orders', 'kistui.client.realized_profit', 'kistui.client.daily_prices'}\n"
        "print(sorted(names & set(sys.modules)))"
    )
    assert loaded == "[]\n"


def test_the_secrets_are_in_no_output(account: Simulator, capsys: Out) -> None:
    token = "eyJ"  # every token begins so
    for arguments in (["balance"], ["holdings", "--format", "json"], ["--help"]):
        try:
            main(arguments)
        except SystemExit:
            pass
    for scene in ("wrong-account", "refused-secret", "dropped"):
        account.set_scene(scene)
        main(["balance"])
    output = capsys.readouterr()
    for secret in (account.app_key, account.app_secret, account.account_number[:8], token):
        assert secret not in output.out + output.err


def test_the_simulator_serves_and_prints_how_to_reach_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "kistui", "simulator", "--paper"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        exports = dict(
            process.stdout.readline().removeprefix("export ").strip().split("=", 1)
            for _ in range(5)
        )
        process.terminate()
        _, stderr = process.communicate(timeout=10)
    assert set(exports) == {
        "KISTUI_BASE_URL", "KIS_APP_KEY", "KIS_APP_SECRET", "KIS_ACCOUNT", "KIS_PAPER",
    }  # fmt: skip
    assert exports["KIS_PAPER"] == "'1'"
    assert "Traceback" not in stderr
    assert process.returncode == 0


def test_only_the_typed_command_is_imported() -> None:
    loaded = python(
        "import sys, kistui.cli\n"
        "kistui.cli.main(['log', '--path'])\n"
        "print('LOADED', [m for m in sys.modules if m.startswith('kistui.cli.commands.')])"
    )
    assert loaded.endswith("LOADED ['kistui.cli.commands.log']\n")


def test_the_parser_of_a_command_that_was_not_typed_can_format() -> None:
    """Python 3.14 asks every parser of a subcommand for its format."""
    parser = CommandParser("kistui balance", load_translations("en"), "", is_typed=False)
    assert parser.format_usage().endswith(" kistui balance\n")


def test_every_command_module_is_registered() -> None:
    modules = {
        module.name for module in pkgutil.iter_modules(commands.__path__, f"{commands.__name__}.")
    }
    assert modules == {*commands.COMMANDS.values(), commands.APP}


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_wait_for_other_programs_is_printed_once(
    capsys: Out, monkeypatch: pytest.MonkeyPatch, is_terminal: bool
) -> None:
    """With the key that cancels it, where somebody can press one."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal)
    t = load_translations("en")
    for waited in (0.0, 1.1, 2.3):
        print_progress(TurnDelayed(waited), t)
    out, err = capsys.readouterr()
    assert (out, err.count("Waiting for this account's next turn")) == ("", 1)
    assert ("Ctrl+C" in err) is is_terminal


@pytest.mark.parametrize(
    "command",
    ["holdings", "holdings --format csv", "balance", "balance --format csv", "balance --all"],
)
def test_an_unreadable_value_is_reported_and_hides_no_other(
    account: Simulator, capsys: Out, command: str
) -> None:
    row = BALANCE_ROW | {"expd_dt": "99999999", "hldg_qty": "1,000"}
    body = json.dumps(balance_body([row, BALANCE_ROW | {"pdno": "000660"}])).encode()
    account.script("/domestic-stock/v1/trading/inquire-balance", Response(body=body))
    assert main([*command.split(), "--lang", "en"]) == 0
    out, err = capsys.readouterr()
    assert "Unreadable values: Expiry date (expd_dt) · Quantity (hldg_qty)" in out + err
    assert ("csv" in command) <= ("Unreadable" in err)
    if "holdings" in command:
        assert "000660" in out


def test_json_lists_unreadable_fields(account: Simulator, capsys: Out) -> None:
    body = json.dumps(balance_body([BALANCE_ROW | {"expd_dt": "x"}])).encode()
    account.script("/domestic-stock/v1/trading/inquire-balance", Response(body=body))
    document = run_json(capsys, "holdings")
    assert document["unreadable"] == ["expd_dt"]
    assert document["holdings"][0]["lots"][0]["expd_dt"] is None


@pytest.mark.parametrize("command", ["balance", "holdings"])
def test_the_price_after_hours_is_an_option(account: Simulator, capsys: Out, command: str) -> None:
    assert run_json(capsys, command)["price_after_hours"] == "close"
    document = run_json(capsys, command, "--price", "integrated")
    assert document["price_after_hours"] == "integrated"
