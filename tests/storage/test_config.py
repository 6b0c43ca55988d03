"""`config.toml`: every value is read or reported; unknown keys are preserved."""

import multiprocessing
import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui.errors import (
    ConfigError,
    FileReadError,
    FileWriteError,
    InvalidProfileNameError,
    KistuiError,
    ProfileExistsError,
    ProfileNotFoundError,
    UnsafeFileError,
)
from kistui.models.account import AccountNumber, Environment, Profile, SecretBackend
from kistui.storage import config

MAIN = Profile(
    "main",
    Environment.PAPER,
    AccountNumber.parse("50071234-01"),
    secret_backend=SecretBackend.ENCRYPTED,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kistui" / "config.toml"


def test_no_file_is_no_profile(path: Path) -> None:
    assert config.load_config(path).profiles == ()
    assert config.load_config(path).default_profile() is None


def test_a_profile_is_read_back_as_written(path: Path) -> None:
    complete = replace(
        MAIN,
        base_url="https://kis.example",
        secret_backend=SecretBackend.COMMAND,
        secret_command=("pass", "show", "kis"),
    )
    config.add_profile(path, complete)
    assert config.load_config(path).get_profile("main") == complete
    assert config.load_config(path).default_profile() == complete


def test_the_file_is_private_and_holds_no_secret(path: Path) -> None:
    config.add_profile(path, MAIN)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert set(tomllib.loads(path.read_text())["profiles"]["main"]) == {
        "environment", "account", "secrets",
    }  # fmt: skip


def test_the_first_is_the_default_until_another_is_chosen(path: Path) -> None:
    config.add_profile(path, MAIN)
    config.add_profile(path, replace(MAIN, name="isa"))
    assert config.load_config(path).default_name == "main"
    config.set_default_profile(path, "isa")
    assert config.load_config(path).default_profile() == replace(MAIN, name="isa")
    config.remove_profile(path, "isa")
    assert config.load_config(path).default_name == "main"
    config.remove_profile(path, "main")
    assert config.load_config(path).default_profile() is None


def test_the_environment_of_a_profile_never_changes(path: Path) -> None:
    config.add_profile(path, MAIN)
    config.update_profile(
        path, replace(MAIN, environment=Environment.REAL, secret_backend=SecretBackend.PLAIN)
    )
    assert config.load_config(path).get_profile("main") == replace(
        MAIN, secret_backend=SecretBackend.PLAIN
    )


def test_unknown_keys_are_preserved(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(
        'theme = "mine"\n[profiles.main]\nenvironment = "paper"\naccount = "5007123401"\n'
        'secrets = "plain"\nnote = "x"\n[future]\nlist = [1, 2]\n'
    )
    config.add_profile(path, replace(MAIN, name="isa"))
    raw = tomllib.loads(path.read_text())
    assert (raw["theme"], raw["future"], raw["profiles"]["main"]["note"]) == (
        "mine", {"list": [1, 2]}, "x",
    )  # fmt: skip


def test_invalid_and_duplicate_names_are_refused(path: Path) -> None:
    config.add_profile(path, MAIN)
    with pytest.raises(ProfileExistsError):
        config.add_profile(path, MAIN)
    with pytest.raises(ProfileNotFoundError) as caught:
        config.set_default_profile(path, "isa")
    assert caught.value.details["known"] == "main"
    for name in ("", "a b", "a/b", "x" * 21, "\x1b[31m", "a.b"):
        with pytest.raises(InvalidProfileNameError):
            config.add_profile(path, replace(MAIN, name=name))
    config.add_profile(path, replace(MAIN, name="연금-2"))


PROFILE = '[profiles.a]\nenvironment = "real"\naccount = "1234567801"\nsecrets = "plain"\n'


@pytest.mark.parametrize(
    ("text", "location"),
    [
        ("a = 1\nb =\n", 2),
        ("default = 5\n", "default"),
        ("profiles = 5\n", "profiles"),
        ("[profiles]\na = 5\n", "profiles.a"),
        ('[profiles."a b"]\nx = 1\n', "profiles.a b"),
        (PROFILE.replace("real", "live"), "profiles.a.environment"),
        (PROFILE.replace("plain", "cloud"), "profiles.a.secrets"),
        (PROFILE.replace("1234567801", "123"), "profiles.a.account"),
        (PROFILE + "base_url = 5\n", "profiles.a.base_url"),
        (PROFILE + 'order = "x"\n', "profiles.a.order"),
        (PROFILE + 'secret_command = "pass"\n', "profiles.a.secret_command"),
        ("[keys.holdings]\nsort = 5\n", "keys.holdings.sort"),
    ],
)
def test_a_fault_is_named_and_the_file_never_overwritten(
    path: Path, text: str, location: str | int
) -> None:
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        config.load_config(path)
    assert location in (caught.value.details["where"], caught.value.details.get("line"))
    with pytest.raises(ConfigError):
        config.add_profile(path, MAIN)
    assert path.read_text() == text


def test_a_nesting_that_cannot_be_edited_is_named_and_stays(path: Path) -> None:
    path.parent.mkdir()
    deep_name = ".".join(["a"] * 990)  # Python 3.15 reads a thousand
    for text in (f"[keys]\n{deep_name} = 'x'\n", f"# deep\n[{deep_name}]\n"):
        path.write_text(text)
        assert config.load_config(path).profiles == ()
        with pytest.raises(ConfigError) as caught:
            config.save_setting(path, "language", "en")
        assert caught.value.details["line"] == 2
        assert path.read_text() == text


def test_profiles_keep_the_users_order(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(
        PROFILE + "order = 2\n" + PROFILE.replace("profiles.a", "profiles.b") + "order = 1\n"
    )
    assert [profile.name for profile in config.load_config(path).profiles] == ["b", "a"]


def test_a_link_to_a_file_of_the_user_is_followed_and_stays(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "kistui.toml"
    target.parent.mkdir()
    target.parent.chmod(0o755)  # whatever the umask
    target.write_text("# mine\nkeep = 1\n")
    target.chmod(0o644)
    path.parent.mkdir()
    path.symlink_to(target)
    assert config.load_config(path).profiles == ()
    assert stat.S_IMODE(target.stat().st_mode) == 0o644
    config.add_profile(path, MAIN)
    assert path.is_symlink()
    assert config.load_config(path).get_profile("main") == MAIN
    assert target.read_text().startswith("# mine\nkeep = 1\n")
    assert stat.S_IMODE(target.parent.stat().st_mode) == 0o755
    assert [entry.name for entry in target.parent.iterdir()] == ["kistui.toml"]


@pytest.mark.parametrize("target", ["gone.toml", "/nowhere/else/config.toml"])
def test_a_link_to_nothing_is_no_empty_file(path: Path, target: str) -> None:
    """Its file may be on a disk that is not there now, and holds the profiles."""
    path.parent.mkdir()
    path.symlink_to(target)
    for access in (config.load_config, lambda path: config.add_profile(path, MAIN)):
        with pytest.raises(FileReadError) as caught:
            access(path)
        assert caught.value.details["reason"] == "dangling_link"
        assert caught.value.details["target"] == target
    assert path.is_symlink()
    assert not path.exists()


@pytest.mark.parametrize("target", ["/proc/version", "config.toml"])
def test_a_link_that_leads_elsewhere_is_refused(
    path: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.parent.mkdir()
    path.symlink_to(target)
    if target == "/proc/version":
        monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(UnsafeFileError):
        config.load_config(path)
    with pytest.raises(UnsafeFileError):
        config.add_profile(path, MAIN)


def test_a_file_that_is_not_utf8_is_named_with_its_line(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes("# 설정\n[profiles.a]\n# 메모".encode("cp949"))
    with pytest.raises(ConfigError) as caught:
        config.load_config(path)
    assert (caught.value.details["reason"], caught.value.details["line"]) == ("not_utf8", 1)
    path.write_bytes(b"[profiles.a]\n" + "# 메모".encode("cp949"))
    with pytest.raises(ConfigError) as caught:
        config.load_config(path)
    assert caught.value.details["line"] == 2


def test_a_byte_order_mark_is_read(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"\xef\xbb\xbf" + PROFILE.encode())
    assert config.load_config(path).get_profile("a").name == "a"
    config.add_profile(path, MAIN)
    assert {profile.name for profile in config.load_config(path).profiles} == {"a", "main"}


def test_a_wider_mode_is_narrowed(path: Path) -> None:
    config.add_profile(path, MAIN)
    path.chmod(0o644)
    config.load_config(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("call", ["fsync", "open"])
def test_a_full_or_read_only_disk_loses_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    import errno

    config.add_profile(path, MAIN)
    before = path.read_bytes()
    real_open = os.open

    def fail(*args: object, **options: object) -> int:
        if call == "open" and not str(args[0]).endswith(".tmp"):
            return real_open(*args, **options)  # type: ignore[arg-type]
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(FileWriteError) as caught:
        config.add_profile(path, replace(MAIN, name="isa"))
    monkeypatch.undo()
    assert caught.value.details["reason"] == "enospc"
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*.tmp"))


def add_many(path: str, prefix: str) -> None:
    for number in range(10):
        config.add_profile(Path(path), replace(MAIN, name=f"{prefix}{number}"))


def test_two_processes_writing_at_once_lose_nothing(path: Path) -> None:
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=add_many, args=(str(path), name)) for name in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert len(config.load_config(path).profiles) == 20


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=120))
def test_any_bytes_are_read_or_named(path: Path, content: bytes) -> None:
    try:
        config.parse_config(path, content)
    except KistuiError as error:
        assert isinstance(error, ConfigError)


names = st.from_regex(config.PROFILE_NAME_PATTERN, fullmatch=True)
profiles = st.builds(
    Profile,
    names,
    st.sampled_from(Environment),
    st.from_regex(r"[0-9]{8}-[0-9]{2}", fullmatch=True).map(AccountNumber.parse),
    st.none() | st.just("https://kis.example"),
    secret_backend=st.sampled_from(SecretBackend),
    secret_command=st.lists(st.text(max_size=8), max_size=3).map(tuple),
)


@settings(max_examples=25)
@given(profiles)
def test_any_profile_is_read_back_as_written(
    tmp_path_factory: pytest.TempPathFactory, profile: Profile
) -> None:
    path = tmp_path_factory.mktemp("round") / "config.toml"
    config.add_profile(path, profile)
    assert config.load_config(path).get_profile(profile.name) == profile
