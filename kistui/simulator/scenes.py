"""The named situations: an account, and what goes wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from kistui.simulator import abroad, accounts, faults
from kistui.simulator.abroad import AbroadMaker
from kistui.simulator.accounts import BookMaker
from kistui.simulator.faults import FaultMaker
from kistui.simulator.foreign import EXCHANGES, US
from kistui.simulator.replies import refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A situation; `description` is one line for people. `delay` is in seconds.

    `at_gateway` is asked before anything is checked, `at_ledger` after headers and limits.
    `letters` are the `tr_cont` of a page with more to come and of the last; `pages` is how many
    there are when the account does not say. `isa`, `pension` and `savings` are
    the books of the other accounts. `without_consent` are exchanges on which the account may not
    trade.
    """

    description: str
    book: BookMaker = accounts.ordinary
    abroad: AbroadMaker = abroad.ordinary
    without_consent: frozenset[str] = frozenset()
    isa: BookMaker = accounts.isa
    pension: BookMaker = accounts.pension
    savings: BookMaker = accounts.savings
    pages: int | None = None
    letters: tuple[str, str] = ("M", "D")
    loops: bool = False
    off_hours: bool = False
    expires_first_token: bool = False
    delay: float = 0.0
    at_gateway: FaultMaker = faults.none
    at_ledger: FaultMaker = faults.none

    def rows(self, wanted: int | None, page_size: int) -> int | None:
        """How many rows: those wanted, else what fills the pages half-way into the last."""
        if wanted is not None or self.pages is None:
            return wanted
        return page_size * (self.pages - 1) + (page_size + 1) // 2


SCENES: Mapping[str, Scene] = {
    "ordinary": Scene(description="A dozen Korean holdings and some cash."),
    "empty": Scene(
        description="Cash and no holdings.",
        book=accounts.empty,
        abroad=abroad.empty,
        isa=accounts.empty,
        pension=accounts.empty,
        savings=accounts.empty,
    ),
    "many": Scene(description="500 holdings over many pages.", book=accounts.many),
    "other-letters": Scene(
        description="Three pages marked F and E instead of M and D.", pages=3, letters=("F", "E")
    ),
    "credit": Scene(
        description="Holdings on margin: several lots of one item, loans.", book=accounts.credit
    ),
    "off-hours": Scene(
        description="Before the open: prices and valuations of 0, -100 % on the day.",
        off_hours=True,
    ),
    "hostile": Scene(
        description="Product names that attack terminals, markup and tables.",
        book=accounts.hostile,
        abroad=abroad.hostile,
    ),
    "overseas": Scene(
        description="Every market abroad, over 200 holdings there.", abroad=abroad.much
    ),
    "no-consent": Scene(
        description="The account may not trade abroad (EGW00206; paper shows nothing).",
        without_consent=frozenset(EXCHANGES),
    ),
    "us-consent": Scene(
        description="The account may trade in the US, on no other market abroad (EGW00206).",
        without_consent=frozenset(EXCHANGES) - US,
    ),
    "pension": Scene(
        description="A pension of 120 holdings over several pages.", pension=accounts.many_pension
    ),
    "expired-token": Scene(
        description="The first token expires at its first use; the next one works.",
        expires_first_token=True,
    ),
    "refused-key": Scene(
        description="The app key is refused (EGW00103).", at_gateway=faults.no_token("EGW00103")
    ),
    "refused-secret": Scene(
        description="The app secret is refused (EGW00105).",
        at_gateway=faults.no_token("EGW00105"),
    ),
    "wrong-account": Scene(
        description="The account does not belong to the key (OPSQ2000).",
        at_ledger=faults.always(refusal("OPSQ2000")),
    ),
    "wrong-environment": Scene(
        description="A real key on paper or the reverse (EGW02007, EGW02004).",
        at_ledger=faults.wrong_environment,
    ),
    "rate-limited": Scene(
        description="Every second balance call is too fast (EGW00201, EGW00215).",
        at_ledger=faults.every_second_refused,
    ),
    "slow": Scene(description="Each answer takes two seconds.", delay=2.0),
    "failing-page": Scene(
        description="Three pages, of which the second always fails (EGW00203).",
        pages=3,
        at_ledger=faults.no_next_page,
    ),
    "data-changed": Scene(
        description="Each balance must be read again from the start once (SYDB0050).",
        pages=2,
        at_ledger=faults.changing_once,
    ),
    "garbled": Scene(
        description="Balances that are no JSON, or no UTF-8.", at_ledger=faults.garbled
    ),
    "down": Scene(
        description="A maintenance page in HTML (503).", at_gateway=faults.always(faults.DOWN)
    ),
    "dropped": Scene(
        description="Connections close without an answer.",
        at_gateway=faults.always(faults.DROPPED),
    ),
    "reset": Scene(
        description="Balances end in the middle with a reset connection.",
        at_ledger=faults.always(faults.RESET),
    ),
    "silent": Scene(
        description="Balances are never answered.", at_ledger=faults.always(faults.SILENT)
    ),
    "endless": Scene(
        description="Balances never end: chunk after chunk.",
        at_ledger=faults.always(faults.ENDLESS),
    ),
    "bomb": Scene(description="Balances of 64 KB that unpack to 64 MB.", at_ledger=faults.bombed),
    "elsewhere": Scene(
        description="Balances are said to be on another server (302).",
        at_ledger=faults.always(faults.ELSEWHERE),
    ),
    "looping": Scene(description="Paging never ends: the same page and cursor again.", loops=True),
}
