"""`kistui snapshot` and `kistui history`: what is recorded, printed, imported and refused."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from kistui.cli import main
from kistui.clock import KST, system_clock
from kistui.models.account import AccountNumber, Environment, Profile
from kistui.models.history import AssetHistory, CashFlow, DayRecord, business_day
from kistui.models.history_csv import parse_history
from kistui.simulator import Simulator, SimulatorOptions
from kistui.storage.history_store import HistoryStore, history_name

Out = pytest.CaptureFixture[str]
THURSDAY = date(2026, 11, 12)


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "config" / "kistui").mkdir(mode=0o700, parents=True)
    return tmp_path / "state" / "kistui"


def configure(tmp_path: Path, account: str, app_key: str, app_secret: str, *urls: str) -> None:
    """Save a profile a0, a1 … for each server."""
    folder = tmp_path / "config" / "kistui"
    secrets = f'app_key = "{app_key}"\napp_secret = "{app_secret}"\n'
    profile = f'environment = "real"\naccount = "{account}"\nsecrets = "plain"\n'
    (folder / "config.toml").write_text(
        "".join(
            f'[profiles.a{number}]\n{profile}base_url = "{url}"\n'
            for number, url in enumerate(urls)
        )
    )
    (folder / "secrets.toml").write_text(
        "".join(f"[a{number}]\n{secrets}" for number in range(len(urls)))
    )
    (folder / "secrets.toml").chmod(0o600)


@pytest.fixture
def server(state: Path, tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(clock=system_clock) as running:
        configure(
            tmp_path, running.account_number, running.app_key, running.app_secret, running.url
        )
        yield running


@pytest.fixture
def store(state: Path, tmp_path: Path) -> tuple[HistoryStore, str]:
    """Return the store and name of the history of a profile that needs no server."""
    url = "http://127.0.0.1:9"
    configure(tmp_path, "50071234-01", "k" * 36, "s" * 180, url)
    profile = Profile("a0", Environment.REAL, AccountNumber("50071234"), url)
    return HistoryStore(state / "history"), history_name(profile, url)


def fill(store: tuple[HistoryStore, str], *totals: int) -> None:
    """Record Thursday, Friday and, after a gap, the days from Wednesday on."""
    days = [0, 1, 6, 7, 8][: len(totals)]
    records = tuple(
        DayRecord(
            day=THURSDAY + timedelta(days=number),
            total_value=total,
            profit_loss=total // 10,
            purchase_amount=total,
        )
        for number, total in zip(days, totals, strict=True)
    )
    store[0].merge(store[1], AssetHistory(records))


def test_a_snapshot_is_recorded_silently(server: Simulator, state: Path, capsys: Out) -> None:
    assert main(["snapshot"]) == 0
    assert capsys.readouterr() == ("", "")
    (path,) = (state / "history").glob("*.csv")
    (record,) = parse_history(path.read_text()).days
    assert record.day == business_day(system_clock())
    assert record.overseas
    assert "event=history profile=a0 outcome=ok" in (state / "kistui.log").read_text()
    assert main(["balance", "--market", "kr"]) == 0
    assert parse_history(path.read_text()).days == (record,)  # a part does not replace the whole


def test_a_snapshot_that_fails_says_why_and_records_nothing(
    server: Simulator, state: Path, tmp_path: Path, capsys: Out
) -> None:
    with Simulator(SimulatorOptions(scene="refused-secret"), clock=system_clock) as refused:
        urls = (refused.url, server.url)
        configure(tmp_path, server.account_number, server.app_key, server.app_secret, *urls)
        assert main(["snapshot", "--all", "--lang", "en"]) == 3
    out, err = capsys.readouterr()
    assert not out
    assert err.startswith("kistui: a0: ")
    assert len(list((state / "history").glob("*.csv"))) == 1
    log = (state / "kistui.log").read_text()
    assert "profile=a0 outcome=secret_refused" in log
    assert "profile=a1 outcome=ok" in log


def test_a_snapshot_without_the_overseas_part_records_nothing(
    server: Simulator, state: Path, capsys: Out
) -> None:
    from kistui.simulator import error_response

    server.script("inquire-present-balance", error_response("APBK9999", "거절"))
    assert main(["snapshot"]) == 1
    assert capsys.readouterr().err
    assert not (state / "history").exists()


def test_recording_that_is_switched_off_stays_off(
    server: Simulator, state: Path, tmp_path: Path, capsys: Out
) -> None:
    config = tmp_path / "config" / "kistui" / "config.toml"
    config.write_text(f"{config.read_text()}\n[settings]\nhistory = false\n")
    assert main(["snapshot", "--lang", "en"]) == 1
    assert "recording is off" in capsys.readouterr().err
    assert main(["balance", "--market", "all"]) == 0
    assert not (state / "history").exists()


def test_no_account_is_no_success(state: Path, capsys: Out) -> None:
    assert main(["snapshot"]) == main(["snapshot", "--all"]) == 3
    assert "KIS_APP_KEY" in capsys.readouterr().err


def test_the_table_shows_days_gaps_and_changes(
    store: tuple[HistoryStore, str], capsys: Out
) -> None:
    fill(store, 1_000_000, 1_010_000, 1_050_000)
    assert main(["history", "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "1,050,000" in lines[0]
    assert "+5.00%" in lines[0]
    lines = [line.removeprefix("2026-") for line in lines]  # which days of an earlier year have
    days = [line for line in lines if line.startswith("11-")]
    assert [line.split("  ")[0] for line in days] == [
        "11-18 Wed", "11-16 – 11-17", "11-13 Fri", "11-12 Thu",
    ]  # fmt: skip
    assert "no record" in days[1]
    assert "▲ 40,000" in days[0]
    assert "+3.96%" in days[0]
    assert "deposits" in lines[-1]


def test_a_period_is_a_part_of_the_days(store: tuple[HistoryStore, str], capsys: Out) -> None:
    fill(store, 1, 2, 3)
    assert main(["history", "--format", "json", "--from", "2026-11-13", "--to", "2026-11-13"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [day["date"] for day in document["days"]] == ["2026-11-13"]
    assert main(["history", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["missing"] == ["2026-11-16", "2026-11-17"]
    assert document["computed"]["change"] == 2


def test_hidden_amounts_are_in_no_format(store: tuple[HistoryStore, str], capsys: Out) -> None:
    fill(store, 1_234_567, 1_345_678)
    store[0].add_cash_flow(store[1], CashFlow(THURSDAY, 98_765, "house"))
    for form in ("table", "csv", "json"):
        assert main(["history", "--hide", "--format", form]) == 0
        out = capsys.readouterr().out
        assert "11-12" in out
        private = ("1234567", "1,234,567", "98765", "98,765", "111111", "111,111")
        assert not [amount for amount in private if amount in out]
    assert main(["history"]) == 0
    assert "98,765 house" in capsys.readouterr().out


def test_an_export_is_imported_again(
    store: tuple[HistoryStore, str], tmp_path: Path, capsys: Out
) -> None:
    fill(store, 100, 110, 121)
    assert main(["history", "deposit", "2026-11-13", "1,000", "=bonus"]) == 0
    assert main(["history", "withdrawal", "2026-11-18", "10"]) == 0
    before = store[0].read(store[1])
    capsys.readouterr()
    assert main(["history", "--format", "csv"]) == 0
    path = tmp_path / "export.csv"
    path.write_text(capsys.readouterr().out)
    store[0].delete(store[1])
    assert main(["history", "import", str(path), "--lang", "en"]) == 0
    assert "3 of 3 days, and 2 deposits" in capsys.readouterr().err
    assert store[0].read(store[1]) == before
    assert main(["history", "import", str(path), "--lang", "en"]) == 0
    assert "0 of 3 days, and 0 deposits" in capsys.readouterr().err


def test_deposits_are_left_out_of_the_return_and_can_be_removed(
    store: tuple[HistoryStore, str], capsys: Out
) -> None:
    fill(store, 100, 210)
    assert main(["history", "deposit", "2026-11-13", "100"]) == 0
    assert main(["history", "--format", "json"]) == 0
    computed = json.loads(capsys.readouterr().out)["computed"]
    assert computed["time_weighted_return"] == "10.00"
    assert computed["net_deposits"] == 100
    assert main(["history", "deposit", "2026-11-13", "100", "--remove"]) == 0
    assert main(["history", "deposit", "2026-11-13", "100", "--remove"]) == 1
    assert not store[0].read(store[1]).cash_flows


def test_an_empty_history_is_no_failure(store: tuple[HistoryStore, str], capsys: Out) -> None:
    assert main(["history", "--lang", "en"]) == 0
    out, err = capsys.readouterr()
    assert not out
    assert "No records yet" in err
    assert main(["history", "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("kind,date,total,")
    assert main(["history", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["days"] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("date,total\n2026-11-12,1\n2026-11-12,2\n", "line 3"),
        ("date,total\n2999-01-01,1\n", "2999-01-01 is in the future"),
        ("date,total\n2026-11-12,much\n", "line 2"),
        ("day,sum\n", "column date, total is missing"),
    ],
)
def test_a_faulty_import_is_refused_as_a_whole(
    store: tuple[HistoryStore, str], tmp_path: Path, capsys: Out, text: str, message: str
) -> None:
    path = tmp_path / "faulty.csv"
    path.write_text(text)
    assert main(["history", "import", str(path), "--lang", "en"]) == 1
    assert message in capsys.readouterr().err
    assert not store[0].path(store[1]).exists()
    assert main(["history", "import", str(tmp_path / "none.csv"), "--lang", "en"]) == 1
    assert "no such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "yesterday"),
        ("deposit", "2026-11-31", "5"),
        ("deposit", "2026-11-12", "-5"),
        ("deposit", "2026-11-12", "1.5"),
        ("withdrawal", "2999-01-01", "5"),
        ("sell",),
    ],
)
def test_wrong_arguments_are_a_usage_error(
    store: tuple[HistoryStore, str], arguments: tuple[str, ...]
) -> None:
    try:
        assert main(["history", *arguments]) == 2
    except SystemExit as exit_:
        assert exit_.code == 2
    assert not store[0].path(store[1]).exists()


def test_a_deposit_of_today_is_noted(store: tuple[HistoryStore, str]) -> None:
    today = system_clock().astimezone(KST).date()
    assert main(["history", "deposit", today.isoformat(), "5", "a\x1b[2Jb"]) == 0
    assert store[0].read(store[1]).cash_flows == (CashFlow(today, 5, "a[2Jb"),)
