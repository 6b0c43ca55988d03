"""What is on disk: folders and files with their modes, the configuration, themes, tokens."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from kistui.clock import Clock
from kistui.errors import KistuiError, StoreError
from kistui.model.account import Place, Profile
from kistui.model.checks import Finding, Health
from kistui.model.token import Phase
from kistui.profiles import Profiles
from kistui.store.config import load
from kistui.store.files import only_looking
from kistui.store.paths import Folders, shown_path
from kistui.store.secrets import KeyringStore
from kistui.store.themes import load_themes


def look_at_disk(folders: Folders, profiles: Profiles, clock: Clock) -> tuple[Finding, ...]:
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


def _paths(folders: Folders) -> Iterator[Finding]:
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


def _path(name: str, path: Path) -> Finding:
    is_folder = name.endswith("_folder")
    try:
        # A folder may be a link, as people have them; a file may not.
        about = path.stat() if is_folder else path.lstat()
        mode, health, fault = _judge(path, about, is_folder=is_folder)
    except (FileNotFoundError, NotADirectoryError):
        can = _can_be_made(path)
        mode, health = "-", Health.GOOD if can else Health.BAD
        fault = "absent" if can else "cannot_be_made"
    except OSError:
        mode, health, fault = "?", Health.BAD, "no_entry"
    here = f"{shown_path(path)}  {mode}"
    return Finding(group="paths", name=name, value=mode, here=here, fault=fault, health=health)


def _judge(path: Path, about: os.stat_result, *, is_folder: bool) -> tuple[str, Health, str]:
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
    health = {"": Health.GOOD, "wide": Health.NOTE}.get(fault, Health.BAD)
    return f"{stat.S_IMODE(about.st_mode):04o}", health, fault


def _can_be_made(path: Path) -> bool:
    """Whether the nearest folder there is lets one write into it."""
    for folder in path.parents:
        if folder.exists():
            return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    return False


def _configuration(folders: Folders, trouble: KistuiError | None) -> Iterator[Finding]:
    try:
        config = load(folders.config_file)
    except StoreError as error:
        yield Finding(group="settings", name="config", value="?", health=Health.BAD, error=error)
        return
    kinds = [profile.kind for profile in config.profiles]
    value = ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("real", "paper"))
    yield Finding(group="settings", name="config", value=value)
    if trouble is not None:
        yield Finding(
            group="settings", name="environment", value="?", health=Health.BAD, error=trouble
        )


def _themes(folders: Folders) -> Iterator[Finding]:
    themes = load_themes([folders.themes])
    count = f"{len(themes.by_name)}"
    yield Finding(group="settings", name="themes", value=count)
    for fault in themes.faults:
        yield Finding(
            group="settings", name="theme", value="?", here=fault, health=Health.BAD, fault="theme"
        )


def _keyring(known: tuple[Profile, ...]) -> Finding:
    is_needed = any(profile.place is Place.KEYRING for profile in known)
    reason = KeyringStore.probe()
    if reason is None:
        return Finding(group="settings", name="os_keyring", value=KeyringStore.backend())
    return Finding(
        group="settings",
        name="os_keyring",
        value="-",
        health=Health.BAD if is_needed else Health.NOTE,
        fault=reason,
    )


def _tokens(known: tuple[Profile, ...], profiles: Profiles, clock: Clock) -> Iterator[Finding]:
    now = clock()
    for at, profile in enumerate(known, 1):
        name = f"{at} {profile.kind}"
        try:
            status = profiles.token_status(profile)
        except KistuiError as error:
            yield Finding(
                group="tokens", name=name, value="?", here=f"{profile.name}  ?", error=error,
                health=Health.BAD,
            )  # fmt: skip
            continue
        phase, mode = status.record.phase(now), status.mode
        minutes = int(status.record.remaining(now).total_seconds()) // 60
        left = f" {minutes // 60}:{minutes % 60:02}" if phase is not Phase.NONE else ""
        value = f"{phase.value}{left}" + ("" if mode is None else f" {mode:04o}")
        is_wide = mode is not None and bool(mode & 0o077)
        yield Finding(
            group="tokens", name=name, value=value, here=f"{profile.name}  {value}",
            health=Health.NOTE if is_wide else Health.GOOD, fault="wide" if is_wide else "",
        )  # fmt: skip
