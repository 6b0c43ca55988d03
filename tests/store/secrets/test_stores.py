"""App keys are kept where the user chose, private, whole, and in one place only."""

import json
import multiprocessing
import os
import stat
import sys
import threading
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from kistui.errors import (
    SecretCommandError,
    UnsafeFileError,
    FileWriteError,
    KeyringUnavailableError,
    KistuiError,
    PassphraseRequiredError,
    WrongPassphraseError,
    SecretNotFoundError,
    CorruptSecretsError,
)
from kistui.models.account import Credentials
from kistui.store.paths import Folders
from kistui.store.secrets import (
    CommandStore,
    EncryptedStore,
    KeyringStore,
    PlainStore,
    SecretStore,
    carry,
)

ONE = Credentials("k" * 36, "s" * 179 + "=")
TWO = Credentials("q" * 36, "t" * 179 + "=")
FAST = 2**4


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "config", tmp_path / "state")


class Memory(KeyringBackend):
    """A keyring that is there for one test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Memory]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    before = keyring.get_keyring()
    backend = Memory()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def encrypted(folders: Folders, passphrase: str = "open") -> EncryptedStore:
    store = EncryptedStore(folders, work=FAST)
    store.unlock(passphrase)
    return store


@pytest.fixture(params=["plain", "encrypted", "keyring"])
def store(request: pytest.FixtureRequest, folders: Folders, memory: Memory) -> SecretStore:
    if request.param == "plain":
        return PlainStore(folders)
    return encrypted(folders) if request.param == "encrypted" else KeyringStore()


def test_what_is_kept_comes_back_and_goes_when_told(store: SecretStore) -> None:
    store.write("a", ONE)
    store.write("b", TWO)
    store.write("a", TWO)
    assert (store.read("a"), store.read("b")) == (TWO, TWO)
    store.remove("a")
    store.remove("a")
    with pytest.raises(SecretNotFoundError):
        store.read("a")
    assert store.read("b") == TWO


def test_no_secret_is_in_a_repr(store: SecretStore) -> None:
    store.write("a", ONE)
    assert ONE.app_secret not in repr(store) + repr(store.read("a"))


def test_files_are_private(folders: Folders) -> None:
    PlainStore(folders).write("a", ONE)
    encrypted(folders).write("a", ONE)
    for path in (folders.plain_secrets, folders.encrypted_secrets):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folders.config.stat().st_mode) == 0o700


def test_a_file_others_can_read_is_narrowed(folders: Folders) -> None:
    store = PlainStore(folders)
    store.write("a", ONE)
    folders.plain_secrets.chmod(0o644)
    store.read("a")
    assert stat.S_IMODE(folders.plain_secrets.stat().st_mode) == 0o600


def test_a_link_in_its_place_is_left_alone(folders: Folders, tmp_path: Path) -> None:
    folders.config.mkdir()
    (tmp_path / "elsewhere").write_text("")
    folders.plain_secrets.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafeFileError):
        PlainStore(folders).write("a", ONE)
    assert (tmp_path / "elsewhere").read_text() == ""


@pytest.mark.parametrize("content", [b"a = [", b"a = 1\n", b"[a]\nx = 1\n", b"\xff"])
def test_a_plain_file_not_understood_is_never_overwritten(folders: Folders, content: bytes) -> None:
    folders.config.mkdir()
    folders.plain_secrets.write_bytes(content)
    with pytest.raises(CorruptSecretsError):
        PlainStore(folders).write("b", ONE)
    assert folders.plain_secrets.read_bytes() == content


def test_a_full_disk_leaves_the_old_file(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    store = PlainStore(folders)
    store.write("a", ONE)

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileWriteError):
        store.write("a", TWO)
    monkeypatch.undo()
    assert store.read("a") == ONE


def test_the_encrypted_file_holds_nothing_in_the_clear(folders: Folders) -> None:
    encrypted(folders).write("main", ONE)
    content = folders.encrypted_secrets.read_bytes()
    for clear in (ONE.app_key, ONE.app_secret, "main", "open"):
        assert clear.encode() not in content


def test_it_opens_with_its_passphrase_only(folders: Folders) -> None:
    encrypted(folders).write("a", ONE)
    locked = EncryptedStore(folders, work=FAST)
    assert locked.exists
    assert locked.is_locked
    with pytest.raises(PassphraseRequiredError):
        locked.read("a")
    for wrong in ("", "Open", "open "):
        with pytest.raises(WrongPassphraseError):
            locked.unlock(wrong)
        assert locked.is_locked
    locked.unlock("open")
    assert locked.read("a") == ONE


def test_what_another_process_wrote_is_read(folders: Folders) -> None:
    one, other = encrypted(folders), encrypted(folders)
    one.write("a", ONE)
    other.write("b", TWO)
    assert one.read("b") == TWO
    assert other.read("a") == ONE


def test_any_change_to_the_file_is_noticed(folders: Folders) -> None:
    encrypted(folders).write("a", ONE)
    whole = json.loads(folders.encrypted_secrets.read_bytes())
    changes = [
        {"n": 2**30}, {"n": 3}, {"n": "x"}, {"n": FAST * 2}, {"r": 1024}, {"p": 64}, {"version": 2},
        {"kdf": "none"}, {"salt": "AAAA"}, {"nonce": "AAAA"}, {"data": whole["data"][:-8]},
        {"data": "A" + whole["data"][1:] if whole["data"][0] != "A" else "B" + whole["data"][1:]},
        {"data": "!"}, {"data": None},
    ]  # fmt: skip
    for change in changes:
        folders.encrypted_secrets.write_text(json.dumps(whole | change))
        began = time.process_time()
        with pytest.raises((WrongPassphraseError, CorruptSecretsError)):
            EncryptedStore(folders, work=FAST).unlock("open")
        assert time.process_time() - began < 1, change
    for content in (b"", b"{}", b"[]", b"\xff"):
        folders.encrypted_secrets.write_bytes(content)
        with pytest.raises(CorruptSecretsError):
            EncryptedStore(folders, work=FAST).unlock("open")
        assert folders.encrypted_secrets.read_bytes() == content


def write_many(config: str, state: str, prefix: str) -> None:
    folders = Folders(Path(config), Path(state))
    for at in range(8):
        PlainStore(folders).write(f"{prefix}{at}", ONE)
        encrypted(folders).write(f"{prefix}{at}", ONE)


def test_two_processes_writing_at_once_lose_nothing(folders: Folders) -> None:
    context = multiprocessing.get_context("spawn")
    places = (str(folders.config), str(folders.state))
    workers = [context.Process(target=write_many, args=(*places, name)) for name in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    for store in (PlainStore(folders), encrypted(folders)):
        assert all(store.read(f"{name}{at}") == ONE for name in "ab" for at in range(8))


def test_a_kill_in_the_middle_of_a_write_leaves_a_whole_file(folders: Folders) -> None:
    context = multiprocessing.get_context("spawn")
    PlainStore(folders).write("first", ONE)
    places = (str(folders.config), str(folders.state))
    worker = context.Process(target=write_many, args=(*places, "x"))
    worker.start()
    while worker.is_alive() and not folders.encrypted_secrets.exists():
        time.sleep(0.005)
    worker.kill()
    worker.join()
    assert PlainStore(folders).read("first") == ONE
    PlainStore(folders).write("second", TWO)
    assert PlainStore(folders).read("second") == TWO


def stores(folders: Folders) -> dict[str, SecretStore]:
    return {
        "plain": PlainStore(folders),
        "encrypted": encrypted(folders),
        "keyring": KeyringStore(),
    }


@pytest.mark.parametrize("source", ["plain", "encrypted", "keyring"])
@pytest.mark.parametrize("target", ["plain", "encrypted", "keyring"])
def test_credentials_are_carried_from_any_store_to_any_other(
    folders: Folders, memory: Memory, source: str, target: str
) -> None:
    if source == target:
        return
    there = stores(folders)
    there[source].write("a", ONE)
    carry("a", there[source], there[target])
    assert there[target].read("a") == ONE
    assert there[source].read("a") == ONE


def test_a_passphrase_in_parts_opens_what_a_composed_one_closed(folders: Folders) -> None:
    store = EncryptedStore(folders, work=FAST)
    store.unlock(unicodedata.normalize("NFC", "비밀번호 é"))
    store.write("a", ONE)
    other = EncryptedStore(folders, work=FAST)
    other.unlock(unicodedata.normalize("NFD", "비밀번호 é"))
    assert other.read("a") == ONE


def test_a_move_that_fails_leaves_the_source(folders: Folders, memory: Memory) -> None:
    source = PlainStore(folders)
    source.write("a", ONE)
    with pytest.raises(KistuiError):
        carry("a", source, EncryptedStore(folders, work=FAST))
    assert source.read("a") == ONE


def test_without_a_session_bus_the_keyring_is_not_even_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert KeyringStore.probe() == "no_bus"


def test_a_working_keyring_is_found(memory: Memory) -> None:
    assert KeyringStore.probe() is None


def test_a_keyring_that_hangs_is_left_behind(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = threading.Event()
    monkeypatch.setattr(memory, "get_password", lambda *_: never.wait(20))
    monkeypatch.setattr("kistui.store.secrets.keyring_store.SECONDS", 0.05)
    with pytest.raises(KeyringUnavailableError):
        KeyringStore().read("a")
    never.set()


def test_a_keyring_that_breaks_is_said_without_its_words(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(ONE.app_secret)

    monkeypatch.setattr(memory, "set_password", broken)
    with pytest.raises(KeyringUnavailableError) as caught:
        KeyringStore().write("a", ONE)
    assert ONE.app_secret not in str(caught.value)


def script(text: str) -> CommandStore:
    return CommandStore([sys.executable, "-c", text], seconds=5)


def test_a_command_gives_two_lines_or_json() -> None:
    lines = f"print({ONE.app_key!r}); print({ONE.app_secret!r})"
    table = json.dumps({"app_key": ONE.app_key, "app_secret": ONE.app_secret})
    assert script(lines).read("a") == ONE
    assert script(f"print({table!r})").read("a") == ONE


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("raise SystemExit(3)", "exit_status"),
        ("print('topsecret')", "bad_output"),
        ("print('a'); print('b')", "bad_output"),
        ("print('{}')", "bad_output"),
        ("import sys; sys.stdout.buffer.write(bytes([255]))", "bad_output"),
        ("import time; time.sleep(60)", "no_answer"),
    ],
)
def test_a_command_that_gives_no_key_is_named_and_nothing_of_it(text: str, reason: str) -> None:
    store = CommandStore([sys.executable, "-c", text], seconds=0.3 if "sleep" in text else 10)
    with pytest.raises(SecretCommandError) as caught:
        store.read("a")
    assert reason in caught.value.details["reason"]
    assert "topsecret" not in str(caught.value)
    assert "-c" not in str(caught.value)


def test_a_command_that_is_not_there_is_said() -> None:
    with pytest.raises(SecretCommandError) as caught:
        CommandStore(["/nowhere/pass", "show"]).read("a")
    assert caught.value.details["program"] == "pass"
    with pytest.raises(SecretCommandError):
        CommandStore([]).read("a")
    with pytest.raises(SecretCommandError):
        CommandStore(["true"]).write("a", ONE)
