"""`kistui status --line`: said from memory or read from the disk, it is the same."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kistui import cli
from kistui.cli import main
from kistui.models.record import replace
from kistui.models.secret import Secret
from kistui.models.token import AccessToken, Rejection, TokenRecord
from kistui.storage import prompts
from kistui.storage.paths import default_paths
from kistui.storage.token_store import TokenStore, token_record_name

Out = pytest.CaptureFixture[str]
Said = tuple[int, str, str]

KEY, SECRET = "k" * 36, "s" * 180
ENVIRONMENT = {"KIS_APP_KEY": KEY, "KIS_APP_SECRET": SECRET, "KIS_ACCOUNT": "50001234-01"}
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
SOON, LATE = timedelta(minutes=12, seconds=30), timedelta(hours=20, seconds=30)
TOKEN = AccessToken(Secret("eyJ0.body.sign"), NOW, NOW + LATE)
ALIVE = TokenRecord(token=TOKEN, issue_attempted_at=NOW - timedelta(hours=1))
DEATH = Rejection(NOW, "EGW00123")
RECORDS = {
    "alive": ALIVE,
    "expiring": replace(ALIVE, token=replace(TOKEN, expires_at=NOW + SOON)),
    "expired": replace(ALIVE, token=replace(TOKEN, expires_at=NOW - SOON)),
    "skewed": replace(ALIVE, clock_skew=timedelta(hours=2, microseconds=3)),
    "suspect": replace(ALIVE, rejection=DEATH),
    "came back": replace(ALIVE, rejection=replace(DEATH, was_reissued=True)),
    "waiting": TokenRecord(issue_attempted_at=NOW + timedelta(days=1)),
    "none": TokenRecord(issue_attempted_at=NOW - timedelta(hours=1)),
}


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' files are younger than any that an answer is kept of."""
    monkeypatch.setattr(prompts, "SETTLED", -(10**18))


def config_file() -> Path:
    return default_paths().config_file


def write_config(text: str = CONFIG) -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text(text, encoding="utf-8")
    config_file().chmod(0o600)


def write_record(record: TokenRecord, profile: str = "second") -> None:
    store = TokenStore(default_paths().tokens_dir)
    store.write(token_record_name("x", profile), record)
    store.link_profile(profile, token_record_name("x", profile))


def record_file(profile: str = "second") -> Path:
    return default_paths().tokens_dir / f"{token_record_name('x', profile)}.toml"


def say(capsys: Out, *arguments: str) -> Said:
    code = main([*arguments, "status", "--line"])
    told = capsys.readouterr()
    return code, told.out, told.err


def read(capsys: Out, *arguments: str) -> Said:
    """What the disk says, nothing remembered."""
    (default_paths().state_dir / "prompts").unlink(missing_ok=True)
    return say(capsys, *arguments)


def remembered(capsys: Out, *arguments: str) -> Said:
    """What is said where only an answer from memory is let through."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cli, "_run_command", lambda *_: pytest.fail("all was read"))
        return say(capsys, *arguments)


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
@pytest.mark.parametrize("arguments", [[], ["--lang", "en"], ["--profile", "second", "--debug"]])
def test_every_state_is_said_alike(capsys: Out, record: TokenRecord, arguments: list[str]) -> None:
    write_config()
    write_record(record)
    first = read(capsys, *arguments)
    assert first[0] == 0
    assert "second" in first[1]
    assert remembered(capsys, *arguments) == first


def test_the_environments_account_is_said_alike(
    capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    for paper in ("0", "yes"):
        monkeypatch.setenv("KIS_PAPER", paper)
        for language in ("ko_KR.UTF-8", "en_US.UTF-8"):
            monkeypatch.setenv("LANG", language)
            first = read(capsys)
            assert first[0] == 0
            assert remembered(capsys) == first
    write_record(ALIVE, f"env {token_record_name('', KEY)}")
    assert "20:0" in read(capsys)[1]
    first = remembered(capsys)
    monkeypatch.setenv("KIS_APP_KEY", "K" * 36)
    assert say(capsys)[1] != first[1]


def test_several_questions_are_remembered_side_by_side(
    capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config()
    write_record(ALIVE, "first")
    write_record(RECORDS["expired"], "second")
    asked: tuple[list[str], ...] = (
        [],
        ["--profile", "first"],
        ["--profile", "second"],
        ["--lang", "en"],
    )
    told = [say(capsys, *arguments) for arguments in asked]
    assert [remembered(capsys, *arguments) for arguments in asked] == told
    for at in range(prompts.MOST + 3):
        monkeypatch.setenv("LANG", f"ko_{at}")
        say(capsys)
    assert len((default_paths().state_dir / "prompts").read_text().splitlines()) == prompts.MOST


def rewrite(old: str, new: str) -> Callable[[], None]:
    return lambda: write_config(CONFIG.replace(old, new))


def link(path: Path) -> None:
    other = path.with_name("other")
    path.rename(other)
    path.symlink_to(other)


def folder_for_config() -> None:
    config_file().unlink()
    config_file().mkdir()


def other_content_under_the_same_times_and_size() -> None:
    path = record_file()
    about, content = path.stat(), path.read_bytes()
    at = content.index(b"expires_at = ") + len(b"expires_at = ")
    path.write_bytes(content[:at] + b"2001" + content[at + 4 :])
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


def names_file() -> Path:
    return default_paths().tokens_dir / "profiles.toml"


CHANGES: dict[str, Callable[[], object]] = {
    "another default": rewrite('"second"', '"first"'),
    "another account": rewrite("50005678", "50009999"),
    "another world": rewrite("paper", "real"),
    "another name": rewrite("profiles.second", "profiles.third"),
    "a language": rewrite("[profiles.first]", '[settings]\nlanguage = "en"\n[profiles.first]'),
    "another server": rewrite('"encrypted"', '"encrypted"\nbase_url = "https://kis.example"'),
    "a fault": rewrite("paper", "papier"),
    "no configuration": lambda: config_file().unlink(),
    "no bytes": lambda: config_file().write_bytes(b""),
    "not UTF-8": lambda: config_file().write_bytes(b"\xff"),
    "a link": lambda: link(config_file()),
    "a folder": folder_for_config,
    "another token": lambda: write_record(RECORDS["expiring"]),
    "a dead token": lambda: write_record(RECORDS["suspect"]),
    "no token": lambda: record_file().unlink(),
    "a corrupt token": lambda: record_file().write_bytes(b"token ="),
    "a link to a token": lambda: link(record_file()),
    "no names": lambda: names_file().unlink(),
    "corrupt names": lambda: names_file().write_bytes(b"="),
    "same times and size": other_content_under_the_same_times_and_size,
    "nothing remembered": lambda: (default_paths().state_dir / "prompts").write_bytes(b"\xff\t\n"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_changed_is_read_anew(capsys: Out, change: Callable[[], object]) -> None:
    write_config()
    write_record(ALIVE)
    assert read(capsys) == remembered(capsys)
    change()
    told = say(capsys)
    assert told == read(capsys)
    assert told == say(capsys)


def test_a_mode_that_lets_others_read_is_narrowed_as_ever(capsys: Out) -> None:
    write_config()
    write_record(ALIVE)
    told = read(capsys)
    for path in (config_file(), record_file(), default_paths().state_dir / "prompts"):
        path.chmod(0o644)
        assert say(capsys) == told
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_closed_output_is_told_of(capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    write_config()
    assert read(capsys)[0] == 0
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["status", "--line"]) == 1


@pytest.mark.parametrize("at", ["a folder", "a link"])
def test_what_is_no_file_of_ours_is_not_believed(capsys: Out, at: str) -> None:
    write_config()
    told = read(capsys)
    path = default_paths().state_dir / "prompts"
    if at == "a folder":
        path.unlink()
        path.mkdir()
    else:
        link(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kistui.cli.prompt.status_line", lambda *_: pytest.fail("believed"))
        assert say(capsys) == told


@pytest.mark.parametrize(
    "arguments", [["--profile", "nobody"], ["--demo"], ["--demo", "--scene", "x"]]
)
def test_errors_and_the_demo_are_not_remembered(capsys: Out, arguments: list[str]) -> None:
    write_config()
    told = read(capsys, *arguments)
    assert not (default_paths().state_dir / "prompts").exists()
    assert say(capsys, *arguments)[0] == told[0]


def test_what_has_just_been_written_is_not_remembered(
    capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could be written again under the same stamp."""
    monkeypatch.setattr(prompts, "SETTLED", 2 * 10**9)
    write_config()
    read(capsys)
    assert not (default_paths().state_dir / "prompts").exists()


def test_what_is_written_while_it_is_read_is_not_remembered(
    capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config()
    write_record(ALIVE)
    status = TokenStore.status

    def and_change(self: TokenStore, profile: str) -> object:
        found = status(self, profile)
        write_config(CONFIG.replace("paper", "real"))
        return found

    monkeypatch.setattr(TokenStore, "status", and_change)
    read(capsys)
    assert not (default_paths().state_dir / "prompts").exists()


def test_the_file_is_private_and_holds_no_secret(
    capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    write_record(ALIVE, f"env {token_record_name('', KEY)}")
    read(capsys)
    path = default_paths().state_dir / "prompts"
    assert path.stat().st_mode & 0o777 == 0o600
    for secret in (KEY, SECRET, "50001234", TOKEN.value.reveal()):
        assert secret not in path.read_text()


@pytest.mark.parametrize(
    "environ",
    [
        {"HOME": "/home/me"},
        {"HOME": "/"},
        {"HOME": "/home/me/", "XDG_CONFIG_HOME": "/etc/me", "XDG_STATE_HOME": "/var/me/"},
        {"HOME": "/home/me", "XDG_CONFIG_HOME": ""},
    ],
)
def test_the_folders_are_those_of_platformdirs(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]
) -> None:
    from platformdirs.unix import Unix

    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    theirs = Unix("kistui", appauthor=False)
    assert default_paths().config_dir == theirs.user_config_path
    assert default_paths().state_dir == theirs.user_state_path


@pytest.mark.parametrize("environ", [{"XDG_STATE_HOME": "here"}, {"HOME": "here"}])
def test_folders_that_are_not_absolute_are_left_to_platformdirs(
    capsys: Out, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert prompts.Question.of([], os.environ, 0, "") is None


def test_a_remembered_line_imports_next_to_nothing() -> None:
    write_config()
    write_record(ALIVE)
    code = (
        "import sys; before = set(sys.modules)\n"
        "from kistui.cli import main; from kistui.storage import prompts\n"
        "prompts.SETTLED = -10**18\n"
        "main(['status', '--line'])\n"
        "dear = {'argparse', 'dataclasses', 'datetime', 'enum', 'pathlib', 're', 'tomllib'}\n"
        "print(sorted((set(sys.modules) - before) & (dear | {'hashlib', 'typing'})))"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

    def said() -> list[str]:
        done = subprocess.run(
            [sys.executable, "-S", "-c", code],
            env=environ,
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
        return done.stdout.splitlines()

    line, loaded = said()
    assert "tomllib" in loaded
    assert said() == [line, "[]"]
