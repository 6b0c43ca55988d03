"""Run a long session with known secrets, and search everything it left for them."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from kistui import i18n
from kistui.cli.context import open_profiles
from kistui.clock import system_clock
from kistui.models.account import (
    AccountNumber,
    Credentials,
    Environment,
    Profile,
    SecretBackend,
)
from kistui.models.load_state import Loaded
from kistui.simulator import Simulator
from kistui.simulator.options import SimulatorOptions
from kistui.storage.paths import AppPaths
from kistui.storage.themes import DEFAULT_THEME, load_themes
from kistui.tui.app import KistuiApp
from kistui.tui.messages import ProfileSelected
from tests.fork_server import run_forked
from tests.tui.pilot import patch_pilot, screen_text, settle, wait_until

pytestmark = pytest.mark.mostly_waits

ROOT = Path(__file__).parents[1]
KISTUI = [sys.executable, "-m", "kistui"]
STEPS = ("1", "f3", "f3", "2", "enter", "f3", "escape", "3", "4", "5", "enter",
         "6", "enter", "7", "8", "f3", "9", "f3", "tilde", "1")  # fmt: skip
SCENES_OF_FAILURE = ("wrong-account", "dropped", "refused-secret", "garbled", "down")
# A bug of exceptions, with every secret there is in its text and in the local variables on its way.
CRASH = (
    "-c",
    "import os, sys, kistui.client.domestic_balance as domestic\n"
    "from kistui.cli import main\n"
    "def merge_lots(lots):\n"
    "    secrets = dict(os.environ)\n"
    "    raise ValueError(str(secrets))\n"
    "domestic.merge_lots = merge_lots\n"
    "sys.exit(main(['balance', '--debug']))",
)


class Session:
    """A user's folders, the commands run in them, and all their output."""

    def __init__(self, home: Path, simulator: Simulator) -> None:
        self.home = home
        self.simulator = simulator
        self.outputs: list[str] = []
        self.command_lines: list[bytes] = []
        self.environ = {
            **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "LANG": "C.UTF-8",
            "TMPDIR": str(home / "tmp"),
            "KISTUI_BASE_URL": simulator.url,
        }
        (home / "tmp").mkdir()

    def run(
        self, *arguments: str, code: int | None = 0, environ: Mapping[str, str] | None = None
    ) -> str:
        """Run a command in a forked process, which spares its start and KIS's pace."""
        process = run_forked(
            "tests.forked_commands:run_unpaced", arguments, {**self.environ, **(environ or {})}
        )
        outputs = process.stdout.decode(), process.stderr.decode()
        return self._record(arguments, outputs, process.returncode, code)

    def start(
        self,
        *arguments: str,
        stdin: str = "",
        code: int = 0,
        program: Sequence[str] = KISTUI,
        environ: Mapping[str, str] | None = None,
    ) -> str:
        """Run a command as a shell does, and record its command line."""
        process = subprocess.Popen(
            [*program, *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**self.environ, **(environ or {})}, cwd=self.home, text=True,
        )  # fmt: skip
        self.command_lines.append(command_line_of(process))
        outputs = process.communicate(stdin, timeout=60)
        return self._record(arguments, outputs, process.returncode, code)

    def _record(
        self, arguments: Sequence[str], outputs: tuple[str, str], returncode: int, code: int | None
    ) -> str:
        self.outputs += outputs
        assert code is None or returncode == code, (arguments, outputs[1])
        return outputs[0]

    def files(self) -> dict[str, bytes]:
        """Return the contents of all files in the user's home."""
        return {
            str(path.relative_to(self.home)): path.read_bytes()
            for path in self.home.rglob("*")
            if path.is_file() and not path.is_symlink()
        }


def command_line_of(process: "subprocess.Popen[str]") -> bytes:
    """Return what others see of a process, empty if it has ended before."""
    line = b""
    with suppress(OSError):  # there is no /proc
        while not line and process.poll() is None:  # it is empty while the program is replaced
            line = Path(f"/proc/{process.pid}/cmdline").read_bytes()
    return line


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Simulator(SimulatorOptions(), clock=system_clock) as simulator:
        yield Session(tmp_path, simulator)


def by_command(session: Session) -> None:
    simulator = session.simulator
    keys = f"{simulator.app_key}\n{simulator.app_secret}\n"
    session.start(
        "profile",
        "add",
        "main",
        "--account",
        simulator.account_number,
        "--secrets",
        "plain",
        stdin=keys,
    )
    session.run("profile", "list")
    session.run("balance", "--debug")
    session.run("holdings", "--format", "json")
    (session.home / "holdings.csv").write_text(session.run("holdings", "--lots", "--format", "csv"))
    session.run("balance", "--all", "--format", "json")
    for arguments in (["token"], ["token", "--format", "json"], ["status"]):
        session.run(*arguments)
    session.start("status", "--line")
    from_environment = {
        "KIS_APP_KEY": simulator.app_key,
        "KIS_APP_SECRET": simulator.app_secret,
        "KIS_ACCOUNT": simulator.account_number,
    }
    session.run("balance", "--debug", environ=from_environment)
    session.run("doctor", environ=from_environment)
    for scene in SCENES_OF_FAILURE:
        simulator.set_scene(scene)
        session.run("balance", "--debug", code=None)
    simulator.set_scene("ordinary")
    session.run("balance", "--profile", "nobody", code=3)
    session.start(*CRASH, code=1, program=[sys.executable], environ=from_environment)
    session.run("log", "-n", "1000")
    session.run("doctor")
    session.run("doctor", "--format", "json", "--offline")


async def on_screen(session: Session) -> list[str]:
    """Return the texts of each page, the detail, another account, an export and failures."""
    dumps: list[str] = []
    simulator = session.simulator
    locked = Profile(
        "locked",
        Environment.REAL,
        AccountNumber.parse(simulator.account_number),
        base_url=simulator.url,
        secret_backend=SecretBackend.ENCRYPTED,
    )
    paths = AppPaths(session.home / "config" / "kistui", session.home / "state" / "kistui")
    environ = {"KISTUI_BASE_URL": simulator.url}
    with open_profiles(
        SimulatorOptions, app_folders=paths, environ=environ, is_debug=True
    ) as profiles:
        app = KistuiApp(
            profile_service=profiles,
            profile=profiles.resolve("main"),
            t=i18n.load_translations("en"),
            themes=tuple(load_themes().by_name.values()),
            theme=DEFAULT_THEME,
            clock=system_clock,
        )
        async with app.run_test(size=(120, 36)) as pilot:
            await settle(pilot)
            for key in STEPS:
                await pilot.press(key)
                await settle(pilot)
                dumps.append(screen_text(pilot))
            await pilot.press("f8")
            await pilot.pause()
            dumps.append(screen_text(pilot))
            await pilot.press("enter")
            await pilot.pause()
            dumps.append(screen_text(pilot))
            await pilot.press("enter")
            await wait_until(pilot, lambda: len(list(session.home.glob("kistui-*"))) > 0)
            profiles.secrets.unlock("open")
            profiles.add(locked, Credentials.parse(simulator.app_key, simulator.app_secret))
            app.post_message(ProfileSelected(locked))
            await settle(pilot)
            assert isinstance(app.balance_states.get(locked), Loaded)
            dumps.append(screen_text(pilot))
            for scene in SCENES_OF_FAILURE:
                simulator.set_scene(scene)
                await pilot.press("1", "r")
                await settle(pilot)
                dumps.append(screen_text(pilot))
                await pilot.press("5")
                await settle(pilot)
                dumps.append(screen_text(pilot))
    return dumps


def test_no_picture_in_the_repository_holds_a_secret() -> None:
    simulator = Simulator()
    # Every token begins with the header all JWTs share.
    secrets = (simulator.app_key, simulator.app_secret, simulator.account_number[:8], "eyJ")
    pictures = [*ROOT.glob("docs/*.svg"), *ROOT.glob("tests/**/*.svg")]
    assert len(pictures) > 20
    for picture in pictures:
        text = picture.read_text(encoding="utf-8")
        assert not [secret for secret in secrets if secret in text], picture


def tokens_of(files: dict[str, bytes]) -> list[str]:
    texts = [content.decode() for name, content in files.items() if "/tokens/" in name]
    return [match[1] for text in texts for match in re.finditer(r'value = "(.+)"', text)]


async def test_secrets_are_in_their_stores_and_nowhere_else(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    patch_pilot(monkeypatch)
    monkeypatch.setenv("HOME", str(session.home))
    await asyncio.to_thread(by_command, session)
    dumps = await on_screen(session)
    files = session.files()
    tokens = tokens_of(files)
    assert tokens
    account = session.simulator.account_number.replace("-", "")
    number, product = account[:8], account[8:]
    allowed = {
        "app key": {"config/kistui/secrets.toml"},
        "app secret": {"config/kistui/secrets.toml"},
        "token": {
            name for name in files if re.fullmatch(r"state/kistui/tokens/\w{32}\.toml", name)
        },
        # The number is no secret to its owner: it stands in the 0600 configuration.
        "account": {"config/kistui/config.toml"},
    }
    planted = {
        "app key": [session.simulator.app_key],
        "app secret": [session.simulator.app_secret],
        "token": tokens,
        "account": [number, f"{number}-{product}", f"{number[:4]}-{number[4:]}"],
    }
    outputs = {
        "output": "\n".join(session.outputs),
        "screens": "\n".join(dumps),
        "command lines": b"\n".join(session.command_lines).decode(),
    }
    for kind, secrets in planted.items():
        for secret in secrets:
            # The first part of a long one is as bad.
            fragment = secret[:24].encode()
            names_with_secret = {name for name, content in files.items() if fragment in content}
            assert names_with_secret <= allowed[kind], kind
            exceptions = {"command lines"} if kind == "account" else set()
            for name, text in outputs.items():
                assert name in exceptions or fragment.decode() not in text, (kind, name)
    for kind in ("app key", "app secret", "token", "account"):
        assert any(planted[kind][0].encode() in files[name] for name in allowed[kind]), (
            f"the search would not find the {kind}"
        )
    names = " ".join(files)
    assert "kistui.log" in names
    assert "holdings.csv" in names
    assert "secrets.enc" in names
    assert any(name.startswith("kistui-") for name in files), "nothing was exported"
    if Path("/proc/self/cmdline").exists():
        # It waits for the keys; the others may have ended before they are looked at.
        assert b"profile" in session.command_lines[0]
    log = files["state/kistui/kistui.log"].decode()
    assert log.count("event=call") > 20
    assert " params=" in log
    assert "event=crash kind=ValueError" in log
    for path in session.home.rglob("*"):
        if path.is_relative_to(session.home / "state") and path.is_file():
            assert path.stat().st_mode & 0o077 == 0, path
