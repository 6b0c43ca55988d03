"""What the screens ask of whoever keeps the profiles. Every method may block."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kistui.errors import StorageError
from kistui.models.account import Credentials, ImportedCredentials, SecretBackend, Profile
from kistui.models.balance import Balance
from kistui.models.call_record import CallRecord, OnCall
from kistui.models.load_state import Loaded
from kistui.models.settings import Settings
from kistui.models.token import TokenStatus

if TYPE_CHECKING:
    from kistui.services.session import Session


class CallLog(Protocol):
    """What was asked of KIS; in life `kistui.services.call_log.Log`. Nothing of it blocks."""

    def recent(self) -> tuple[CallRecord, ...]:
        """The last calls, newest first."""

    def watch(self, tell: OnCall) -> Callable[[], None]:
        """Have `tell` called with every call, until what is returned is called."""

    def crashed(self, error: BaseException) -> None:
        """Write down a bug of ours."""

    @property
    def fault(self) -> StorageError | None:
        """Why it cannot be written, if it cannot."""

    @property
    def place(self) -> str:
        """The file, as the user would call it; blank when there is none."""


class Book(Protocol):
    """The user's profiles; in life `kistui.services.profiles.Profiles`."""

    @property
    def log(self) -> CallLog:
        """What was asked of KIS."""

    def all(self) -> tuple[Profile, ...]:
        """Every profile, in the user's order."""

    def default(self) -> str | None:
        """The default's name."""

    def demo(self) -> Profile:
        """The demo's profile; its server is started."""

    def session(self, profile: Profile) -> "Session":
        """A new session for a profile."""

    def token_status(self, profile: Profile) -> TokenStatus:
        """What is known of a profile's token, from the disk alone."""

    def settings(self) -> Settings:
        """What the user set for all profiles."""

    def keep_setting(self, key: str, value: str | int | bool | None) -> Settings:
        """Write a setting; all of them now."""

    def arrangement(self, profile: Profile) -> Mapping[str, Any]:
        """How a profile's holdings were last arranged."""

    def keep_arrangement(self, profile: Profile, table: Mapping[str, Any]) -> None:
        """Remember that."""

    def last_balance(self, profile: Profile) -> Loaded[Balance] | None:
        """The figures a profile had when last read, in an earlier run too."""

    def keep_balance(self, profile: Profile, balance: Balance, at: datetime) -> None:
        """Keep them for the next start."""

    def export_name(self, profile: Profile, part: str, at: datetime, suffix: str) -> str:
        """A path for an export, to begin with."""

    def export(self, path: str, text: str, *, bom: bool, overwrite: bool) -> str:
        """Write an export; the path it has."""

    def add(self, profile: Profile, credentials: Credentials) -> None:
        """Keep a new profile and its secrets."""

    def adopt(self, profile: Profile, found: ImportedCredentials) -> bool:
        """Take over the token that came with imported keys."""

    def replace_keys(self, profile: Profile, credentials: Credentials) -> None:
        """Write another app key and secret."""

    def change(self, profile: Profile) -> None:
        """Write a profile's account number anew."""

    def move(self, profile: Profile, place: SecretBackend) -> Profile:
        """Keep a profile's secrets somewhere else."""

    def remove(self, profile: Profile) -> None:
        """Forget a profile and its secrets."""

    def use(self, profile: Profile) -> None:
        """Make a profile the default."""

    def keyring_fault(self) -> str | None:
        """Why the OS keyring cannot be used."""

    @property
    def has_encrypted_file(self) -> bool:
        """Whether a passphrase has been set before."""

    @property
    def is_locked(self) -> bool:
        """Whether the encrypted file needs its passphrase."""

    def needs_passphrase(self, profile: Profile) -> bool:
        """Whether a passphrase has to be asked first."""

    def unlock(self, passphrase: str) -> None:
        """Open the encrypted file, or set the passphrase of a new one."""

    def find_in(self, path: Path) -> tuple[ImportedCredentials, ...]:
        """Credentials in a file of another tool, or for `env` in the environment."""

    def usual_file(self) -> Path | None:
        """A file of another tool in its usual place, if there is one."""
