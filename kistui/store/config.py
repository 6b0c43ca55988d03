"""`config.toml`: the profiles and which is the default. No secret is in it.

What kistui does not know in the file is kept; a file with a fault is never overwritten.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from kistui.errors import (
    ConfigError,
    InvalidAccountNumberError,
    InvalidProfileNameError,
    ProfileExistsError,
    ProfileNotFoundError,
    StorageError,
)
from kistui.models.account import AccountNumber, Environment, SecretBackend, Profile
from kistui.models.record import field, record, replace
from kistui.models.settings import Settings
from kistui.store.files import locked, read_private, write_private

NAME = re.compile(r"[\w-]{1,20}")
LIMITS = {"renew_before_minutes": (1, 720), "refresh_seconds": (10, 3600)}
LANGUAGES, AUTO = ("ko", "en"), "auto"
_LINE = re.compile(r"\(at line (\d+)")

Raw = dict[str, Any]
E = TypeVar("E", bound=Enum)


@record
class Config:
    """The file as read: profiles in the user's order, the default's name."""

    profiles: tuple[Profile, ...] = ()
    default: str | None = None
    settings: Settings = field(default_factory=Settings)
    raw: Raw = field(default_factory=dict, repr=False)

    def find(self, name: str) -> Profile:
        """The profile of that name; raises ProfileUnknown."""
        for profile in self.profiles:
            if profile.name == name:
                return profile
        known = ", ".join(profile.name for profile in self.profiles) or "-"
        raise ProfileNotFoundError(name=name, known=known)

    def chosen(self) -> Profile | None:
        """The default profile, or the first."""
        for profile in self.profiles:
            if profile.name == self.default:
                return profile
        return self.profiles[0] if self.profiles else None


def load(path: Path) -> Config:
    """The configuration; an empty one when there is no file. Raises BadConfig, FileUnreadable."""
    content = read_private(path)
    return Config() if content is None else parse(path, content)


def parse(path: Path, content: bytes) -> Config:
    """The configuration in a file's content; raises BadConfig naming line or key."""
    try:
        raw = tomllib.loads(content.decode("utf-8"))
    except tomllib.TOMLDecodeError as error:
        at = _LINE.search(str(error))
        line = int(at[1]) if at else content.count(b"\n") + 1
        reason = _LINE.split(str(error))[0].strip()
        raise _bad(path, "", reason, line=line) from None
    except UnicodeDecodeError as error:
        raise _bad(path, f"byte {error.start}", "not_utf8") from None
    except (ValueError, RecursionError):  # a number or a nesting that has no end
        raise _bad(path, "config.toml", "too_large") from None
    default = raw.get("default")
    if default is not None and not isinstance(default, str):
        raise _bad(path, "default", "not_text")
    tables = raw.get("profiles", {})
    if not isinstance(tables, dict):
        raise _bad(path, "profiles", "not_table")
    profiles = [_read_profile(path, name, table) for name, table in tables.items()]
    order = {name: table.get("order", 0) for name, table in tables.items()}
    profiles.sort(key=lambda profile: order[profile.name])
    settings = _read_settings(path, raw.get("settings", {}))
    settings = replace(settings, keys=_read_keys(path, raw.get("keys", {})))
    return Config(tuple(profiles), default, settings, raw)


def update(path: Path, change: Callable[[Raw], None]) -> Config:
    """Read, change and write under a lock, so that two processes lose nothing.

    Raises what `load` raises, FileUnwritable, StoreBusy, and what `change` does.
    """
    # Loaded where it is needed: only those who write pay for it.
    import tomli_w  # noqa: PLC0415

    with locked(path):
        raw = deepcopy(load(path).raw)
        change(raw)
        content = tomli_w.dumps(raw).encode()
        config = parse(path, content)
        write_private(path, content)
        return config


def add_profile(path: Path, profile: Profile) -> Config:
    """Add a profile; the first becomes the default. Raises ProfileExists, InvalidName."""
    check_name(profile.name)

    def change(raw: Raw) -> None:
        profiles = raw.setdefault("profiles", {})
        if profile.name in profiles:
            raise ProfileExistsError(name=profile.name)
        profiles[profile.name] = _as_table(profile)
        raw.setdefault("default", profile.name)

    return update(path, change)


def change_profile(path: Path, profile: Profile) -> Config:
    """Write a profile's account, place and command anew; its environment stays."""

    def change(raw: Raw) -> None:
        table = _table_of(raw, profile.name)
        table.pop("secret_command", None)
        table.update(_as_table(profile) | {"environment": table["environment"]})

    return update(path, change)


def remove_profile(path: Path, name: str) -> Config:
    """Forget a profile; another becomes the default if it was that. Raises ProfileUnknown."""

    def change(raw: Raw) -> None:
        _table_of(raw, name)
        del raw["profiles"][name]
        if raw.get("default") == name:
            raw.pop("default")
            if raw["profiles"]:
                raw["default"] = next(iter(raw["profiles"]))

    return update(path, change)


def use_profile(path: Path, name: str) -> Config:
    """Make a profile the default; raises ProfileUnknown."""

    def change(raw: Raw) -> None:
        _table_of(raw, name)
        raw["default"] = name

    return update(path, change)


def keep_setting(path: Path, key: str, value: str | int | bool | None) -> Config:
    """Write one setting, or with `None` leave it to be the usual; raises as `update`."""

    def change(raw: Raw) -> None:
        table = raw.setdefault("settings", {})
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value

    return update(path, change)


def language(path: Path) -> str | None:
    """The language that is set, if one is; a file with a fault is told of elsewhere."""
    try:
        return load(path).settings.language
    except StorageError:
        return None


def check_name(name: str) -> None:
    """Raises InvalidName unless it is 1 to 20 letters, digits, `-` or `_`."""
    if not NAME.fullmatch(name):
        raise InvalidProfileNameError(name=name)


def _table_of(raw: Raw, name: str) -> Raw:
    profiles: Raw = raw.get("profiles", {})
    if name not in profiles:
        raise ProfileNotFoundError(name=name, known=", ".join(profiles) or "-")
    table: Raw = profiles[name]
    return table


def _as_table(profile: Profile) -> Raw:
    table: Raw = {
        "environment": profile.environment.value,
        "account": f"{profile.account.number}-{profile.account.product_code}",
        "secrets": profile.secret_backend.value,
    }
    if profile.base_url:
        table["base_url"] = profile.base_url
    if profile.secret_command:
        table["secret_command"] = list(profile.secret_command)
    return table


def _read_profile(path: Path, name: str, table: object) -> Profile:
    where = f"profiles.{name}"
    if not NAME.fullmatch(name):
        raise _bad(path, where, "not_name")
    if not isinstance(table, dict):
        raise _bad(path, where, "not_table")
    environment = _choice(path, f"{where}.environment", table, Environment)
    place = _choice(path, f"{where}.secrets", table, SecretBackend)
    try:
        account = AccountNumber.parse(str(table.get("account", "")))
    except InvalidAccountNumberError:
        raise _bad(path, f"{where}.account", "not_account") from None
    base_url = table.get("base_url")
    if base_url is not None and not isinstance(base_url, str):
        raise _bad(path, f"{where}.base_url", "not_text")
    if not isinstance(table.get("order", 0), (int, float)):
        raise _bad(path, f"{where}.order", "not_number")
    command = table.get("secret_command", [])
    if not isinstance(command, list) or not all(isinstance(word, str) for word in command):
        raise _bad(path, f"{where}.secret_command", "not_list")
    return Profile(name, environment, account, base_url, secret_backend=place, secret_command=tuple(command))


def _read_settings(path: Path, table: object) -> Settings:
    if not isinstance(table, dict):
        raise _bad(path, "settings", "not_table")
    usual = Settings()
    theme, language = table.get("theme"), table.get("language", AUTO)
    if theme is not None and not isinstance(theme, str):
        raise _bad(path, "settings.theme", "not_text")
    if language not in (AUTO, *LANGUAGES):
        raise _bad(path, "settings.language", "not_one_of", choices=", ".join((AUTO, *LANGUAGES)))
    minute, second = timedelta(minutes=1), timedelta(seconds=1)
    return Settings(
        renew_before=_span(path, table, "renew_before_minutes", minute, usual.renew_before),
        refresh_interval=_span(path, table, "refresh_seconds", second, usual.refresh_interval),
        amounts_hidden=_switch(path, table, "hidden", usual=usual.amounts_hidden),
        theme=theme,
        language=None if language == AUTO else language,
        highlight_changes=_switch(path, table, "flash", usual=usual.highlight_changes),
        cache_balances=_switch(path, table, "keep_figures", usual=usual.cache_balances),
    )


def _read_keys(path: Path, table: object) -> Mapping[str, tuple[str, ...]]:
    """The user's keys by the name of what they do; which keys there are is not known here."""
    if not isinstance(table, dict):
        raise _bad(path, "keys", "not_table")
    found: dict[str, tuple[str, ...]] = {}
    for name, value in table.items():
        if isinstance(value, dict):  # a dot in a name makes a table of it
            inner = _read_keys(path, value)
            found |= {f"{name}.{rest}": keys for rest, keys in inner.items()}
            continue
        keys = value.split() if isinstance(value, str) else value
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            raise _bad(path, f"keys.{name}", "not_keys")
        found[name] = tuple(keys)
    return found


def _switch(path: Path, table: Raw, key: str, *, usual: bool) -> bool:
    value = table.get(key, usual)
    if not isinstance(value, bool):
        raise _bad(path, f"settings.{key}", "not_one_of", choices="true, false")
    return value


def _span(path: Path, table: Raw, key: str, unit: timedelta, usual: timedelta) -> timedelta:
    number = table.get(key, usual // unit)
    least, most = LIMITS[key]
    if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
        raise _bad(path, f"settings.{key}", "not_between", least=least, most=most)
    return number * unit


def _choice(path: Path, where: str, table: Mapping[str, Any], kind: type[E]) -> E:
    values = [each.value for each in kind]
    value = table.get(where.rpartition(".")[2])
    if value not in values:
        raise _bad(path, where, "not_one_of", choices=", ".join(values))
    return kind(value)


def _bad(path: Path, where: str, reason: str, **details: Any) -> ConfigError:
    return ConfigError(path=str(path), where=where, reason=reason, **details)
