"""Settings of all profiles, and those of one, each declared once.

    refresh_interval: Annotated[
        timedelta, Duration("refresh_seconds", SECOND, 10, 3600, (30, 60))
    ] = timedelta(seconds=60)

The annotation gives the key in `config.toml`, the valid values and those that the dialog offers.
From this line `storage/config.py` parses and checks the file, and the app builds the dialog and
applies a choice. Its label is the text `settings.<key>`. The order is the order of the dialog.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from typing import Annotated, Any, get_type_hints

from msgspec import Struct, field

from kistui.models.market_hours import AfterHoursPrice
from kistui.models.token import RENEW_BEFORE

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
AUTO = "auto"
"""In the file, the same as no value."""

TomlValue = str | int | bool | None
"""A value in `config.toml`; `None` where the key is absent."""


class InvalidSettingError(ValueError):
    """A value in the file is not valid; `reason` is a slug of the texts `reason.*`."""

    def __init__(self, reason: str, **details: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.details = details


class SettingType(Struct, frozen=True):
    """The key of a setting in `config.toml`, and how its value is written there."""

    key: str

    @property
    def choices(self) -> tuple[TomlValue, ...]:
        """The values that the dialog offers; none if the app knows them."""
        return ()

    def parse(self, value: object) -> Any:
        """Return the value of the field; raises InvalidSettingError."""
        raise NotImplementedError

    def to_toml(self, value: Any) -> TomlValue:
        """Return the value as it is written in the file."""
        toml_value: TomlValue = value
        return toml_value


class Switch(SettingType, frozen=True):
    """A `bool`."""

    @property
    def choices(self) -> tuple[TomlValue, ...]:
        """Both values."""
        return (False, True)

    def parse(self, value: object) -> bool:
        """Return the value; raises InvalidSettingError."""
        if not isinstance(value, bool):
            raise InvalidSettingError("not_one_of", choices="true, false")
        return value


class OneOf(SettingType, frozen=True):
    """One of some texts, or `None`, which is written as `auto` or not at all."""

    texts: tuple[str, ...]

    @property
    def choices(self) -> tuple[TomlValue, ...]:
        """`None` and the texts."""
        return (None, *self.texts)

    def parse(self, value: object) -> str | None:
        """Return the value; raises InvalidSettingError."""
        if value == AUTO:
            return None
        if not isinstance(value, str) or value not in self.texts:
            raise InvalidSettingError("not_one_of", choices=", ".join((AUTO, *self.texts)))
        return value


class EnumMember(SettingType, frozen=True):
    """A member of an enum, written as its value."""

    enum: type[Enum]

    @property
    def choices(self) -> tuple[TomlValue, ...]:
        """The values of the enum."""
        return tuple(member.value for member in self.enum)

    def parse(self, value: object) -> Enum:
        """Return the member; raises InvalidSettingError."""
        try:
            return self.enum(value)
        except ValueError:
            choices = ", ".join(member.value for member in self.enum)
            raise InvalidSettingError("not_one_of", choices=choices) from None

    def to_toml(self, value: Enum) -> TomlValue:
        """Return the value of the member."""
        toml_value: TomlValue = value.value
        return toml_value


class Name(SettingType, frozen=True):
    """A name that the app knows, such as that of a theme."""

    def parse(self, value: object) -> str:
        """Return the value; raises InvalidSettingError."""
        if not isinstance(value, str):
            raise InvalidSettingError("not_text")
        return value


class Duration(SettingType, frozen=True):
    """A `timedelta`, written as a whole number of units from `minimum` to `maximum`."""

    unit: timedelta
    minimum: int
    maximum: int
    offered: tuple[int, ...]

    @property
    def choices(self) -> tuple[TomlValue, ...]:
        """The usual numbers of units."""
        return self.offered

    def parse(self, value: object) -> timedelta:
        """Return the value; raises InvalidSettingError."""
        number = value if isinstance(value, int) and not isinstance(value, bool) else None
        if number is None or not self.minimum <= number <= self.maximum:
            raise InvalidSettingError("not_between", least=self.minimum, most=self.maximum)
        return number * self.unit

    def to_toml(self, value: timedelta) -> int:
        """Return the number of units."""
        return value // self.unit


class Settings(Struct, frozen=True, kw_only=True):
    """The settings, with their defaults."""

    language: Annotated[str | None, OneOf("language", ("ko", "en"))] = None
    """`None` for the language of the locale."""
    theme: Annotated[str | None, Name("theme")] = None
    """`None` for the default theme."""
    refresh_interval: Annotated[
        timedelta, Duration("refresh_seconds", SECOND, 10, 3600, (10, 30, 60, 120, 300, 600))
    ] = 60 * SECOND
    """Time between automatic refreshes."""
    renew_before: Annotated[
        timedelta, Duration("renew_before_minutes", MINUTE, 1, 720, (5, 10, 30, 60, 120))
    ] = RENEW_BEFORE
    """A token with less time left is renewed when next needed."""
    amounts_hidden: Annotated[bool, Switch("hidden")] = False
    """Whether amounts are hidden at the start."""
    highlight_changes: Annotated[bool, Switch("flash")] = True
    """Whether changed cells are highlighted briefly."""
    cache_balances: Annotated[bool, Switch("keep_figures")] = True
    """Whether the last balances are cached on disk for the next start."""
    record_history: Annotated[bool, Switch("history")] = True
    """Whether the totals of each business day are recorded on disk."""
    after_hours_price: Annotated[
        AfterHoursPrice, EnumMember("price_after_hours", AfterHoursPrice)
    ] = AfterHoursPrice.CLOSE
    """Which prices a domestic balance has outside KRX's regular session."""
    key_bindings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The user's own keys by action id, from the table `[keys]`."""


class ProfileSettings(Struct, frozen=True, kw_only=True):
    """The settings of a profile, in its own table of the file."""

    live_prices: Annotated[bool | None, Switch("live_prices")] = None
    """Whether live prices are read; `None` until the user has been asked."""


def _declared_settings(record: type[Struct]) -> Mapping[str, SettingType]:
    return {
        name: metadata
        for name, hint in get_type_hints(record, include_extras=True).items()
        for metadata in getattr(hint, "__metadata__", ())
    }


SETTINGS = _declared_settings(Settings)
"""The type of every setting, by the name of its field."""
PROFILE_SETTINGS = _declared_settings(ProfileSettings)
"""The type of every setting of a profile, by the name of its field."""
