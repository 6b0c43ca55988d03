"""What the user gave does not work."""

from kistui.errors.base import KistuiError


class SetupError(KistuiError):
    """What the user gave does not work; nothing was sent."""

    exit_code = 3


class CredentialsMissing(SetupError):
    """`names`: the environment variables not set."""

    word = "credentials_missing"


class InvalidAccount(SetupError):
    """Not 8-2, 10 or 8 digits; `found`: how many characters there were."""

    word = "invalid_account"


class InvalidKey(SetupError):
    """`what` (`app_key` or `app_secret`) has `found` characters instead of `wanted`."""

    word = "invalid_key"


class InvalidBaseUrl(SetupError):
    """Neither https nor http on loopback; `url` is what was given, without a user."""

    word = "invalid_base_url"


class InvalidSetting(SetupError):
    """The environment variable `name` holds none of the `allowed` values."""

    word = "invalid_setting"


class UnknownScene(SetupError):
    """The simulator has no scene `name`; `known` lists those it has."""

    word = "unknown_scene"
    exit_code = 2
