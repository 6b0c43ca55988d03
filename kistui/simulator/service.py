"""Declares the simulator's services: a class with a decorator for each KIS TR.

    @service("/uapi/…/inquire-example", "TTTC0000R", "VTTC0000R",
             required_params=("CANO", "ACNT_PRDT_CD"), account_types=(GENERAL, ISA))
    class ExampleService(Service):
        def handle(self, request: Request) -> Response: ...

Routing, TR ids, missing parameters and the accounts that have the TR follow from the decorator. An
InvalidParamError that `handle` raises becomes KIS's error for that parameter.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, TypeVar

from msgspec import Struct

from kistui.simulator.domestic_ledger import DomesticLedger
from kistui.simulator.instruments import Instrument, price_tick_time
from kistui.simulator.options import (
    ACCOUNTS,
    GENERAL,
    ISA,
    KST,
    PENSION,
    SAVINGS,
    Account,
    Clock,
    SimulatorOptions,
    find_account,
)
from kistui.simulator.overseas import OverseasPortfolio
from kistui.simulator.overseas_ledger import OverseasLedger
from kistui.simulator.paging import PagedList, PagingOptions, encode_search_key
from kistui.simulator.portfolios import Portfolio
from kistui.simulator.request import InvalidParamError, Request
from kistui.simulator.responses import Response, error_response, invalid_param, missing_param
from kistui.simulator.scenes import Scene
from kistui.simulator.trade_times import overseas_portfolio_at
from kistui.simulator.trading_days import KRX
from kistui.simulator.valuation import PricedPortfolio

OVERSEAS_PAGE_SIZE = 100
ORDER_SPAN = timedelta(hours=1)
"""Time after an opening in which orders change; only the scene `filling` has later changes."""


class AccountContext:
    """An account in a scene, with the data that its services read."""

    def __init__(
        self, account: Account, scene: Scene, options: SimulatorOptions, clock: Clock
    ) -> None:
        self.account = account
        self.options = options
        self.clock = clock
        self._scene = scene
        self.portfolio = PricedPortfolio(
            self._create_portfolio(),
            options.seed,
            is_paper=options.is_paper,
            is_off_hours=scene.is_off_hours,
            is_filling=scene.is_filling and account.account_type == GENERAL,
        )
        is_general = account.account_type == GENERAL
        self.exchanges_without_consent = (
            scene.exchanges_without_consent if is_general else frozenset[str]()
        )
        # The ISA has no consent to trade overseas; KIS returns no rows for it instead of an error.
        holds_overseas = is_general and options.overseas
        overseas = scene.overseas(options.seed) if holds_overseas else OverseasPortfolio()
        self.session_overseas = overseas.without_exchanges(self.exchanges_without_consent)
        """Overseas positions and cash at the end of the newest session."""
        self.has_wrong_sums = scene.has_wrong_sums
        self.has_older_classes = scene.has_older_classes
        self._domestic_ledger: tuple[object, DomesticLedger] | None = None
        self._overseas_ledger: tuple[datetime, OverseasLedger] | None = None

    @property
    def overseas(self) -> OverseasPortfolio:
        """The overseas positions and cash now."""
        return overseas_portfolio_at(self.session_overseas, self._minute)

    def domestic_ledger(self, instant: datetime) -> DomesticLedger:
        """Return the domestic orders up to an instant, as they are then."""
        instant = datetime.fromtimestamp(price_tick_time(instant), KST)
        portfolio = self.portfolio.session_portfolio(instant)
        key = (portfolio, min(instant, KRX.opening(KRX.session_day(instant)) + ORDER_SPAN))
        if self._domestic_ledger is None or self._domestic_ledger[0] != key:
            self._domestic_ledger = key, DomesticLedger(portfolio, self.options.seed, key[1])
        return self._domestic_ledger[1]

    def overseas_ledger(self) -> OverseasLedger:
        """Return the overseas orders up to now."""
        minute = self._minute
        if self._overseas_ledger is None or self._overseas_ledger[0] != minute:
            ledger = OverseasLedger(self.session_overseas, self.options.seed, minute)
            self._overseas_ledger = minute, ledger
        return self._overseas_ledger[1]

    @property
    def _minute(self) -> datetime:
        return self.clock().replace(second=0, microsecond=0)

    def paging(self, key_width: int, rows_per_page: int | None = None) -> PagingOptions:
        """Return how lists are paged: KIS's keys are 100 wide for domestic, 200 for overseas."""
        options = self.options
        default = options.rows_per_page if key_width == 100 else OVERSEAS_PAGE_SIZE
        page_size = options.page_size or rows_per_page or default
        return PagingOptions(
            page_size=page_size,
            seed=options.seed,
            tr_cont_codes=self._scene.tr_cont_codes,
            is_endless=self._scene.has_endless_paging,
            key_width=key_width,
        )

    def domestic_instruments(self) -> dict[str, Instrument]:
        """Return the items that any account of the scene holds, by code."""
        scene, seed = self._scene, self.options.seed
        portfolios = (
            self.portfolio.portfolio,
            *(factory(seed, None) for factory in (scene.isa, scene.pension, scene.savings)),
        )
        return {
            position.instrument.code: position.instrument
            for portfolio in portfolios
            for position in portfolio.positions
        }

    @property
    def is_off_hours(self) -> bool:
        """Whether the market has not opened yet, so that there is no price of today."""
        return self._scene.is_off_hours

    def _create_portfolio(self) -> Portfolio:
        scene, options = self._scene, self.options
        if self.account.account_type == GENERAL:
            rows = scene.row_count(options.holdings, options.rows_per_page)
            return scene.portfolio(options.seed, rows)
        factories = {ISA: scene.isa, PENSION: scene.pension, SAVINGS: scene.savings}
        return factories[self.account.account_type](options.seed, None)


class ServiceSpec(Struct, frozen=True):
    """What `@service` declares; a TR id is empty where the environment has no such TR.

    Without `account_types` the service is market data: it needs no account. `older_tr_ids` are
    those of a second TR with the same path, for older data.
    """

    path: str
    real_tr_id: str
    paper_tr_id: str
    required_params: tuple[str, ...]
    account_types: frozenset[str]
    older_tr_ids: tuple[str, str] = ("", "")

    def tr_ids(self, *, is_paper: bool) -> frozenset[str]:
        """Return the TR ids of an environment."""
        first = self.paper_tr_id if is_paper else self.real_tr_id
        return frozenset({first, self.older_tr_ids[is_paper]} - {""})

    @property
    def needs_account(self) -> bool:
        """Whether the query names an account, which KIS's ledger checks and rate-limits."""
        return bool(self.account_types)


class Service(ABC):
    """A TR for an account."""

    spec: ClassVar[ServiceSpec]

    def __init__(self, context: AccountContext) -> None:
        self.context = context

    @abstractmethod
    def handle(self, request: Request) -> Response:
        """Answer a request that has all required parameters; raises InvalidParamError."""

    def page_of_rows(
        self,
        request: Request,
        rows: Sequence[Mapping[str, str]],
        *,
        rows_key: str = "output1",
        other_output: Mapping[str, object] | None = None,
        cursor_params: Sequence[str],
        rows_per_page: int,
        key_width: int = 100,
    ) -> Response:
        """Return a page of rows that do not depend on prices; `other_output` is on every page."""
        pages = PagedList(
            self.context.paging(key_width, rows_per_page),
            list(map(str, range(len(rows)))),
            encode_search_key(request, cursor_params),
        )
        page_start = pages.page_start(request, price_tick_time(self.context.clock()))
        return pages.response(
            page_start,
            {rows_key: rows[pages.row_slice(page_start)], **(other_output or {})},
            is_paper=self.context.options.is_paper,
        )


SERVICES: dict[str, type[Service]] = {}
"""Path to service; `@service` adds to it."""

ServiceClass = TypeVar("ServiceClass", bound=type[Service])


def service(
    path: str,
    real_tr_id: str,
    paper_tr_id: str = "",
    *,
    required_params: tuple[str, ...],
    account_types: Collection[str] = (),
    older_tr_ids: tuple[str, str] = ("", ""),
) -> Callable[[ServiceClass], ServiceClass]:
    """Register a `Service` class under its path; see `ServiceSpec` for the arguments."""

    def register(service_class: ServiceClass) -> ServiceClass:
        service_class.spec = ServiceSpec(
            path,
            real_tr_id,
            paper_tr_id,
            required_params,
            frozenset(account_types),
            older_tr_ids,
        )
        SERVICES[path] = service_class
        return service_class

    return register


class ServiceRouter:
    """The services of every account in one scene."""

    def __init__(self, scene: Scene, options: SimulatorOptions, clock: Clock) -> None:
        contexts = [AccountContext(account, scene, options, clock) for account in ACCOUNTS]
        self._account_services = {
            (context.account.number, path): service_class(context)
            for context in contexts
            for path, service_class in SERVICES.items()
            if context.account.account_type in service_class.spec.account_types
        }
        self._market_services = {
            path: service_class(contexts[0])
            for path, service_class in SERVICES.items()
            if not service_class.spec.needs_account
        }

    def handle(self, request: Request) -> Response:
        """Answer a request; check parameters, then the account, then whether it has the TR."""
        spec = SERVICES[request.path].spec
        for name in spec.required_params:
            if name not in request.query:
                return missing_param(name)
        try:
            return self._answer(request, spec)
        except InvalidParamError as error:
            return invalid_param(str(error))

    def _answer(self, request: Request, spec: ServiceSpec) -> Response:
        if not spec.needs_account:
            return self._market_services[request.path].handle(request)
        account = find_account(request.account_number, request.headers["appkey"])
        if account is None:
            return error_response("OPSQ2000")
        account_service = self._account_services.get((account.number, request.path))
        return account_service.handle(request) if account_service else error_response("APAC0489")
