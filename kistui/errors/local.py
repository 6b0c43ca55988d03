"""The root of the tree, and the errors of this machine: bugs, configuration and files."""

from typing import Any, ClassVar


class KistuiError(Exception):
    """The root: everything kistui raises on purpose."""

    slug: ClassVar[str]
    exit_code: ClassVar[int] = 1

    def __init__(self, **details: Any) -> None:
        super().__init__()
        self.details: dict[str, Any] = details
        """Values the words may name; never a secret."""

    def __str__(self) -> str:
        named = ", ".join(f"{name}={value}" for name, value in self.details.items())
        return f"{type(self).__name__}({named})"


class InternalError(KistuiError):
    """What should not happen; `kind` of the exception and the `place` it came from."""

    slug = "internal"

    @classmethod
    def from_exception(cls, error: BaseException) -> "InternalError":
        """The kind and place of `error`, without its text: that may hold anything."""
        last = error.__traceback__
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        frame = last.tb_frame if last else None
        place = f"{frame.f_globals.get('__name__')}:{last.tb_lineno}" if frame and last else "?"
        return cls(kind=type(error).__name__, place=place)


class ForbiddenRequestError(KistuiError):
    """A request outside the allow-list of `client/endpoints.py`; nothing was sent."""

    slug = "forbidden_call"


class LoadCancelledError(KistuiError):
    """The user gave up a reading before it ended."""

    slug = "reading_stopped"


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


class StorageError(KistuiError):
    """Something on disk; `exit_code` 3 where credentials cannot be had."""


class UnsafeFileError(StorageError):
    """`path` is a link, or belongs to someone else; it was left alone."""

    slug = "file_unsafe"


class FileReadError(StorageError):
    """`path` cannot be read; `reason` as the system gives it."""

    slug = "file_unreadable"


class FileWriteError(StorageError):
    """`path` cannot be written; `reason` as the system gives it. What was there is still there."""

    slug = "file_unwritable"


class FileAlreadyExistsError(StorageError):
    """`path` is there already; it was left as it is."""

    slug = "file_exists"


class LockTimeoutError(StorageError):
    """Another process has held the lock of `path` for `seconds`."""

    slug = "store_busy"


class ConfigError(StorageError):
    """`path` is wrong at `where` (a line or a key): `reason`. It is never overwritten."""

    slug = "bad_config"
    exit_code = 3


class ProfileNotFoundError(StorageError):
    """No profile `name`; `known` lists those there are."""

    slug = "profile_unknown"
    exit_code = 3


class ProfileExistsError(StorageError):
    """A profile `name` is there already."""

    slug = "profile_exists"


class InvalidProfileNameError(StorageError):
    """`name` is no name for a profile."""

    slug = "invalid_name"


class SecretNotFoundError(StorageError):
    """No app key is stored for the profile `name` in its `place`."""

    slug = "secret_missing"
    exit_code = 3


class PassphraseRequiredError(StorageError):
    """The encrypted file is locked."""

    slug = "passphrase_needed"
    exit_code = 3


class WrongPassphraseError(StorageError):
    """The passphrase does not open the encrypted file."""

    slug = "passphrase_wrong"
    exit_code = 3


class CorruptSecretsError(StorageError):
    """The secrets file `path` cannot be understood; it is never overwritten."""

    slug = "secrets_corrupt"
    exit_code = 3


class KeyringUnavailableError(StorageError):
    """No working OS keyring: `reason`."""

    slug = "keyring_unavailable"
    exit_code = 3


class SecretCommandError(StorageError):
    """`program` (never its arguments or output) gave no key: `reason`."""

    slug = "command_failed"
    exit_code = 3


class CredentialImportError(StorageError):
    """`path` cannot be imported: `reason`. It was not changed."""

    slug = "import_refused"
