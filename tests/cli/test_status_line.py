"""`kistui status --line`: the token in one line for a shell prompt, read from the disk alone."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from kistui.cli import main
from kistui.models.text import Secret
from kistui.models.token import AccessToken, Rejection, TokenRecord
from kistui.storage.paths import default_paths
from kistui.storage.token_store import TokenStore, token_record_name

Capture = pytest.CaptureFixture[str]

APP_KEY, APP_SECRET = "k" * 36, "s" * 180
ENVIRONMENT = {"KIS_APP_KEY": APP_KEY, "KIS_APP_SECRET": APP_SECRET, "KIS_ACCOUNT": "50001234-01"}
CONFIG = """\
default = "second"
[profiles.first]
environment = "real"
account = "50001234-01"
secrets = "plain"
[profiles.second]
environment = "paper"
account = "50005678-01"
secrets = "encrypted"
"""
NOW = datetime.now(UTC).replace(microsecond=0)
SOON, LATE = timedelta(minutes=12), timedelta(hours=20)
TOKEN = AccessToken(Secret("eyJ0.body.sign"), NOW, NOW + LATE)
ALIVE = TokenRecord(token=TOKEN, issue_attempted_at=NOW - timedelta(hours=1))
REJECTION = Rejection(NOW, "EGW00123")
RECORDS = {
    "alive": (ALIVE, "20h 0m"),
    "expiring": (replace(ALIVE, token=replace(TOKEN, expires_at=NOW + SOON)), "12m"),
    "expired": (replace(ALIVE, token=replace(TOKEN, expires_at=NOW - SOON)), "expired"),
    "skewed": (replace(ALIVE, measured_skew=timedelta(hours=2, microseconds=3)), "18h 0m"),
    "rejected": (replace(ALIVE, rejection=REJECTION), "rejected"),
    "reissued": (replace(ALIVE, rejection=replace(REJECTION, was_reissued=True)), "rejected"),
    "waiting": (TokenRecord(issue_attempted_at=NOW + timedelta(days=1)), "waiting"),
    "none": (TokenRecord(issue_attempted_at=NOW - timedelta(hours=1)), "none"),
}


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kistui.cli.commands.status.system_clock", lambda: NOW)


def write_config(text: str = CONFIG) -> None:
    path = default_paths().config_file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)


def write_record(record: TokenRecord, profile: str = "second") -> None:
    store = TokenStore(default_paths().tokens_dir)
    store.write(token_record_name("x", profile), record)
    store.link_profile(profile, token_record_name("x", profile))


def record_file(profile: str = "second") -> Path:
    return default_paths().tokens_dir / f"{token_record_name('x', profile)}.toml"


def status_line(capsys: Capture, *arguments: str) -> str:
    """Return the line that the command prints."""
    assert main([*arguments, "status", "--line"]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(("record", "expected"), RECORDS.values(), ids=RECORDS)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_state_of_the_token_has_its_line(
    capsys: Capture, record: TokenRecord, expected: str, language: str
) -> None:
    from kistui.i18n import load_translations

    write_config()
    write_record(record)
    line = status_line(capsys, "--lang", language)
    t = load_translations(language)
    assert line.startswith(f"[{t('environment.paper')}] second ")
    if expected.isalpha():
        expected = t(f"token_state.{expected}")
    elif language == "ko":
        expected = expected.replace("h", "시간").replace("m", "분")
    assert expected in line


def test_the_account_of_the_environment_has_its_line(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    write_record(ALIVE, f"env {token_record_name('', APP_KEY)}")
    line = status_line(capsys)
    assert "20시간 0분" in line
    monkeypatch.setenv("KIS_APP_KEY", "K" * 36)
    assert status_line(capsys) != line


def test_every_change_on_disk_shows_at_once(capsys: Capture) -> None:
    write_config()
    write_record(ALIVE)
    alive = status_line(capsys)
    about, content = record_file().stat(), record_file().read_bytes()
    record_file().write_bytes(content.replace(b"expires_at = 20", b"expires_at = 19"))
    os.utime(record_file(), ns=(about.st_atime_ns, about.st_mtime_ns))
    assert status_line(capsys) != alive
    write_record(RECORDS["rejected"][0])
    assert status_line(capsys) != alive
    write_record(ALIVE)
    write_config(CONFIG.replace('default = "second"', 'default = "first"'))
    assert " first " in status_line(capsys)
    write_config(CONFIG + '[settings]\nlanguage = "en"\n')
    assert "PAPER" in status_line(capsys).upper()


def test_the_line_writes_no_file(capsys: Capture) -> None:
    write_config()
    write_record(ALIVE)
    before = sorted(default_paths().state_dir.rglob("*"))
    status_line(capsys)
    assert sorted(default_paths().state_dir.rglob("*")) == before


def test_a_readable_mode_is_narrowed(capsys: Capture) -> None:
    write_config()
    write_record(ALIVE)
    for path in (default_paths().config_file, record_file()):
        path.chmod(0o644)
        status_line(capsys)
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_closed_output_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    write_config()
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["status", "--line"]) == 1
    sys.stdout.close()  # the null device, which is open until the process ends


def test_the_line_needs_no_heavy_import() -> None:
    write_config()
    write_record(ALIVE)
    code = (
        "import sys; from kistui.cli import main; main(['status', '--line'])\n"
        "heavy = {'asyncio', 'cryptography', 'filelock', 'httpx', 'keyring', 'textual',"
        " 'tomli_w', 'tomlkit', 'yaml'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    completed = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    line, loaded = completed.stdout.splitlines()
    assert "second" in line
    assert loaded == "[]"
