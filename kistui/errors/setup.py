"""What the user gave does not work."""

from kistui.errors.base import KistuiError


class SetupError(KistuiError):
    """What the user gave does not work; nothing was sent."""

    exit_code = 3


class MissingCredentialsError(SetupError):
    """`names`: the environment variables not set."""

    slug = "credentials_missing"


class InvalidAccountNumberError(SetupError):
    """Not 8-2, 10 or 8 digits; `found`: how many characters there were."""

    slug = "invalid_account"


class InvalidCredentialError(SetupError):
    """`what` (`app_key` or `app_secret`) has `found` characters instead of `wanted`."""

    slug = "invalid_key"


class InvalidBaseUrlError(SetupError):
    """Neither https nor http on loopback; `url` is what was given, without a user."""

    slug = "invalid_base_url"


class InvalidVariableError(SetupError):
    """The environment variable `name` holds none of the `allowed` values."""

    slug = "invalid_setting"


class UnknownSceneError(SetupError):
    """The simulator has no scene `name`; `known` lists those it has."""

    slug = "unknown_scene"
    exit_code = 2
