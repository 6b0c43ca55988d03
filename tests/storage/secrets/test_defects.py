"""Damaged or odd input never loses a key, and raises only errors that screens catch."""

import os
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend

from kistui.errors import (
    CorruptSecretsError,
    SecretCommandError,
    SecretNotFoundError,
    UnsafeFileError,
    WrongPassphraseError,
)
from kistui.models.account import Credentials
from kistui.models.text import Secret
from kistui.storage.paths import AppPaths
from kistui.storage.secrets import (
    CommandSecretStore,
    EncryptedSecretStore,
    KeyringSecretStore,
    PlaintextSecretStore,
    copy_credentials,
)

CREDENTIALS = Credentials(Secret("k" * 36), Secret("s" * 180))
OTHER_CREDENTIALS = Credentials(Secret("q" * 36), Secret("t" * 180))


@pytest.fixture
def folders(tmp_path: Path) -> AppPaths:
    return AppPaths(tmp_path / "config", tmp_path / "state")


class OneEntry(KeyringBackend):
    """A keyring that holds the same text under every name."""

    priority = 1
    text = ""

    def get_password(self, service: str, username: str) -> str | None:
        return self.text

    def set_password(self, service: str, username: str, password: str) -> None:
        self.text = password


@pytest.fixture
def restored() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def test_a_target_that_stores_another_value_is_emptied(
    folders: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = PlaintextSecretStore(folders), EncryptedSecretStore(folders)
    target.unlock("open")
    source.write("a", CREDENTIALS)
    with monkeypatch.context() as patch:
        patch.setattr(target, "read", lambda _profile: OTHER_CREDENTIALS)
        with pytest.raises(CorruptSecretsError):
            copy_credentials("a", source, target)
    assert source.read("a") == CREDENTIALS
    with pytest.raises(SecretNotFoundError):
        target.read("a")


DEEP = 100_000


def test_files_nested_without_end_are_corrupt(folders: AppPaths) -> None:
    folders.config_dir.mkdir()
    folders.plaintext_secrets_file.write_text("a=" + "[" * DEEP)
    folders.encrypted_secrets_file.write_text("[" * DEEP)
    with pytest.raises(CorruptSecretsError):
        PlaintextSecretStore(folders).read("a")
    with pytest.raises(CorruptSecretsError):
        EncryptedSecretStore(folders).unlock("open")


def test_output_nested_without_end_is_bad_output(tmp_path: Path) -> None:
    output = tmp_path / "output"
    output.write_text('{"a":' * DEEP)
    with pytest.raises(SecretCommandError):
        CommandSecretStore(["cat", str(output)]).read("a")


def test_a_passphrase_that_is_no_text_is_wrong_and_in_no_error(folders: AppPaths) -> None:
    store = EncryptedSecretStore(folders)
    with pytest.raises(WrongPassphraseError) as caught:
        store.unlock("topsecret\udcff")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert store.is_locked


@pytest.mark.parametrize(
    "text", ['{"app_key": 1, "app_secret": 2}', "[]", "x", pytest.param("[" * DEEP, id="deep")]
)
def test_a_foreign_keyring_entry_counts_as_missing(
    restored: None, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    backend = OneEntry()  # type: ignore[no-untyped-call]
    monkeypatch.setattr(backend, "text", text)
    keyring.set_keyring(backend)
    with pytest.raises(SecretNotFoundError):
        KeyringSecretStore().read("a")


def test_an_empty_chain_is_no_keyring(restored: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    chain = ChainerBackend()  # type: ignore[no-untyped-call]
    monkeypatch.setattr(ChainerBackend, "backends", ())
    keyring.set_keyring(chain)
    assert KeyringSecretStore.unavailable_reason() == "no_keyring"


def test_a_pipe_in_place_of_the_file_is_not_waited_for(folders: AppPaths) -> None:
    folders.config_dir.mkdir()
    os.mkfifo(folders.plaintext_secrets_file)
    with pytest.raises(UnsafeFileError):
        PlaintextSecretStore(folders).read("a")


def test_a_byte_order_mark_in_the_plain_file_is_read(folders: AppPaths) -> None:
    store = PlaintextSecretStore(folders)
    store.write("main", CREDENTIALS)
    path = folders.plaintext_secrets_file
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert store.read("main") == CREDENTIALS
    store.write("other", OTHER_CREDENTIALS)
    assert store.read("main") == CREDENTIALS
