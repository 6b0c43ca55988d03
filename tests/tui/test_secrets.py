"""No file, screen or output of a session holds a secret, and neither does this repository."""

import asyncio
import io
import sys
from pathlib import Path

import pytest

from kistui.cli import main
from kistui.models.account import AccountNumber, Credentials, Environment, Profile, SecretBackend
from kistui.services.profiles import ProfileService
from kistui.simulator import Simulator
from kistui.tui.messages import ProfileSelected
from tests.support import FakeClock
from tests.tui.conftest import MakeApp
from tests.tui.pilot import settle

ROOT = Path(__file__).parents[2]


def secrets_of(simulator: Simulator) -> list[str]:
    # Every token begins with the header all JWTs share.
    return [simulator.app_key, simulator.app_secret, simulator.account_number[:8], "eyJ0", "eyJh"]


async def test_a_long_session_leaves_secrets_only_in_their_stores(
    make_app: MakeApp,
    clock: FakeClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    screens: list[str] = []
    with Simulator(clock=clock) as simulator:
        environ = {"KISTUI_BASE_URL": simulator.url}
        monkeypatch.setenv("KISTUI_BASE_URL", simulator.url)
        app = make_app(demo=True, environ=environ)
        profile_service = app.profile_service
        assert isinstance(profile_service, ProfileService)
        profile_service.unlock("open")
        profile = Profile(
            "main",
            Environment.REAL,
            AccountNumber.parse(simulator.account_number),
            secret_backend=SecretBackend.ENCRYPTED,
        )
        profile_service.add(profile, Credentials.parse(simulator.app_key, simulator.app_secret))
        async with app.run_test(size=(120, 36)) as pilot:
            await settle(pilot)
            app.post_message(ProfileSelected(profile))
            for keys in (
                ["2"], ["1"], ["r"], ["4"], ["escape"], ["3"], ["escape"], ["8"], ["f3"], ["9"],
                ["f3"], ["1"],
            ):  # fmt: skip
                await pilot.press(*keys)
                await settle(pilot)
                screens.append(app.export_screenshot())
            for scene in ("wrong-account", "dropped", "refused-secret", "garbled"):
                simulator.set_scene(scene)
                await pilot.press("r")
                await settle(pilot)
                screens.append(app.export_screenshot())
        clock.advance(minutes=2)
        simulator.set_scene("wrong-account")
        lines = f"{simulator.app_key}\n{simulator.app_secret}\n"
        monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
        await asyncio.to_thread(
            main,
            [
                "profile",
                "add",
                "plain",
                "--account",
                simulator.account_number,
                "--secrets",
                "plain",
            ],
        )
        for arguments in (
            ["balance"],
            ["holdings", "--profile", "plain"],
            ["token", "issue"],
            ["token", "--format", "json"],
            ["status"],
            ["profile", "list"],
        ):
            await asyncio.to_thread(main, arguments)
        output = capsys.readouterr()
        chosen_files = {"secrets.toml"}
        tokens = [path for path in tmp_path.rglob("tokens/*.toml") if path.name != "profiles.toml"]
        assert tokens
        for path in tokens:
            assert path.stat().st_mode & 0o777 == 0o600
            assert not [key for key in secrets_of(simulator)[:3] if key in path.read_text()]
        files = [
            path.read_text(errors="replace")
            for path in tmp_path.rglob("*")
            if path.is_file() and path.name not in chosen_files and path not in tokens
        ]
        in_config = {simulator.account_number[:8]}  # the account number, in a 0600 file
        for secret in secrets_of(simulator):
            assert not any(secret in text for text in screens)
            assert secret not in output.out + output.err
            assert secret in in_config or not any(secret in text for text in files), secret


def test_no_picture_in_the_repository_holds_a_secret() -> None:
    pictures = [*ROOT.glob("docs/*.svg"), *ROOT.glob("tests/**/*.svg")]
    assert len(pictures) > 20
    for picture in pictures:
        text = picture.read_text(encoding="utf-8")
        assert not [secret for secret in secrets_of(Simulator()) if secret in text], picture
