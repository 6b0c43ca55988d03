"""The scenes: which portfolios the accounts have, and which faults occur."""

from collections.abc import Mapping

from msgspec import Struct

from kistui.simulator import faults, overseas_portfolios, sample_portfolios
from kistui.simulator.faults import FaultFactory
from kistui.simulator.overseas_market import EXCHANGES, US_EXCHANGES
from kistui.simulator.overseas_portfolios import OverseasPortfolioFactory
from kistui.simulator.responses import error_response
from kistui.simulator.sample_portfolios import PortfolioFactory


class Scene(Struct, frozen=True, kw_only=True):
    """A scene; `description` is one line for users, `delay` is in seconds.

    `gateway_fault` runs before all checks, `ledger_fault` after those of headers and rate limits.
    `tr_cont_codes` are those of a page with more to follow and of the last page; `page_count` sets
    the number of pages unless the options set the holdings. `portfolio` and `overseas` belong to
    the general account; `exchanges_without_consent` are those on which it may not trade.
    """

    description: str
    portfolio: PortfolioFactory = sample_portfolios.ordinary
    overseas: OverseasPortfolioFactory = overseas_portfolios.ordinary
    exchanges_without_consent: frozenset[str] = frozenset()
    isa: PortfolioFactory = sample_portfolios.isa
    pension: PortfolioFactory = sample_portfolios.pension
    savings: PortfolioFactory = sample_portfolios.savings
    page_count: int | None = None
    tr_cont_codes: tuple[str, str] = ("M", "D")
    has_endless_paging: bool = False
    is_off_hours: bool = False
    expires_first_token: bool = False
    delay: float = 0.0
    gateway_fault: FaultFactory = faults.no_fault
    ledger_fault: FaultFactory = faults.no_fault

    def row_count(self, wanted: int | None, page_size: int) -> int | None:
        """Return `wanted`, else the rows that fill `page_count` pages, the last one half."""
        if wanted is not None or self.page_count is None:
            return wanted
        return page_size * (self.page_count - 1) + (page_size + 1) // 2


SCENES: Mapping[str, Scene] = {
    "ordinary": Scene(description="A dozen Korean holdings and some cash."),
    "empty": Scene(
        description="Cash and no holdings.",
        portfolio=sample_portfolios.empty,
        overseas=overseas_portfolios.empty,
        isa=sample_portfolios.empty,
        pension=sample_portfolios.empty,
        savings=sample_portfolios.empty,
    ),
    "many": Scene(description="500 holdings over many pages.", portfolio=sample_portfolios.large),
    "other-letters": Scene(
        description="Three pages marked F and E instead of M and D.",
        page_count=3,
        tr_cont_codes=("F", "E"),
    ),
    "credit": Scene(
        description="Holdings on margin: several lots of one item, loans.",
        portfolio=sample_portfolios.credit,
    ),
    "off-hours": Scene(
        description="Before the open: prices and valuations of 0, -100 % on the day.",
        is_off_hours=True,
    ),
    "hostile": Scene(
        description="Product names that attack terminals, markup and tables.",
        portfolio=sample_portfolios.hostile,
        overseas=overseas_portfolios.hostile,
    ),
    "overseas": Scene(
        description="Every market abroad, over 200 holdings there.",
        overseas=overseas_portfolios.large,
    ),
    "no-consent": Scene(
        description="The account may not trade abroad (EGW00206; paper shows nothing).",
        exchanges_without_consent=frozenset(EXCHANGES),
    ),
    "us-consent": Scene(
        description="The account may trade in the US, on no other market abroad (EGW00206).",
        exchanges_without_consent=frozenset(EXCHANGES) - US_EXCHANGES,
    ),
    "pension": Scene(
        description="A pension of 120 holdings over several pages.",
        pension=sample_portfolios.large_pension,
    ),
    "expired-token": Scene(
        description="The first token expires at its first use; the next one works.",
        expires_first_token=True,
    ),
    "refused-key": Scene(
        description="The app key is refused (EGW00103).",
        gateway_fault=faults.refuse_tokens("EGW00103"),
    ),
    "refused-secret": Scene(
        description="The app secret is refused (EGW00105).",
        gateway_fault=faults.refuse_tokens("EGW00105"),
    ),
    "wrong-account": Scene(
        description="The account does not belong to the key (OPSQ2000).",
        ledger_fault=faults.always_respond(error_response("OPSQ2000")),
    ),
    "wrong-environment": Scene(
        description="A real key on paper or the reverse (EGW02007, EGW02004).",
        ledger_fault=faults.wrong_environment,
    ),
    "rate-limited": Scene(
        description="Every second balance call is too fast (EGW00201, EGW00215).",
        ledger_fault=faults.rate_limit_every_second,
    ),
    "slow": Scene(description="Each answer takes two seconds.", delay=2.0),
    "failing-page": Scene(
        description="Three pages, of which the second always fails (EGW00203).",
        page_count=3,
        ledger_fault=faults.fail_next_page,
    ),
    "data-changed": Scene(
        description="Each balance must be read again from the start once (SYDB0050).",
        page_count=2,
        ledger_fault=faults.data_changed_once,
    ),
    "garbled": Scene(
        description="Balances that are no JSON, or no UTF-8.", ledger_fault=faults.garbled_body
    ),
    "down": Scene(
        description="A maintenance page in HTML (503).",
        gateway_fault=faults.always_respond(faults.MAINTENANCE_RESPONSE),
    ),
    "dropped": Scene(
        description="Connections close without an answer.",
        gateway_fault=faults.always_respond(faults.CONNECTION_CLOSED),
    ),
    "reset": Scene(
        description="Balances end in the middle with a reset connection.",
        ledger_fault=faults.always_respond(faults.CONNECTION_RESET),
    ),
    "silent": Scene(
        description="Balances are never answered.",
        ledger_fault=faults.always_respond(faults.NO_RESPONSE),
    ),
    "endless": Scene(
        description="Balances never end: chunk after chunk.",
        ledger_fault=faults.always_respond(faults.ENDLESS_BODY),
    ),
    "bomb": Scene(
        description="Balances of 64 KB that unpack to 64 MB.", ledger_fault=faults.gzip_bomb
    ),
    "elsewhere": Scene(
        description="Balances are said to be on another server (302).",
        ledger_fault=faults.always_respond(faults.REDIRECT),
    ),
    "looping": Scene(
        description="Paging never ends: the same page and cursor again.", has_endless_paging=True
    ),
}
