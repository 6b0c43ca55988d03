"""`config.toml`: profiles, the default profile, settings and keys; no secrets.

Unknown keys in the file are preserved. An invalid file is never overwritten.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct, field

from kistui.errors import (
    ConfigError,
    InvalidAccountNumberError,
    InvalidProfileNameError,
    ProfileExistsError,
    ProfileNotFoundError,
    StorageError,
)
from kistui.models.account import AccountNumber, Environment, Profile, SecretBackend
from kistui.models.settings import (
    PROFILE_SETTINGS,
    SETTINGS,
    InvalidSettingError,
    ProfileSettings,
    Settings,
    SettingType,
    TomlValue,
)
from kistui.storage.files import (
    file_lock,
    read_only_mode,
    read_private_file,
    replace_file,
    resolve_link,
    write_private_file,
)

PROFILE_NAME_PATTERN = re.compile(r"[\w-]{1,20}")
_LINE_NUMBER_PATTERN = re.compile(r"\(at line (\d+)")

RawConfig = dict[str, Any]
EnumT = TypeVar("EnumT", bound=Enum)


class Config(Struct, frozen=True):
    """The parsed file; profiles are in the user's order."""

    profiles: tuple[Profile, ...] = ()
    default_name: str | None = None
    settings: Settings = field(default_factory=Settings)
    profile_settings: Mapping[str, ProfileSettings] = field(default_factory=dict)
    """The settings of profiles by name."""

    def has_profile(self, name: str) -> bool:
        """Return whether there is a profile of that name."""
        return any(profile.name == name for profile in self.profiles)

    def get_profile(self, name: str) -> Profile:
        """Return a profile; raises ProfileNotFoundError."""
        for profile in self.profiles:
            if profile.name == name:
                return profile
        raise _profile_not_found(name, [profile.name for profile in self.profiles])

    def default_profile(self) -> Profile | None:
        """Return the default profile, or the first one."""
        for profile in self.profiles:
            if profile.name == self.default_name:
                return profile
        return self.profiles[0] if self.profiles else None


def load_config(path: Path) -> Config:
    """Return the configuration, empty without a file. Raises ConfigError, FileReadError."""
    content = _read(path)
    return Config() if content is None else parse_config(path, content)


def parse_config(path: Path, content: bytes) -> Config:
    """Parse a file's content; raises ConfigError with the line or key."""
    try:
        raw = tomllib.loads(content.decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        match = _LINE_NUMBER_PATTERN.search(str(error))
        line = int(match[1]) if match else content.count(b"\n") + 1
        detail = _LINE_NUMBER_PATTERN.split(str(error))[0].strip()
        raise _config_error(path, "", "bad_toml", line=line, detail=detail) from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _config_error(path, "", "not_utf8", line=line) from None
    except (ValueError, RecursionError):  # a number or a nesting without end
        raise _config_error(path, "config.toml", "too_large") from None
    default = raw.get("default")
    if default is not None and not isinstance(default, str):
        raise _config_error(path, "default", "not_text")
    tables = raw.get("profiles", {})
    if not isinstance(tables, dict):
        raise _config_error(path, "profiles", "not_table")
    profiles = [_parse_profile(path, name, table) for name, table in tables.items()]
    order = {name: table.get("order", 0) for name, table in tables.items()}
    profiles.sort(key=lambda profile: order[profile.name])
    settings = Settings(
        **_parse_settings(path, "settings", raw.get("settings", {}), SETTINGS),
        key_bindings=_parse_keys(path, raw.get("keys", {})),
    )
    profile_settings = {
        name: ProfileSettings(**_parse_settings(path, f"profiles.{name}", table, PROFILE_SETTINGS))
        for name, table in tables.items()
    }
    return Config(tuple(profiles), default, settings, profile_settings)


def update_config(path: Path, change: Callable[[RawConfig], None]) -> Config:
    """Read the file, apply `change` and write it under a lock; comments and order stay.

    Raises what `load_config` and `change` raise, FileWriteError, LockTimeoutError.
    """
    import tomlkit  # noqa: PLC0415  # 70 ms that only writing pays for
    from tomlkit.exceptions import ParseError  # noqa: PLC0415

    with file_lock(path):
        target = resolve_link(path)
        content = _read(path) or b""
        parse_config(path, content)
        try:
            document = tomlkit.parse(content.decode("utf-8-sig"))
        except ParseError as error:  # a nesting that tomllib reads
            details = {"line": error.line, "detail": str(error)}
            raise _config_error(path, "", "bad_toml", **details) from None
        change(document)
        content = tomlkit.dumps(document).encode()
        config = parse_config(path, content)
        if target == path:
            write_private_file(path, content)
        else:
            replace_file(target, content)
        return config


def _read(path: Path) -> bytes | None:
    target = resolve_link(path)
    if target == path:
        return read_private_file(path)
    with read_only_mode():  # a dotfile manager decides on its mode
        return read_private_file(target)


def add_profile(path: Path, profile: Profile) -> Config:
    """Add a profile; the first becomes the default.

    Raises ProfileExistsError, InvalidProfileNameError.
    """
    ensure_valid_profile_name(profile.name)

    def change(raw: RawConfig) -> None:
        profiles = raw.setdefault("profiles", {})
        if profile.name in profiles:
            raise ProfileExistsError(name=profile.name)
        profiles[profile.name] = _profile_to_table(profile)
        raw.setdefault("default", profile.name)

    return update_config(path, change)


def update_profile(path: Path, profile: Profile) -> Config:
    """Write a profile's account, secret backend and command; its environment stays."""

    def change(raw: RawConfig) -> None:
        table = _profile_table(raw, profile.name)
        table.pop("secret_command", None)
        table.pop("secret_command_asks", None)
        table.update(_profile_to_table(profile) | {"environment": table["environment"]})

    return update_config(path, change)


def remove_profile(path: Path, name: str) -> Config:
    """Remove a profile; raises ProfileNotFoundError.

    If it was the default, the first remaining profile becomes the default.
    """

    def change(raw: RawConfig) -> None:
        _profile_table(raw, name)
        del raw["profiles"][name]
        if raw.get("default") == name:
            raw.pop("default")
            if raw["profiles"]:
                raw["default"] = next(iter(raw["profiles"]))

    return update_config(path, change)


def ensure_profile_writable(path: Path, name: str) -> None:
    """Write the file as it is, before something that cannot be undone.

    Raises ProfileNotFoundError, and as `update_config`.
    """

    def change(raw: RawConfig) -> None:
        _profile_table(raw, name)

    update_config(path, change)


def set_default_profile(path: Path, name: str) -> Config:
    """Make a profile the default; raises ProfileNotFoundError."""

    def change(raw: RawConfig) -> None:
        _profile_table(raw, name)
        raw["default"] = name

    return update_config(path, change)


def save_setting(path: Path, key: str, value: TomlValue) -> Config:
    """Write a setting, or remove it if `value` is `None`; raises as `update_config`."""

    def change(raw: RawConfig) -> None:
        _set_value(raw.setdefault("settings", {}), key, value)

    return update_config(path, change)


def save_profile_setting(path: Path, name: str, key: str, value: TomlValue) -> Config:
    """Write a setting of the profile `name`; raises ProfileNotFoundError, as `update_config`."""

    def change(raw: RawConfig) -> None:
        _set_value(_profile_table(raw, name), key, value)

    return update_config(path, change)


def _set_value(table: RawConfig, key: str, value: TomlValue) -> None:
    """Write a value into a table, or remove it if it is `None`."""
    if value is None:
        table.pop(key, None)
    else:
        table[key] = value


def configured_language(path: Path) -> str | None:
    """Return the configured language, if any; an invalid file is reported elsewhere."""
    try:
        return load_config(path).settings.language
    except StorageError:
        return None


def ensure_valid_profile_name(name: str) -> None:
    """Raise InvalidProfileNameError unless it is 1 to 20 letters, digits, `-` or `_`."""
    if not PROFILE_NAME_PATTERN.fullmatch(name):
        raise InvalidProfileNameError(name=name)


def _profile_not_found(name: str, names: Iterable[str]) -> ProfileNotFoundError:
    known = ", ".join(names)
    reason = "" if known else "no_profiles"  # it needs other advice
    return ProfileNotFoundError(name=name, known=known or "-", reason=reason)


def _profile_table(raw: RawConfig, name: str) -> RawConfig:
    profiles: RawConfig = raw.get("profiles", {})
    if name not in profiles:
        raise _profile_not_found(name, profiles)
    table: RawConfig = profiles[name]
    return table


def _profile_to_table(profile: Profile) -> RawConfig:
    table: RawConfig = {
        "environment": profile.environment.value,
        "account": profile.account.unmasked,
        "secrets": profile.secret_backend.value,
    }
    if profile.base_url:
        table["base_url"] = profile.base_url
    if profile.secret_command:
        table["secret_command"] = list(profile.secret_command)
    if profile.secret_command_asks:
        table["secret_command_asks"] = True
    return table


def _parse_profile(path: Path, name: str, table: object) -> Profile:
    key_path = f"profiles.{name}"
    if not PROFILE_NAME_PATTERN.fullmatch(name):
        raise _config_error(path, key_path, "not_name")
    if not isinstance(table, dict):
        raise _config_error(path, key_path, "not_table")
    environment = _parse_enum(path, f"{key_path}.environment", table, Environment)
    backend = _parse_enum(path, f"{key_path}.secrets", table, SecretBackend)
    try:
        account = AccountNumber.parse(str(table.get("account", "")))
    except InvalidAccountNumberError:
        raise _config_error(path, f"{key_path}.account", "not_account") from None
    base_url = table.get("base_url")
    if base_url is not None and not isinstance(base_url, str):
        raise _config_error(path, f"{key_path}.base_url", "not_text")
    if not isinstance(table.get("order", 0), (int, float)):
        raise _config_error(path, f"{key_path}.order", "not_number")
    command = table.get("secret_command", [])
    if not isinstance(command, list) or not all(isinstance(word, str) for word in command):
        raise _config_error(path, f"{key_path}.secret_command", "not_list")
    command_asks = table.get("secret_command_asks", False)
    if not isinstance(command_asks, bool):
        raise _config_error(path, f"{key_path}.secret_command_asks", "not_boolean")
    return Profile(
        name,
        environment,
        account,
        base_url,
        secret_backend=backend,
        secret_command=tuple(command),
        secret_command_asks=command_asks,
    )


def _parse_settings(
    path: Path, table_path: str, table: object, declared: Mapping[str, SettingType]
) -> dict[str, Any]:
    """Return the values of the settings in a table, by the name of their field."""
    if not isinstance(table, dict):
        raise _config_error(path, table_path, "not_table")
    values = {}
    for name, setting in declared.items():
        if setting.key in table:
            try:
                values[name] = setting.parse(table[setting.key])
            except InvalidSettingError as error:
                key_path = f"{table_path}.{setting.key}"
                raise _config_error(path, key_path, error.reason, **error.details) from None
    return values


def _parse_keys(path: Path, table: object) -> Mapping[str, tuple[str, ...]]:
    """Return the user's keys by action id; whether they exist is checked elsewhere."""
    if not isinstance(table, dict):
        raise _config_error(path, "keys", "not_table")
    key_bindings: dict[str, tuple[str, ...]] = {}
    remaining = list(reversed(table.items()))
    while remaining:  # no recursion: a dotted name has any number of parts
        name, value = remaining.pop()
        if isinstance(value, dict):  # TOML reads a dotted name as a table
            remaining += [(f"{name}.{part}", inner) for part, inner in reversed(value.items())]
            continue
        keys = value.split() if isinstance(value, str) else value
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            raise _config_error(path, f"keys.{name}", "not_keys")
        key_bindings[name] = tuple(keys)
    return key_bindings


def _parse_enum(
    path: Path, key_path: str, table: Mapping[str, Any], enum_type: type[EnumT]
) -> EnumT:
    values = [member.value for member in enum_type]
    value = table.get(key_path.rpartition(".")[2])
    if value not in values:
        raise _config_error(path, key_path, "not_one_of", choices=", ".join(values))
    return enum_type(value)


def _config_error(path: Path, key_path: str, reason: str, **details: Any) -> ConfigError:
    """Return the error for a key, such as `profiles.main.account`, or a blank key for a line."""
    return ConfigError(path=str(path), where=key_path, reason=reason, **details)
