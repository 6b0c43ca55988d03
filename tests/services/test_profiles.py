"""Moving secrets: the store that `config.toml` names holds them at every moment."""

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from kistui.errors import (
    FileReadError,
    FileWriteError,
    KistuiError,
    SecretNotFoundError,
    SecretRemainsError,
)
from kistui.models.account import AccountNumber, Credentials, Environment, Profile, SecretBackend
from kistui.models.calls import APP_KEY_LIMIT
from kistui.models.load_state import Loaded, NotLoaded
from kistui.models.overseas import OverseasBalance
from kistui.models.text import Secret
from kistui.models.totals import (
    AccountOverview,
    Scope,
    compute_headline,
    compute_totals,
    with_overseas,
)
from kistui.services.profiles import ProfileService
from kistui.storage import config
from kistui.storage.paths import AppPaths
from kistui.storage.secrets import EncryptedSecretStore, PlaintextSecretStore
from kistui.storage.shared_turns import SharedTurns
from tests.services.token_stampede import create_profiles
from tests.support import MORNING, FakeClock, make_balance, make_lot

KEYS = Credentials(Secret("k" * 36), Secret("s" * 180))
MAIN = Profile(
    "main", Environment.REAL, AccountNumber("50071234"), secret_backend=SecretBackend.PLAIN
)


@pytest.fixture
def profile_service(tmp_path: Path, clock: FakeClock) -> ProfileService:
    profiles = create_profiles(tmp_path, clock, {})
    profiles.secrets.unlock("open")
    profiles.add(MAIN, KEYS)
    return profiles


def test_a_move_leaves_no_copy_behind(profile_service: ProfileService) -> None:
    moved = profile_service.change_secret_backend(MAIN, SecretBackend.ENCRYPTED)
    assert profile_service.get("main") == moved
    assert profile_service.secrets.read(moved) == KEYS
    with pytest.raises(SecretNotFoundError):
        profile_service.secrets.read(MAIN)


def test_a_move_to_the_same_store_keeps_the_key(profile_service: ProfileService) -> None:
    assert profile_service.change_secret_backend(MAIN, SecretBackend.PLAIN) == MAIN
    assert profile_service.secrets.read(MAIN) == KEYS


def test_a_configuration_that_cannot_be_written_undoes_the_move(
    profile_service: ProfileService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise FileWriteError(path="config.toml", reason="enospc")

    with monkeypatch.context() as patch:
        patch.setattr(config, "update_profile", full)
        with pytest.raises(KistuiError):
            profile_service.change_secret_backend(MAIN, SecretBackend.ENCRYPTED)
    assert profile_service.secrets.read(profile_service.get("main")) == KEYS
    profile_service.secrets.unlock("open")
    moved = profile_service.change_secret_backend(MAIN, SecretBackend.ENCRYPTED)
    assert profile_service.secrets.read(moved) == KEYS


def test_a_move_that_fails_leaves_no_file_behind(
    profile_service: ProfileService, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: object) -> None:
        raise FileWriteError(path="config.toml", reason="enospc")

    def broken(*_: object) -> Credentials:
        raise FileReadError(path="secrets.enc", reason="eio")

    monkeypatch.setattr(config, "update_profile", full)
    with pytest.raises(FileWriteError):
        profile_service.change_secret_backend(MAIN, SecretBackend.ENCRYPTED)
    assert not (tmp_path / "config" / "secrets.enc").exists()
    profile_service.secrets.unlock("open")
    monkeypatch.setattr(EncryptedSecretStore, "read", broken)
    with pytest.raises(FileReadError):
        profile_service.change_secret_backend(MAIN, SecretBackend.ENCRYPTED)
    assert not (tmp_path / "config" / "secrets.enc").exists()


def test_keys_of_a_command_are_copied_and_the_command_stays(
    tmp_path: Path, clock: FakeClock
) -> None:
    profiles = create_profiles(tmp_path, clock, {})
    command = ("printf", f"{KEYS.app_key.reveal()}\\n{KEYS.app_secret.reveal()}\\n")
    profile = Profile(
        "pass",
        Environment.REAL,
        MAIN.account,
        secret_backend=SecretBackend.COMMAND,
        secret_command=command,
    )
    profiles.add(profile, KEYS)
    moved = profiles.change_secret_backend(profile, SecretBackend.PLAIN)
    assert profiles.secrets.read(moved) == KEYS
    assert profiles.get("pass").secret_command == ()


def test_a_profile_is_removed_even_if_its_secrets_cannot_be(
    profile_service: ProfileService, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    profile_service.cache.save_view_state(MAIN, {"sort": "name"})

    def read_only(*_: object) -> None:
        raise FileWriteError(path="secrets.toml", reason="erofs")

    monkeypatch.setattr(PlaintextSecretStore, "remove", read_only)
    with pytest.raises(SecretRemainsError) as caught:
        profile_service.remove(MAIN)
    assert "secrets.toml" in caught.value.details["place"]
    assert profile_service.list_profiles() == ()
    assert profile_service.cache.load_view_state(MAIN) == {}


def test_the_turns_of_an_account_are_deleted_with_its_last_profile(
    profile_service: ProfileService, tmp_path: Path
) -> None:
    second = replace(MAIN, name="second")
    profile_service.add(second, KEYS)
    for profile in (MAIN, second):
        asyncio.run(profile_service.open_session(profile).aclose())
    record_name = profile_service.token_status(MAIN).record_name
    assert record_name
    folder = AppPaths(tmp_path / "config", tmp_path / "state").turns_dir
    turns = SharedTurns(folder, record_name)
    for limit in (MAIN.account.number, APP_KEY_LIMIT):
        turns.take(limit, 1.0)
    profile_service.remove(second)
    assert len(list(folder.iterdir())) == 2
    profile_service.remove(MAIN)
    assert not list(folder.iterdir())


def test_a_token_is_shared_by_a_profile_that_was_never_opened(
    profile_service: ProfileService,
) -> None:
    profile_service.add(replace(MAIN, name="second"), KEYS)
    other_keys = replace(KEYS, app_key=Secret("o" * 36))
    profile_service.add(replace(MAIN, name="third"), other_keys)
    name = profile_service.token_status(MAIN).record_name
    assert name
    for key, other in ((KEYS, False), (other_keys, True)):
        profile_service.replace_credentials(replace(MAIN, name="second"), key)
        second = profile_service.token_status(profile_service.get("second")).record_name
        assert (second != name) is other
    assert second == profile_service.token_status(profile_service.get("third")).record_name


@pytest.mark.parametrize("product_code", ["01", "22", "29"])
def test_a_cached_balance_is_complete_for_an_account_without_overseas_shares(
    profile_service: ProfileService, clock: FakeClock, product_code: str
) -> None:
    profile = replace(MAIN, account=AccountNumber("50071234", product_code))
    profile_service.update(profile)
    balance = replace(make_balance(make_lot()), is_pension=product_code == "29")
    profile_service.cache.save_balance(profile, balance, clock())
    cached = profile_service.cached_balance(profile)
    assert cached is not None
    scope = compute_headline(cached.value).total_value.scope
    assert scope is (Scope.DOMESTIC if product_code == "01" else Scope.WHOLE)


def test_nothing_is_stored_for_a_profile_that_another_process_has_removed(
    tmp_path: Path, clock: FakeClock, profile_service: ProfileService
) -> None:
    balance = with_overseas(make_balance(make_lot()), Loaded(OverseasBalance(), MORNING))
    profile_service.cache.save_balance(MAIN, balance, clock())
    profile_service.cache.save_view_state(MAIN, {"sort": "name"})
    assert profile_service.history.record_refresh(MAIN, balance, clock())
    other_process = create_profiles(tmp_path, clock, {})
    other_process.remove(MAIN, with_history=True)
    for _ in range(2):
        profile_service.cache.save_balance(MAIN, balance, clock())
        profile_service.cache.save_view_state(MAIN, {"sort": "name"})
        assert not profile_service.history.record_refresh(MAIN, balance, clock())
        assert not list((tmp_path / "state" / "balances").glob("*.json"))
        assert profile_service.cache.load_view_state(MAIN) == {}
        assert not profile_service.history.path(MAIN).exists()
        other_account = AccountNumber("50079999", "01")  # of a new profile of the same name
        if not other_process.list_profiles():
            other_process.add(replace(MAIN, account=other_account), KEYS)


def test_no_cached_balance_without_the_passphrase_even_if_the_encrypted_file_is_gone(
    tmp_path: Path, clock: FakeClock, profile_service: ProfileService
) -> None:
    moved = profile_service.change_secret_backend(MAIN, SecretBackend.ENCRYPTED)
    profile_service.cache.save_balance(moved, make_balance(make_lot()), clock())
    (tmp_path / "config" / "secrets.enc").unlink()
    assert create_profiles(tmp_path, clock, {}).cached_balance(moved) is None


def test_a_copy_that_cannot_be_removed_after_a_move_is_reported(
    profile_service: ProfileService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_: object) -> None:
        raise FileWriteError(path="secrets.toml", reason="erofs")

    monkeypatch.setattr(PlaintextSecretStore, "remove", read_only)
    with pytest.raises(SecretRemainsError):
        profile_service.change_secret_backend(MAIN, SecretBackend.ENCRYPTED)
    moved = profile_service.get("main")
    assert moved.secret_backend is SecretBackend.ENCRYPTED
    assert profile_service.secrets.read(moved) == KEYS


def test_an_undone_move_reports_why_it_was_undone(
    profile_service: ProfileService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise FileWriteError(path="config.toml", reason="enospc")

    def read_only(*_: object) -> None:
        raise FileWriteError(path="secrets.enc", reason="erofs")

    monkeypatch.setattr(config, "update_profile", full)
    monkeypatch.setattr(EncryptedSecretStore, "remove", read_only)
    with pytest.raises(FileWriteError) as caught:
        profile_service.change_secret_backend(MAIN, SecretBackend.ENCRYPTED)
    assert caught.value.details["reason"] == "enospc"


def test_saved_profiles_have_the_server_of_the_environment(
    tmp_path: Path, clock: FakeClock
) -> None:
    url = "http://127.0.0.1:9000"
    profiles = create_profiles(
        tmp_path,
        clock,
        {
            "KISTUI_BASE_URL": url,
            "KIS_APP_KEY": "k" * 36,
            "KIS_APP_SECRET": "s" * 180,
            "KIS_ACCOUNT": "50071234-01",
        },
    )
    profiles.secrets.unlock("open")
    profiles.add(MAIN, KEYS)
    assert {profile.base_url for profile in profiles.list_profiles()} == {url}
    assert compute_totals(map(overview, profiles.list_profiles())).accounts == 1
    saved = profiles.get("main")
    profiles.update(replace(saved, account=AccountNumber("50079999")))
    profiles.change_secret_backend(profiles.get("main"), SecretBackend.ENCRYPTED)
    assert url not in profiles.config_file.read_text()
    assert profiles.resolve("main") == profiles.get("main")


def overview(profile: Profile) -> AccountOverview:
    return AccountOverview(profile, NotLoaded())
