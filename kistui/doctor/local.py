"""Checks of this machine: versions, terminal, locale, folders and files, configuration, tokens."""

import locale
import os
import platform
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from kistui import __version__
from kistui.clock import Clock
from kistui.doctor import CheckResult, CheckStatus
from kistui.errors import KeyringUnavailableError, KistuiError, SetupError, StorageError
from kistui.models.account import Profile, SecretBackend
from kistui.models.text import clean_text, mask_secrets
from kistui.models.token import TokenState
from kistui.services.profiles import ProfileService
from kistui.storage.config import load_config
from kistui.storage.file_access import is_own, is_wide_mode
from kistui.storage.files import exists, leftover_files, read_only_mode
from kistui.storage.history_store import HistoryStore
from kistui.storage.paths import AppPaths, display_path
from kistui.storage.secrets import KeyringSecretStore
from kistui.storage.themes import load_themes

CHECKED_PACKAGES = ("textual", "rich", "httpx", "keyring", "cryptography")


def check_machine(environ: Mapping[str, str]) -> tuple[CheckResult, ...]:
    """Check versions, terminal and locale; writes nothing to the terminal."""
    return (*_check_versions(), *_check_terminal(environ), *_check_locale(environ))


def _check_versions() -> Iterator[CheckResult]:
    def result(name: str, value: str, status: CheckStatus = CheckStatus.OK) -> CheckResult:
        return CheckResult(group="versions", name=name, value=value, status=status)

    yield result("kistui", __version__)
    yield result("python", f"{platform.python_implementation()} {platform.python_version()}")
    for name in CHECKED_PACKAGES:
        try:
            yield result(name, version(name))
        except PackageNotFoundError:
            yield result(name, "-", CheckStatus.FAILED)
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    yield result("platform", system)


def _check_terminal(environ: Mapping[str, str]) -> Iterator[CheckResult]:
    def result(name: str, value: str, problem: str = "") -> CheckResult:
        status = CheckStatus.WARNING if problem else CheckStatus.OK
        return CheckResult(group="terminal", name=name, value=value, status=status, problem=problem)

    streams = {"stdin": sys.stdin, "stdout": sys.stdout, "stderr": sys.stderr}
    ttys = [name for name, stream in streams.items() if stream is not None and stream.isatty()]
    yield result("tty", ", ".join(ttys) or "-")
    term = _sanitize(environ.get("TERM", ""))
    yield result("term", term or "-", "no_term" if term in ("", "dumb") else "")
    yield result("colorterm", _sanitize(environ.get("COLORTERM", "")) or "-")
    if environ.get("NO_COLOR"):
        yield result("no_color", "NO_COLOR")
    yield _check_terminal_size(ttys)
    wrappers = {"tmux": "TMUX", "screen": "STY", "ssh": "SSH_CONNECTION"}
    yield result(
        "around", ", ".join(name for name, key in wrappers.items() if environ.get(key)) or "-"
    )
    # Measuring it would need writing to the terminal.
    yield CheckResult(
        group="terminal",
        name="ambiguous",
        value="?",
        status=CheckStatus.SKIPPED,
        problem="not_asked",
    )


def _check_terminal_size(ttys: list[str]) -> CheckResult:
    for name in ttys:
        with suppress(OSError, ValueError):
            size = os.get_terminal_size({"stdin": 0, "stdout": 1, "stderr": 2}[name])
            small = size.columns < 60 or size.lines < 20
            return CheckResult(
                group="terminal",
                name="size",
                value=f"{size.columns}x{size.lines}",
                status=CheckStatus.WARNING if small else CheckStatus.OK,
                problem="small" if small else "",
            )
    return CheckResult(group="terminal", name="size", value="-", status=CheckStatus.SKIPPED)


def _check_locale(environ: Mapping[str, str]) -> Iterator[CheckResult]:
    names = ("LC_ALL", "LC_CTYPE", "LANG")
    assignments = [f"{name}={_sanitize(environ[name])}" for name in names if environ.get(name)]
    yield CheckResult(group="locale", name="variables", value=" ".join(assignments) or "-")
    encoding = locale.getencoding()
    is_utf8 = encoding.lower().replace("-", "") == "utf8" or bool(sys.flags.utf8_mode)
    yield CheckResult(
        group="locale",
        name="encoding",
        value=encoding,
        status=CheckStatus.OK if is_utf8 else CheckStatus.WARNING,
        problem="" if is_utf8 else "not_utf8",
    )


def _sanitize(raw: str) -> str:
    return mask_secrets(clean_text(raw))[:40]


def check_disk(paths: AppPaths, profiles: ProfileService, clock: Clock) -> tuple[CheckResult, ...]:
    """Check everything on disk without changing it."""
    with read_only_mode():
        saved_profiles, profiles_error = _load_profiles(profiles)
        return (
            *_check_paths(paths),
            *_check_leftovers(paths),
            *_check_histories(paths),
            *_check_config(paths, profiles_error),
            *_check_themes(paths),
            _check_keyring(saved_profiles),
            *_check_tokens(saved_profiles, profiles, clock),
        )


def _load_profiles(profiles: ProfileService) -> tuple[tuple[Profile, ...], KistuiError | None]:
    try:
        return profiles.list_profiles(), profiles.setup_problem()
    except KistuiError as error:
        return (), error


def _check_paths(app_paths: AppPaths) -> Iterator[CheckResult]:
    for name, path in (
        ("config_folder", app_paths.config_dir),
        ("config_file", app_paths.config_file),
        ("plain_secrets", app_paths.plaintext_secrets_file),
        ("encrypted_secrets", app_paths.encrypted_secrets_file),
        ("state_folder", app_paths.state_dir),
        ("tokens_folder", app_paths.tokens_dir),
        ("balances_folder", app_paths.balances_dir),
        ("history_folder", app_paths.history_dir),
        ("log_file", app_paths.log_file),
    ):
        yield _check_path(name, path)


def _check_path(name: str, path: Path) -> CheckResult:
    is_folder = name.endswith("_folder")
    try:
        # A folder and config.toml may be symbolic links; a file with secrets may not.
        may_be_link = is_folder or name == "config_file"
        path_stat = path.stat() if may_be_link else path.lstat()
        mode, status, problem = _inspect_path(path, path_stat, is_folder=is_folder)
        if problem == "wide" and name == "config_file" and path.is_symlink():
            # It holds no secret, and kistui does not change it.
            status, problem = CheckStatus.OK, ""
    except (FileNotFoundError, NotADirectoryError):
        is_creatable = _can_create(path)
        mode, status = "-", CheckStatus.OK if is_creatable else CheckStatus.FAILED
        problem = "absent" if is_creatable else "cannot_be_created"
    except OSError:
        mode, status, problem = "?", CheckStatus.FAILED, "no_entry"
    location = f"{display_path(path)}  {mode}"
    return CheckResult(
        group="paths", name=name, value=mode, local_value=location, problem=problem, status=status
    )


def _inspect_path(
    path: Path, path_stat: os.stat_result, *, is_folder: bool
) -> tuple[str, CheckStatus, str]:
    """Return the mode of a path, its status and its first problem."""
    is_right = stat.S_ISDIR if is_folder else stat.S_ISREG
    problems = {
        "link": stat.S_ISLNK(path_stat.st_mode),
        "wrong_kind": not is_right(path_stat.st_mode),
        "other_owner": not is_own(path_stat),
        "not_writable": not os.access(path, os.R_OK | os.W_OK),
        "wide": is_wide_mode(path_stat.st_mode),
    }
    problem = next((name for name, is_present in problems.items() if is_present), "")
    status = {"": CheckStatus.OK, "wide": CheckStatus.WARNING}.get(problem, CheckStatus.FAILED)
    return f"{stat.S_IMODE(path_stat.st_mode):04o}", status, problem


def _can_create(path: Path) -> bool:
    """Return whether the nearest existing folder is writable."""
    for folder in path.parents:
        if exists(folder):
            return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    return False


def _check_leftovers(app_paths: AppPaths) -> Iterator[CheckResult]:
    """Report temporary files of killed processes, which may hold secrets."""
    folders = (
        app_paths.config_dir,
        app_paths.state_dir,
        app_paths.tokens_dir,
        app_paths.balances_dir,
        app_paths.history_dir,
    )
    paths = [path for folder in folders for path in leftover_files(folder)]
    if paths:
        yield CheckResult(
            group="paths",
            name="leftovers",
            value=str(len(paths)),
            local_value=", ".join(map(display_path, paths)),
            status=CheckStatus.WARNING,
            problem="leftover",
        )


def _check_histories(app_paths: AppPaths) -> Iterator[CheckResult]:
    """Report asset histories that cannot be parsed and so do not grow."""
    for error in HistoryStore(app_paths.history_dir).problems():
        yield CheckResult(
            group="paths", name="history_file", value="?", status=CheckStatus.FAILED, error=error
        )


def _check_config(paths: AppPaths, profiles_error: KistuiError | None) -> Iterator[CheckResult]:
    try:
        config = load_config(paths.config_file)
    except StorageError as error:
        yield CheckResult(
            group="settings", name="config", value="?", status=CheckStatus.FAILED, error=error
        )
        return
    labels = [profile.environment_label for profile in config.profiles]
    counts = {label: labels.count(label) for label in ("real", "paper")}
    value = ", ".join(f"{count} {label}" for label, count in counts.items())
    yield CheckResult(
        group="settings", name="config", value=value, text="profiles", details=dict(counts)
    )
    if profiles_error is not None:
        # Saved profiles work without the environment's account.
        is_fatal = isinstance(profiles_error, StorageError) or not config.profiles
        yield CheckResult(
            group="settings",
            name="environment" if isinstance(profiles_error, SetupError) else "default",
            value="?",
            status=CheckStatus.FAILED if is_fatal else CheckStatus.WARNING,
            error=profiles_error,
        )


def _check_themes(paths: AppPaths) -> Iterator[CheckResult]:
    themes = load_themes([paths.themes_dir])
    yield CheckResult(group="settings", name="themes", value=str(len(themes.by_name)))
    for error in themes.errors:
        yield CheckResult(
            group="settings",
            name="theme",
            value="?",
            local_value=error,
            status=CheckStatus.FAILED,
            problem="theme",
        )


def _check_keyring(saved_profiles: tuple[Profile, ...]) -> CheckResult:
    is_needed = any(profile.secret_backend is SecretBackend.KEYRING for profile in saved_profiles)
    reason = KeyringSecretStore.unavailable_reason()
    try:
        if reason is None:
            is_locked = KeyringSecretStore.is_locked()
            return CheckResult(
                group="settings",
                name="os_keyring",
                value=KeyringSecretStore.backend_class_name(),
                status=CheckStatus.WARNING if is_locked else CheckStatus.OK,
                problem="keyring_locked" if is_locked else "",
            )
    except KeyringUnavailableError as error:
        reason = str(error.details["reason"])
    return CheckResult(
        group="settings",
        name="os_keyring",
        value="-",
        status=CheckStatus.FAILED if is_needed else CheckStatus.WARNING,
        problem=reason,
    )


def _check_tokens(
    saved_profiles: tuple[Profile, ...], profiles: ProfileService, clock: Clock
) -> Iterator[CheckResult]:
    now = clock()
    for number, profile in enumerate(saved_profiles, 1):
        name = f"{number} {profile.environment_label}"
        try:
            status = profiles.token_status(profile)
        except KistuiError as error:
            yield CheckResult(
                group="tokens", name=name, value="?", local_value=f"{profile.name}  ?", error=error,
                status=CheckStatus.FAILED,
            )  # fmt: skip
            continue
        state, mode = status.record.state(now), status.file_mode
        minutes = int(status.record.remaining(now).total_seconds()) // 60
        time_left = f" {minutes // 60}:{minutes % 60:02}" if state is not TokenState.NONE else ""
        mode_text = "" if mode is None else f" {mode:04o}"
        is_wide = mode is not None and is_wide_mode(mode)
        yield CheckResult(
            group="tokens",
            name=name,
            value=f"{state.value}{time_left}{mode_text}",
            text="token",
            details={
                "name": profile.name,
                "state": state.value,
                "left": time_left,
                "mode": mode_text,
            },
            status=CheckStatus.WARNING if is_wide else CheckStatus.OK,
            problem="wide" if is_wide else "",
        )
