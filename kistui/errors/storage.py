"""What lasts on disk, or should."""

from kistui.errors.base import KistuiError


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
