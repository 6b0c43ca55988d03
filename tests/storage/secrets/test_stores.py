"""App keys are stored where the user chose, private, complete, and in one place only."""

import json
import multiprocessing
import os
import stat
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from keyring.errors import KeyringLocked, NoKeyringError

from kistui.errors import (
    CorruptSecretsError,
    FileReadError,
    FileWriteError,
    KeyringUnavailableError,
    KistuiError,
    PassphraseRequiredError,
    SecretCommandError,
    SecretNotFoundError,
    UnsafeFileError,
    WrongPassphraseError,
)
from kistui.formatting.error_text import describe_reason
from kistui.i18n import LANGUAGES, load_translations
from kistui.models.account import Credentials
from kistui.models.text import Secret
from kistui.storage.paths import AppPaths
from kistui.storage.secrets import (
    CommandSecretStore,
    EncryptedSecretStore,
    KeyringSecretStore,
    PlaintextSecretStore,
    SecretStore,
    copy_credentials,
    end_running_commands,
)
from kistui.storage.secrets.file_stores import MAX_SCRYPT_N, SCRYPT_N
from tests.keyrings import MemoryKeyring, memory_keyring

CREDENTIALS = Credentials(Secret("k" * 36), Secret("s" * 179 + "="))
OTHER_CREDENTIALS = Credentials(Secret("q" * 36), Secret("t" * 179 + "="))


@pytest.fixture
def folders(tmp_path: Path) -> AppPaths:
    return AppPaths(tmp_path / "config", tmp_path / "state")


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryKeyring]:
    with memory_keyring(monkeypatch) as backend:
        yield backend


def encrypted(folders: AppPaths, passphrase: str = "open") -> EncryptedSecretStore:
    store = EncryptedSecretStore(folders)
    store.unlock(passphrase)
    return store


@pytest.fixture(params=["plain", "encrypted", "keyring"])
def store(request: pytest.FixtureRequest, folders: AppPaths, memory: MemoryKeyring) -> SecretStore:
    if request.param == "plain":
        return PlaintextSecretStore(folders)
    return encrypted(folders) if request.param == "encrypted" else KeyringSecretStore()


def test_a_passphrase_is_derived_at_its_real_cost(folders: AppPaths) -> None:
    stores = [EncryptedSecretStore(folders, scrypt_n=SCRYPT_N) for _ in range(2)]
    for store in stores:
        store.unlock("open")
    stores[0].write("a", CREDENTIALS)
    assert stores[1].read("a") == CREDENTIALS
    assert json.loads(folders.encrypted_secrets_file.read_text())["n"] == SCRYPT_N == 2**15


def test_stored_credentials_are_read_back_and_removed(store: SecretStore) -> None:
    store.write("a", CREDENTIALS)
    store.write("b", OTHER_CREDENTIALS)
    store.write("a", OTHER_CREDENTIALS)
    assert (store.read("a"), store.read("b")) == (OTHER_CREDENTIALS, OTHER_CREDENTIALS)
    store.remove("a")
    store.remove("a")
    with pytest.raises(SecretNotFoundError):
        store.read("a")
    assert store.read("b") == OTHER_CREDENTIALS


def test_no_secret_is_in_a_repr(store: SecretStore) -> None:
    store.write("a", CREDENTIALS)
    assert CREDENTIALS.app_secret.reveal() not in repr(store) + repr(store.read("a"))


def test_files_are_private(folders: AppPaths) -> None:
    PlaintextSecretStore(folders).write("a", CREDENTIALS)
    encrypted(folders).write("a", CREDENTIALS)
    for path in (folders.plaintext_secrets_file, folders.encrypted_secrets_file):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folders.config_dir.stat().st_mode) == 0o700


def test_a_file_others_can_read_is_narrowed(folders: AppPaths) -> None:
    store = PlaintextSecretStore(folders)
    store.write("a", CREDENTIALS)
    folders.plaintext_secrets_file.chmod(0o644)
    store.read("a")
    assert stat.S_IMODE(folders.plaintext_secrets_file.stat().st_mode) == 0o600


def test_a_link_in_its_place_is_not_followed(folders: AppPaths, tmp_path: Path) -> None:
    folders.config_dir.mkdir()
    (tmp_path / "elsewhere").write_text("")
    folders.plaintext_secrets_file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafeFileError):
        PlaintextSecretStore(folders).write("a", CREDENTIALS)
    assert (tmp_path / "elsewhere").read_text() == ""


@pytest.mark.parametrize("content", [b"a = [", b"a = 1\n", b"[a]\nx = 1\n", b"\xff"])
def test_an_invalid_plain_file_is_never_overwritten(folders: AppPaths, content: bytes) -> None:
    folders.config_dir.mkdir()
    folders.plaintext_secrets_file.write_bytes(content)
    with pytest.raises(CorruptSecretsError):
        PlaintextSecretStore(folders).write("b", CREDENTIALS)
    assert folders.plaintext_secrets_file.read_bytes() == content


def test_a_full_disk_leaves_the_old_file(
    folders: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    store = PlaintextSecretStore(folders)
    store.write("a", CREDENTIALS)

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileWriteError):
        store.write("a", OTHER_CREDENTIALS)
    monkeypatch.undo()
    assert store.read("a") == CREDENTIALS


def test_the_encrypted_file_holds_nothing_in_the_clear(folders: AppPaths) -> None:
    encrypted(folders).write("main", CREDENTIALS)
    content = folders.encrypted_secrets_file.read_bytes()
    for clear in (CREDENTIALS.app_key.reveal(), CREDENTIALS.app_secret.reveal(), "main", "open"):
        assert clear.encode() not in content


def test_the_encrypted_file_opens_with_its_passphrase_only(folders: AppPaths) -> None:
    encrypted(folders).write("a", CREDENTIALS)
    locked = EncryptedSecretStore(folders)
    assert locked.file_exists
    assert locked.is_locked
    with pytest.raises(PassphraseRequiredError):
        locked.read("a")
    for passphrase in ("", "Open", "open "):
        with pytest.raises(WrongPassphraseError):
            locked.unlock(passphrase)
        assert locked.is_locked
    locked.unlock("open")
    assert locked.read("a") == CREDENTIALS


def test_changes_of_another_process_are_read(folders: AppPaths) -> None:
    first, second = encrypted(folders), encrypted(folders)
    first.write("a", CREDENTIALS)
    second.write("b", OTHER_CREDENTIALS)
    assert first.read("b") == OTHER_CREDENTIALS
    assert second.read("a") == CREDENTIALS


def test_the_passphrase_of_a_new_file_of_another_process_can_be_given(folders: AppPaths) -> None:
    store = encrypted(folders)
    store.write("a", CREDENTIALS)
    folders.encrypted_secrets_file.unlink()
    encrypted(folders, "another").write("a", OTHER_CREDENTIALS)
    with pytest.raises(WrongPassphraseError):
        store.read("a")
    assert store.is_locked
    store.unlock("another")
    assert store.read("a") == OTHER_CREDENTIALS


def test_any_change_to_the_file_is_noticed_at_no_great_cost(
    folders: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs: list[int] = []

    def counted_scrypt(*, n: int, **parameters: Any) -> Scrypt:
        costs.append(n)
        return Scrypt(n=n, **parameters)

    monkeypatch.setattr("cryptography.hazmat.primitives.kdf.scrypt.Scrypt", counted_scrypt)
    encrypted(folders).write("a", CREDENTIALS)
    whole = json.loads(folders.encrypted_secrets_file.read_bytes())
    changes = [
        {"n": 2**30}, {"n": 3}, {"n": "x"}, {"n": whole["n"] * 2}, {"r": 1024}, {"p": 64},
        {"version": 2},
        {"kdf": "none"}, {"salt": "AAAA"}, {"nonce": "AAAA"}, {"data": whole["data"][:-8]},
        {"data": "A" + whole["data"][1:] if whole["data"][0] != "A" else "B" + whole["data"][1:]},
        {"data": "!"}, {"data": None},
    ]  # fmt: skip
    for change in changes:
        folders.encrypted_secrets_file.write_text(json.dumps(whole | change))
        with pytest.raises((WrongPassphraseError, CorruptSecretsError)):
            EncryptedSecretStore(folders).unlock("open")
    assert max(costs) <= MAX_SCRYPT_N
    for content in (b"", b"{}", b"[]", b"\xff"):
        folders.encrypted_secrets_file.write_bytes(content)
        with pytest.raises(CorruptSecretsError):
            EncryptedSecretStore(folders).unlock("open")
        assert folders.encrypted_secrets_file.read_bytes() == content


def write_many(config: str, state: str, prefix: str) -> None:
    folders = AppPaths(Path(config), Path(state))
    for number in range(8):
        PlaintextSecretStore(folders).write(f"{prefix}{number}", CREDENTIALS)
        encrypted(folders).write(f"{prefix}{number}", CREDENTIALS)


def test_two_processes_writing_at_once_lose_nothing(folders: AppPaths) -> None:
    context = multiprocessing.get_context("fork")
    places = (str(folders.config_dir), str(folders.state_dir))
    workers = [context.Process(target=write_many, args=(*places, name)) for name in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    for store in (PlaintextSecretStore(folders), encrypted(folders)):
        assert all(
            store.read(f"{name}{number}") == CREDENTIALS for name in "ab" for number in range(8)
        )


def test_a_kill_in_the_middle_of_a_write_leaves_a_whole_file(folders: AppPaths) -> None:
    context = multiprocessing.get_context("fork")
    PlaintextSecretStore(folders).write("first", CREDENTIALS)
    places = (str(folders.config_dir), str(folders.state_dir))
    worker = context.Process(target=write_many, args=(*places, "x"))
    worker.start()
    while worker.is_alive() and not folders.encrypted_secrets_file.exists():
        time.sleep(0.005)
    worker.kill()
    worker.join()
    assert PlaintextSecretStore(folders).read("first") == CREDENTIALS
    PlaintextSecretStore(folders).write("second", OTHER_CREDENTIALS)
    assert PlaintextSecretStore(folders).read("second") == OTHER_CREDENTIALS


def stores(folders: AppPaths) -> dict[str, SecretStore]:
    return {
        "plain": PlaintextSecretStore(folders),
        "encrypted": encrypted(folders),
        "keyring": KeyringSecretStore(),
    }


@pytest.mark.parametrize("source", ["plain", "encrypted", "keyring"])
@pytest.mark.parametrize("target", ["plain", "encrypted", "keyring"])
def test_credentials_are_copied_from_any_store_to_any_other(
    folders: AppPaths, memory: MemoryKeyring, source: str, target: str
) -> None:
    if source == target:
        return
    all_stores = stores(folders)
    all_stores[source].write("a", CREDENTIALS)
    copy_credentials("a", all_stores[source], all_stores[target])
    assert all_stores[target].read("a") == CREDENTIALS
    assert all_stores[source].read("a") == CREDENTIALS


def test_a_passphrase_is_not_trimmed(folders: AppPaths) -> None:
    encrypted(folders, " correct horse ").write("a", CREDENTIALS)
    for trimmed in ("correct horse", "correcthorse"):
        with pytest.raises(WrongPassphraseError):
            encrypted(folders, trimmed)
    assert encrypted(folders, " correct horse ").read("a") == CREDENTIALS


def test_a_passphrase_in_parts_opens_what_a_composed_one_closed(folders: AppPaths) -> None:
    store = EncryptedSecretStore(folders)
    store.unlock(unicodedata.normalize("NFC", "비밀번호 é"))
    store.write("a", CREDENTIALS)
    second = EncryptedSecretStore(folders)
    second.unlock(unicodedata.normalize("NFD", "비밀번호 é"))
    assert second.read("a") == CREDENTIALS


def test_a_move_that_fails_leaves_the_source(folders: AppPaths, memory: MemoryKeyring) -> None:
    source = PlaintextSecretStore(folders)
    source.write("a", CREDENTIALS)
    with pytest.raises(KistuiError):
        copy_credentials("a", source, EncryptedSecretStore(folders))
    assert source.read("a") == CREDENTIALS


def test_without_a_session_bus_the_keyring_is_not_even_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert KeyringSecretStore.unavailable_reason() == "no_bus"


def test_without_a_session_bus_a_keyring_does_not_count_as_missing(
    memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in cron, where the app key is in a keyring that cannot be reached."""

    def unreachable(*_: object) -> None:
        raise NoKeyringError

    monkeypatch.setattr(memory, "get_password", unreachable)
    monkeypatch.setattr(sys, "platform", "linux")
    for address, reason in (("unix:path=/nowhere", "no_keyring"), ("", "no_bus")):
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        with pytest.raises(KeyringUnavailableError) as caught:
            KeyringSecretStore().read("a")
        assert caught.value.details["reason"] == reason


def test_a_working_keyring_is_used(memory: MemoryKeyring) -> None:
    assert KeyringSecretStore.unavailable_reason() is None


def test_a_hanging_keyring_times_out(
    memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = threading.Event()
    monkeypatch.setattr(memory, "get_password", lambda *_: event.wait(20))
    monkeypatch.setattr("kistui.storage.secrets.keyring_store.KEYRING_TIMEOUT", 0.05)
    with pytest.raises(KeyringUnavailableError):
        KeyringSecretStore().read("a")
    event.set()


def test_a_keyring_error_is_reported_without_its_text(
    memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(CREDENTIALS.app_secret.reveal())

    monkeypatch.setattr(memory, "set_password", broken)
    with pytest.raises(KeyringUnavailableError) as caught:
        KeyringSecretStore().write("a", CREDENTIALS)
    assert CREDENTIALS.app_secret.reveal() not in str(caught.value)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("method", ["get_password", "set_password", "delete_password"])
def test_an_error_of_a_keyring_is_described_in_words(
    memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, method: str, language: str
) -> None:
    store = KeyringSecretStore()
    store.write("a", CREDENTIALS)

    def broken(*_: object) -> None:
        raise RuntimeError("read-only")

    monkeypatch.setattr(memory, method, broken)
    calls: dict[str, Callable[[], object]] = {
        "get_password": lambda: store.read("a"),
        "set_password": lambda: store.write("a", CREDENTIALS),
        "delete_password": lambda: store.remove("a"),
    }
    with pytest.raises(KeyringUnavailableError) as caught:
        calls[method]()
    reason = caught.value.details["reason"]
    assert describe_reason(reason, load_translations(language)) != reason


@pytest.mark.parametrize("kind", [PlaintextSecretStore, EncryptedSecretStore])
def test_the_last_secret_takes_its_file_along(
    folders: AppPaths, kind: type[PlaintextSecretStore | EncryptedSecretStore]
) -> None:
    store = encrypted(folders) if kind is EncryptedSecretStore else PlaintextSecretStore(folders)
    path = {
        EncryptedSecretStore: folders.encrypted_secrets_file,
        PlaintextSecretStore: folders.plaintext_secrets_file,
    }[kind]
    for name in ("a", "b"):
        store.write(name, CREDENTIALS)
    store.remove("a")
    assert store.read("b") == CREDENTIALS
    store.remove("b")
    assert not path.exists()
    if isinstance(store, EncryptedSecretStore):
        assert store.is_locked  # the next file gets a passphrase of its own


def test_a_file_that_is_gone_needs_no_passphrase(folders: AppPaths) -> None:
    with pytest.raises(SecretNotFoundError):
        EncryptedSecretStore(folders).read("a")
    with pytest.raises(PassphraseRequiredError):
        EncryptedSecretStore(folders).write("a", CREDENTIALS)


def test_a_folder_that_may_not_be_entered_is_not_taken_for_one_without_a_file(
    folders: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(_path: Path) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(Path, "lstat", denied)
    with pytest.raises(FileReadError):
        _ = EncryptedSecretStore(folders).file_exists


def script(text: str) -> CommandSecretStore:
    return CommandSecretStore([sys.executable, "-c", text], timeout=5)


def test_a_command_gives_two_lines_or_json() -> None:
    lines = f"print({CREDENTIALS.app_key.reveal()!r}); print({CREDENTIALS.app_secret.reveal()!r})"
    table = json.dumps(
        {"app_key": CREDENTIALS.app_key.reveal(), "app_secret": CREDENTIALS.app_secret.reveal()}
    )
    assert script(lines).read("a") == CREDENTIALS
    assert script(f"print({table!r})").read("a") == CREDENTIALS
    others = table.replace("app_key", "appkey").replace("app_secret", "secretkey")
    assert script(f"print('\\ufeff' + {others!r})").read("a") == CREDENTIALS


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("raise SystemExit(3)", "exit_without_terminal"),
        ("print('topsecret')", "bad_output"),
        ("print('a'); print('b')", "bad_output"),
        ("print('{}')", "bad_output"),
        ("import sys; sys.stdout.buffer.write(bytes([255]))", "bad_output"),
        ("import time; time.sleep(60)", "no_answer"),
        ("import os, time; os.close(1); time.sleep(60)", "no_answer"),
        ("while True: print('topsecret' * 1000)", "too_large"),
    ],
)
def test_a_command_without_a_key_is_reported_without_its_output(text: str, reason: str) -> None:
    store = CommandSecretStore([sys.executable, "-c", text], timeout=0.3 if "sleep" in text else 10)
    with pytest.raises(SecretCommandError) as caught:
        store.read("a")
    assert reason in caught.value.details["reason"]
    assert "topsecret" not in str(caught.value)
    assert "-c" not in str(caught.value)


def test_a_command_that_had_the_terminal_is_not_told_to_ask_for_it() -> None:
    store = CommandSecretStore([sys.executable, "-c", "raise SystemExit(3)"], is_interactive=True)
    with pytest.raises(SecretCommandError) as caught:
        store.read("a")
    assert caught.value.details["reason"] == "exit_status"
    for t in map(load_translations, LANGUAGES):
        hints = {t(f"error.command_failed.hint_{name}") for name in
                 ("exit_status", "exit_without_terminal")}  # fmt: skip
        assert sum("secret_command_asks = true" in hint for hint in hints) == 1


def test_an_agent_that_a_command_starts_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password manager's agent has the output of the command that started it."""
    monkeypatch.setattr("kistui.storage.secrets.command_store.LEFT_OPEN_TIMEOUT", 0.3)
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    agent = [sys.executable, "-c", f"open({str(fifo)!r}).read()"]
    text = (
        f"import subprocess; subprocess.Popen({agent!r})\n"
        f"print({CREDENTIALS.app_key.reveal()!r}); print({CREDENTIALS.app_secret.reveal()!r})"
    )
    try:
        assert CommandSecretStore([sys.executable, "-c", text]).read("a") == CREDENTIALS
    finally:
        fifo.open("w").close()  # ends the agent


def start_reading(store: CommandSecretStore) -> tuple[threading.Thread, list[KistuiError]]:
    """Start a thread that reads an app key; it appends the error that ends it."""
    errors: list[KistuiError] = []

    def read() -> None:
        try:
            store.read("a")
        except KistuiError as error:
            errors.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    return reader, errors


def test_a_command_that_may_not_be_ended_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one with `sudo`, which runs as root."""
    store = CommandSecretStore([sys.executable, "-c", "import time; time.sleep(60)"])
    was_refused = threading.Event()

    def refuse(_group: int, _number: int) -> None:
        was_refused.set()
        raise PermissionError

    reader, errors = start_reading(store)
    try:
        with monkeypatch.context() as patches:
            patches.setattr(os, "killpg", refuse)
            while not was_refused.wait(0.01):
                end_running_commands()
    finally:
        while reader.is_alive():
            end_running_commands()
            reader.join(0.01)
    (error,) = errors
    assert error.details["reason"] == "signalled"


def test_a_command_that_is_being_started_is_ended_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command may run before the thread that starts it goes on."""
    has_started, has_been_ended = threading.Event(), threading.Event()

    class SlowPopen(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            has_started.set()
            has_been_ended.wait(0.2)

    monkeypatch.setattr("kistui.storage.secrets.command_store.subprocess.Popen", SlowPopen)
    store = CommandSecretStore([sys.executable, "-c", "import time; time.sleep(60)"], timeout=3)
    reader, errors = start_reading(store)
    has_started.wait()
    end_running_commands()
    has_been_ended.set()
    reader.join()
    (error,) = errors
    assert error.details["reason"] == "signalled"


def test_a_missing_command_is_reported() -> None:
    with pytest.raises(SecretCommandError) as caught:
        CommandSecretStore(["/nowhere/pass", "show"]).read("a")
    assert caught.value.details["program"] == "pass"
    with pytest.raises(SecretCommandError):
        CommandSecretStore([]).read("a")
    with pytest.raises(SecretCommandError):
        CommandSecretStore(["true"]).write("a", CREDENTIALS)


def test_a_keyring_that_stores_nothing_is_reported(
    memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "set_password", lambda *_: None)
    with pytest.raises(KeyringUnavailableError) as caught:
        KeyringSecretStore().write("a", CREDENTIALS)
    assert caught.value.details["reason"] == "not_stored"


@pytest.mark.parametrize("previous", [None, OTHER_CREDENTIALS])
def test_a_keyring_write_after_the_time_limit_does_not_last(
    memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, previous: Credentials | None
) -> None:
    if previous:
        KeyringSecretStore().write("a", previous)
    go_on, write = threading.Event(), memory.set_password

    def slow(*arguments: str) -> None:
        go_on.wait(20)
        write(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(memory, "set_password", slow)
        patch.setattr("kistui.storage.secrets.keyring_store.KEYRING_TIMEOUT", 0.05)
        with pytest.raises(KeyringUnavailableError):
            KeyringSecretStore().write("a", CREDENTIALS)
        threads = [thread for thread in threading.enumerate() if "(run)" in thread.name]
        go_on.set()
        for thread in threads:
            thread.join(10)
    if previous:
        assert KeyringSecretStore().read("a") == previous
    else:
        with pytest.raises(SecretNotFoundError):
            KeyringSecretStore().read("a")


def test_a_locked_keyring_is_named(memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object) -> None:
        raise KeyringLocked("topsecret")

    monkeypatch.setattr(memory, "get_password", locked)
    with pytest.raises(KeyringUnavailableError) as caught:
        KeyringSecretStore().read("a")
    assert caught.value.details["reason"] == "keyring_locked"
