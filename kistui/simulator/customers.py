"""The accounts the simulator keeps, and the app keys that open them."""

from dataclasses import dataclass, field

from kistui.simulator.options import ACCOUNT, APP_KEY, APP_SECRET

GENERAL, ISA, PENSION, SAVINGS = "general", "isa", "pension", "savings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account and the made-up key that opens it; `account` is `12345678-01`.

    `kind` says what it is: "general", "isa", "pension" (IRP, 29) or "savings" (연금저축, 22).
    """

    kind: str
    account: str
    app_key: str = field(repr=False)
    app_secret: str = field(repr=False)

    @property
    def product(self) -> str:
        """The product code, the last two digits."""
        return self.account[-2:]


SECOND_KEY = "PSKistuiSimulatorsOtherKeyForPension"
SECOND_SECRET = ("NorIsThisOneItBelongsToTheSimulatorsPension" * 5)[:179] + "="

ACCOUNTS = (
    Account(kind=GENERAL, account=ACCOUNT, app_key=APP_KEY, app_secret=APP_SECRET),
    Account(kind=ISA, account="50002345-01", app_key=APP_KEY, app_secret=APP_SECRET),
    Account(kind=PENSION, account="50003456-29", app_key=SECOND_KEY, app_secret=SECOND_SECRET),
    Account(kind=SAVINGS, account="50003456-22", app_key=SECOND_KEY, app_secret=SECOND_SECRET),
)
SECRETS = {each.app_key: each.app_secret for each in ACCOUNTS}


def find(account: str, app_key: str) -> Account | None:
    """The account of that number, if the key opens it."""
    each = (found for found in ACCOUNTS if (found.account, found.app_key) == (account, app_key))
    return next(each, None)
