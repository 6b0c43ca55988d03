"""The simulator's accounts, with made-up numbers, app keys and app secrets."""

from msgspec import Struct

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
        """Return the product code, the last two digits of the number."""
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


def find_account(account_number: str, app_key: str) -> Account | None:
    """Return the account with this number, or None if the app key is not its own."""
    for account in ACCOUNTS:
        if (account.number, account.app_key) == (account_number, app_key):
            return account
    return None
