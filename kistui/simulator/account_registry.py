"""The accounts the simulator keeps, and the app keys that open them."""

from dataclasses import dataclass, field

from kistui.simulator.options import ACCOUNT_NUMBER, APP_KEY, APP_SECRET

GENERAL, ISA, PENSION, SAVINGS = "general", "isa", "pension", "savings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account and the made-up key that opens it; `account` is `12345678-01`.

    `kind` says what it is: "general", "isa", "pension" (IRP, 29) or "savings" (연금저축, 22).
    """

    account_type: str
    number: str
    app_key: str = field(repr=False)
    app_secret: str = field(repr=False)

    @property
    def product_code(self) -> str:
        """The product code, the last two digits."""
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
SECRETS_BY_APP_KEY = {each.app_key: each.app_secret for each in ACCOUNTS}


def find_account(account_number: str, app_key: str) -> Account | None:
    """The account of that number, if the key opens it."""
    each = (
        found for found in ACCOUNTS if (found.number, found.app_key) == (account_number, app_key)
    )
    return next(each, None)
