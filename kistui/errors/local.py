"""The root of the tree, and the errors of this machine: bugs, configuration and files."""

from typing import Any, ClassVar


class KistuiError(Exception):
    """Root of all errors that kistui raises on purpose."""

    slug: ClassVar[str]
    exit_code: ClassVar[int] = 1
    is_persistent: ClassVar[bool] = False
    """Whether no retry ends it although its exit code is not that of `SetupError`."""

    def __init__(self, **details: Any) -> None:
        super().__init__()
        self.details: dict[str, Any] = details
        """Values for the texts; never a secret."""

    @property
    def needs_user(self) -> bool:
        """Whether no retry ends it: the user must act."""
        return self.is_persistent or self.exit_code == SetupError.exit_code

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.details.items())
        return f"{type(self).__name__}({details})"


class InternalError(KistuiError):
    """A bug; `kind` is the exception's class, `place` its module and line."""

    slug = "internal"

    @classmethod
    def from_exception(cls, error: BaseException) -> "InternalError":
        """Return the kind and place of `error`, without its text, which may hold private data."""
        innermost = error.__traceback__
        while innermost is not None and innermost.tb_next is not None:
            innermost = innermost.tb_next
        frame = innermost.tb_frame if innermost else None
        place = (
            f"{frame.f_globals.get('__name__')}:{innermost.tb_lineno}"
            if frame and innermost
            else "?"
        )
        return cls(kind=type(error).__name__, place=place)


class ForbiddenRequestError(KistuiError):
    """A request outside the allow-list of `client/endpoints.py`; nothing was sent."""

    slug = "forbidden_call"


class LoadCancelledError(KistuiError):
    """The user cancelled a request before it ended."""

    slug = "reading_stopped"


class SetupError(KistuiError):
    """The configuration is missing or invalid; nothing was sent."""

    exit_code = 3


class MissingCredentialsError(SetupError):
    """`names` lists the environment variables that are not set."""

    slug = "credentials_missing"


class NoAccountError(MissingCredentialsError):
    """There is no account: none is saved and none is in the environment."""

    slug = "no_account"


class NoTokenError(SetupError):
    """A call needs a new token, and the caller allowed none to be issued."""

    slug = "no_token"


class InvalidAccountNumberError(SetupError):
    """Not 8-2, 10 or 8 digits; `length` counts the characters."""

    slug = "invalid_account"


class InvalidCredentialError(SetupError):
    """`what` (`app_key` or `app_secret`) has a wrong length or wrong characters: `reason`."""

    slug = "invalid_key"


class InvalidBaseUrlError(SetupError):
    """`url`, shown without user info, is neither https nor http on loopback."""

    slug = "invalid_base_url"


class LivePricesUnavailableError(SetupError):
    """The server in `KISTUI_BASE_URL` has no known WebSocket of live prices."""

    slug = "no_live_prices"


class LiveProxyError(SetupError):
    """A SOCKS proxy, and no package that leads live prices through it."""

    slug = "live_proxy"


class InvalidVariableError(SetupError):
    """The environment variable `name` holds none of the `allowed` values."""

    slug = "invalid_setting"


class QuotedVariableError(SetupError):
    """The value of the environment variable `name` is in quotes."""

    slug = "quoted_variable"


class UnclearVariablesError(SetupError):
    """The variables `names` contradict each other, or one of them is not understood."""

    slug = "unclear_variables"


class InvalidProxyError(SetupError):
    """The environment variable `name` holds no proxy of the `allowed` kinds."""

    slug = "proxy_invalid"


class InvalidCaFileError(SetupError):
    """The environment variable `name` names no readable file of certificates."""

    slug = "ca_file_invalid"


class UnknownSceneError(SetupError):
    """The simulator has no scene `name`; `known` lists its scenes."""

    slug = "unknown_scene"
    exit_code = 2


class StorageError(KistuiError):
    """An error of a file or store; `exit_code` 3 if credentials cannot be loaded."""


class UnsafeFileError(StorageError):
    """`path` is a link or another user's file; it was not touched."""

    slug = "file_unsafe"


class FileReadError(StorageError):
    """`path` cannot be read; `reason` is the errno name."""

    slug = "file_unreadable"


class FileWriteError(StorageError):
    """`path` cannot be written; `reason` is the errno name. The old content remains."""

    slug = "file_unwritable"


class FileAlreadyExistsError(StorageError):
    """`path` exists; it was not changed."""

    slug = "file_exists"


class LockTimeoutError(StorageError):
    """Another process held the lock of `path` for `seconds`."""

    slug = "store_busy"


class ConfigError(StorageError):
    """`path` is invalid at `where`, a line or key, for `reason`; it is never overwritten."""

    slug = "bad_config"
    exit_code = 3


class ProfileNotFoundError(StorageError):
    """There is no profile `name`; `known` lists the profiles."""

    slug = "profile_unknown"
    exit_code = 3


class ProfileExistsError(StorageError):
    """A profile `name` exists."""

    slug = "profile_exists"


class InvalidProfileNameError(StorageError):
    """`name` is not a valid profile name."""

    slug = "invalid_name"


class SecretNotFoundError(StorageError):
    """No app key is stored for the profile `name` in its `place`."""

    slug = "secret_missing"
    exit_code = 3


class SecretRemainsError(StorageError):
    """The app key of the profile `name` is still in `place`; `reason` says what was done before."""

    slug = "secret_remains"


class PassphraseRequiredError(StorageError):
    """The encrypted file is locked."""

    slug = "passphrase_needed"
    exit_code = 3


class WrongPassphraseError(StorageError):
    """The passphrase does not open the encrypted file."""

    slug = "passphrase_wrong"
    exit_code = 3


class CorruptSecretsError(StorageError):
    """The secrets file `path` cannot be parsed; it is never overwritten."""

    slug = "secrets_corrupt"
    exit_code = 3


class KeyringUnavailableError(StorageError):
    """No working OS keyring: `reason`."""

    slug = "keyring_unavailable"
    exit_code = 3


class SecretCommandError(StorageError):
    """`program` printed no app key for `reason`; arguments and output are left out."""

    slug = "command_failed"
    exit_code = 3


class HistoryFileError(StorageError):
    """`path` is no asset history: `reason` at `line`. It was not changed, and nothing imported."""

    slug = "bad_history"


class CredentialImportError(StorageError):
    """`path`, a file or another source, cannot be imported: `reason`."""

    slug = "import_refused"
