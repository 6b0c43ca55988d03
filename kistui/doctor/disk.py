"""What is on disk: folders and files with their modes, the configuration, themes, tokens."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from kistui.clock import Clock
from kistui.errors import KistuiError, StorageError
from kistui.models.account import SecretBackend, Profile
from kistui.models.diagnostics import CheckResult, CheckStatus
from kistui.models.token import TokenState
from kistui.profiles import Profiles
from kistui.store.config import load
from kistui.store.files import only_looking
from kistui.store.paths import Folders, shown_path
from kistui.store.secrets import KeyringStore
from kistui.store.themes import load_themes


def look_at_disk(folders: Folders, profiles: Profiles, clock: Clock) -> tuple[CheckResult, ...]:
    """Everything kistui keeps, read and left as it is."""
    with only_looking():
        known, trouble = _known(profiles)
        return (
            *_paths(folders),
            *_configuration(folders, trouble),
            *_themes(folders),
            _keyring(known),
            *_tokens(known, profiles, clock),
        )


def _known(profiles: Profiles) -> tuple[tuple[Profile, ...], KistuiError | None]:
    try:
        return profiles.all(), None
    except KistuiError as error:
        return (), error


def _paths(folders: Folders) -> Iterator[CheckResult]:
    for name, path in (
        ("config_folder", folders.config),
        ("config_file", folders.config_file),
        ("plain_secrets", folders.plain_secrets),
        ("encrypted_secrets", folders.encrypted_secrets),
        ("state_folder", folders.state),
        ("tokens_folder", folders.tokens),
        ("balances_folder", folders.balances),
        ("log_file", folders.log),
    ):
        yield _path(name, path)


def _path(name: str, path: Path) -> CheckResult:
    is_folder = name.endswith("_folder")
    try:
        # A folder may be a link, as people have them; a file may not.
        about = path.stat() if is_folder else path.lstat()
        mode, health, fault = _judge(path, about, is_folder=is_folder)
    except (FileNotFoundError, NotADirectoryError):
        can = _can_be_made(path)
        mode, health = "-", CheckStatus.OK if can else CheckStatus.FAILED
        fault = "absent" if can else "cannot_be_made"
    except OSError:
        mode, health, fault = "?", CheckStatus.FAILED, "no_entry"
    here = f"{shown_path(path)}  {mode}"
    return CheckResult(group="paths", name=name, value=mode, local_value=here, problem=fault, status=health)


def _judge(path: Path, about: os.stat_result, *, is_folder: bool) -> tuple[str, CheckStatus, str]:
    """A mode, and what is wrong with what is there."""
    is_right = stat.S_ISDIR if is_folder else stat.S_ISREG
    faults = {
        "link": stat.S_ISLNK(about.st_mode),
        "wrong_kind": not is_right(about.st_mode),
        "not_ours": about.st_uid != os.geteuid(),
        "not_writable": not os.access(path, os.R_OK | os.W_OK),
        "wide": bool(about.st_mode & 0o077),
    }
    fault = next((name for name, is_so in faults.items() if is_so), "")
    health = {"": CheckStatus.OK, "wide": CheckStatus.WARNING}.get(fault, CheckStatus.FAILED)
    return f"{stat.S_IMODE(about.st_mode):04o}", health, fault


def _can_be_made(path: Path) -> bool:
    """Whether the nearest folder there is lets one write into it."""
    for folder in path.parents:
        if folder.exists():
            return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    return False


def _configuration(folders: Folders, trouble: KistuiError | None) -> Iterator[CheckResult]:
    try:
        config = load(folders.config_file)
    except StorageError as error:
        yield CheckResult(group="settings", name="config", value="?", status=CheckStatus.FAILED, error=error)
        return
    kinds = [profile.environment_label for profile in config.profiles]
    value = ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("real", "paper"))
    yield CheckResult(group="settings", name="config", value=value)
    if trouble is not None:
        yield CheckResult(
            group="settings", name="environment", value="?", status=CheckStatus.FAILED, error=trouble
        )


def _themes(folders: Folders) -> Iterator[CheckResult]:
    themes = load_themes([folders.themes])
    count = f"{len(themes.by_name)}"
    yield CheckResult(group="settings", name="themes", value=count)
    for fault in themes.faults:
        yield CheckResult(
            group="settings", name="theme", value="?", local_value=fault, status=CheckStatus.FAILED, problem="theme"
        )


def _keyring(known: tuple[Profile, ...]) -> CheckResult:
    is_needed = any(profile.secret_backend is SecretBackend.KEYRING for profile in known)
    reason = KeyringStore.probe()
    if reason is None:
        return CheckResult(group="settings", name="os_keyring", value=KeyringStore.backend())
    return CheckResult(
        group="settings",
        name="os_keyring",
        value="-",
        status=CheckStatus.FAILED if is_needed else CheckStatus.WARNING,
        problem=reason,
    )


def _tokens(known: tuple[Profile, ...], profiles: Profiles, clock: Clock) -> Iterator[CheckResult]:
    now = clock()
    for at, profile in enumerate(known, 1):
        name = f"{at} {profile.environment_label}"
        try:
            status = profiles.token_status(profile)
        except KistuiError as error:
            yield CheckResult(
                group="tokens", name=name, value="?", local_value=f"{profile.name}  ?", error=error,
                status=CheckStatus.FAILED,
            )  # fmt: skip
            continue
        phase, mode = status.record.state(now), status.file_mode
        minutes = int(status.record.remaining(now).total_seconds()) // 60
        left = f" {minutes // 60}:{minutes % 60:02}" if phase is not TokenState.NONE else ""
        value = f"{phase.value}{left}" + ("" if mode is None else f" {mode:04o}")
        is_wide = mode is not None and bool(mode & 0o077)
        yield CheckResult(
            group="tokens", name=name, value=value, local_value=f"{profile.name}  {value}",
            status=CheckStatus.WARNING if is_wide else CheckStatus.OK, problem="wide" if is_wide else "",
        )  # fmt: skip
