"""The options, the clock and the accounts of a simulator."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct


class SimulatorOptions(Struct, frozen=True, kw_only=True):
    """The server's settings; raises ValueError for an invalid value.

    `environment` is "real" or "paper"; `holdings` and `page_size` are numbers of rows; `delay` is
    the seconds before each response; port 0 is a free one; without `overseas` no account has
    overseas holdings.
    """

    environment: str = "real"
    scene: str = "ordinary"
    holdings: int | None = None
    seed: int = 1
    page_size: int | None = None
    rate_limits: bool = False
    delay: float = 0.0
    port: int = 0
    overseas: bool = True

    def __post_init__(self) -> None:
        if self.environment not in {"real", "paper"}:
            raise ValueError(f"environment is 'real' or 'paper', not {self.environment!r}")
        if self.holdings is not None and self.holdings < 0:
            raise ValueError(f"holdings is not negative: {self.holdings}")
        if self.page_size is not None and self.page_size < 1:
            raise ValueError(f"page_size is at least 1: {self.page_size}")

    @property
    def is_paper(self) -> bool:
        """Whether this is the paper trading (모의투자) server."""
        return self.environment == "paper"

    @property
    def rows_per_page(self) -> int:
        """The rows per domestic page: `page_size`, by default 50 on real and 20 on paper."""
        return self.page_size or (20 if self.is_paper else 50)


Clock = Callable[[], datetime]
"""Returns the present instant as an aware `datetime`."""

KST = timezone(timedelta(hours=9), "KST")


def utc_now() -> datetime:
    """Return the machine's present instant."""
    return datetime.now(UTC)


def format_kst(instant: datetime) -> str:
    """Return `YYYY-MM-DD HH:MM:SS` in Korean time, without a zone, as in a tokenP response."""
    return instant.astimezone(KST).strftime("%Y-%m-%d %H:%M:%S")


APP_KEY = "PSKistuiSimulatorKeyThatOpensNothing"
APP_SECRET = ("ThisIsNoSecretItOpensNothingButTheSimulator" * 5)[:179] + "="
ACCOUNT_NUMBER = "50001234-01"

GENERAL, ISA, PENSION, SAVINGS = "general", "isa", "pension", "savings"


class Account(Struct, frozen=True, kw_only=True):
    """An account and its app key; `number` has the form `12345678-01`.

    `account_type` is "general", "isa", "pension" (IRP, product code 29) or "savings"
    (연금저축, 22).
    """

    account_type: str
    number: str
    app_key: str
    app_secret: str

    def __repr__(self) -> str:
        """Return type and number, without key and secret."""
        return f"Account(account_type={self.account_type!r}, number={self.number!r})"

    @property
    def product_code(self) -> str:
        """The product code, the last two digits of the number."""
        return self.number[-2:]


PENSION_APP_KEY = "PSKistuiSimulatorsOtherKeyForPension"
PENSION_APP_SECRET = ("NorIsThisOneItBelongsToTheSimulatorsPension" * 5)[:179] + "="

ACCOUNTS = (
    Account(account_type=GENERAL, number=ACCOUNT_NUMBER, app_key=APP_KEY, app_secret=APP_SECRET),
    Account(account_type=ISA, number="50002345-01", app_key=APP_KEY, app_secret=APP_SECRET),
    Account(
        account_type=PENSION,
        number="50003456-29",
        app_key=PENSION_APP_KEY,
        app_secret=PENSION_APP_SECRET,
    ),
    Account(
        account_type=SAVINGS,
        number="50003456-22",
        app_key=PENSION_APP_KEY,
        app_secret=PENSION_APP_SECRET,
    ),
)
SECRETS_BY_APP_KEY = {account.app_key: account.app_secret for account in ACCOUNTS}


def approval_key(app_key: str) -> str:
    """Return the key for the WebSocket of an app key, which opens nothing else."""
    return str(uuid5(NAMESPACE_URL, app_key))


APP_KEYS_BY_APPROVAL = {approval_key(app_key): app_key for app_key in SECRETS_BY_APP_KEY}


def find_account(account_number: str, app_key: str) -> Account | None:
    """Return the account with this number, or None if the app key is not its own."""
    for account in ACCOUNTS:
        if (account.number, account.app_key) == (account_number, app_key):
            return account
    return None
