"""What every reader gives: a key and a secret as they stand in a file."""

from dataclasses import dataclass, field
from typing import Any

from kistui.errors import InvalidAccount
from kistui.model.account import AccountNumber, Credentials, Environment, Found


class Unfit(Exception):
    """Why a source cannot be imported: the reason's name, without anything of its content."""

    def __init__(self, reason: str, **details: Any) -> None:
        super().__init__(reason)
        self.details = {"reason": reason, **details}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A key and a secret as they stand in a file, not yet checked."""

    source: str
    app_key: str = field(repr=False)
    app_secret: str = field(repr=False)
    account: str = field(default="", repr=False)
    environment: Environment | None = None

    def found(self) -> Found:
        """Checked; raises InvalidKey. An account that is none is left to the user."""
        credentials = Credentials.parse(self.app_key, self.app_secret)
        try:
            account = AccountNumber.parse(self.account) if self.account else None
        except InvalidAccount:
            account = None
        return Found(
            source=self.source,
            environment=self.environment,
            account=account,
            credentials=credentials,
            hint=credentials.app_key[-4:],
        )
