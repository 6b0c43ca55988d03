"""What lasts on disk, or should."""

from kistui.errors.base import KistuiError


class StoreError(KistuiError):
    """Something on disk; `exit_code` 3 where credentials cannot be had."""


class FileUnsafe(StoreError):
    """`path` is a link, or belongs to someone else; it was left alone."""

    word = "file_unsafe"


class FileUnreadable(StoreError):
    """`path` cannot be read; `reason` as the system gives it."""

    word = "file_unreadable"


class FileUnwritable(StoreError):
    """`path` cannot be written; `reason` as the system gives it. What was there is still there."""

    word = "file_unwritable"


class FileExists(StoreError):
    """`path` is there already; it was left as it is."""

    word = "file_exists"


class StoreBusy(StoreError):
    """Another process has held the lock of `path` for `seconds`."""

    word = "store_busy"


class BadConfig(StoreError):
    """`path` is wrong at `where` (a line or a key): `reason`. It is never overwritten."""

    word = "bad_config"
    exit_code = 3


class ProfileUnknown(StoreError):
    """No profile `name`; `known` lists those there are."""

    word = "profile_unknown"
    exit_code = 3


class ProfileExists(StoreError):
    """A profile `name` is there already."""

    word = "profile_exists"


class InvalidName(StoreError):
    """`name` is no name for a profile."""

    word = "invalid_name"


class SecretMissing(StoreError):
    """No app key is stored for the profile `name` in its `place`."""

    word = "secret_missing"
    exit_code = 3


class PassphraseNeeded(StoreError):
    """The encrypted file is locked."""

    word = "passphrase_needed"
    exit_code = 3


class PassphraseWrong(StoreError):
    """The passphrase does not open the encrypted file."""

    word = "passphrase_wrong"
    exit_code = 3


class SecretsCorrupt(StoreError):
    """The secrets file `path` cannot be understood; it is never overwritten."""

    word = "secrets_corrupt"
    exit_code = 3


class KeyringUnavailable(StoreError):
    """No working OS keyring: `reason`."""

    word = "keyring_unavailable"
    exit_code = 3


class CommandFailed(StoreError):
    """`program` (never its arguments or output) gave no key: `reason`."""

    word = "command_failed"
    exit_code = 3


class ImportRefused(StoreError):
    """`path` cannot be imported: `reason`. It was not changed."""

    word = "import_refused"
