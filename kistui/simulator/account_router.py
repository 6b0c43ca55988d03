"""All accounts of one scene: finds the one a call is about and has it answered."""

from collections.abc import Mapping
from typing import Protocol

from kistui.simulator import domestic_balance, overseas_balance, overseas_present_balance, pension
from kistui.simulator.account_registry import (
    ACCOUNTS,
    GENERAL,
    ISA,
    PENSION,
    SAVINGS,
    Account,
    find_account,
)
from kistui.simulator.clock import Clock
from kistui.simulator.domestic_balance import PricedPortfolio
from kistui.simulator.options import SimulatorOptions
from kistui.simulator.overseas_portfolios import OverseasPortfolio
from kistui.simulator.paging import PagingOptions
from kistui.simulator.portfolio import Portfolio
from kistui.simulator.request import (
    DOMESTIC_BALANCE_PATH,
    OVERSEAS_BALANCE_PATH,
    OVERSEAS_PRESENT_BALANCE_PATH,
    PENSION_BALANCE_PATH,
    PENSION_DEPOSIT_PATH,
    PENSION_PRESENT_BALANCE_PATH,
    Request,
)
from kistui.simulator.responses import Response, error_response, missing_param
from kistui.simulator.scenes import Scene


class AccountEndpoint(Protocol):
    """One account as one path shows it."""

    def handle(self, request: Request) -> Response:
        """What was asked for, or why the query is refused; all its fields are there."""
        ...


REQUIRED_PARAMS = {
    DOMESTIC_BALANCE_PATH: domestic_balance.REQUIRED_PARAMS,
    OVERSEAS_BALANCE_PATH: overseas_balance.REQUIRED_PARAMS,
    OVERSEAS_PRESENT_BALANCE_PATH: overseas_present_balance.REQUIRED_PARAMS,
    PENSION_BALANCE_PATH: pension.BALANCE_PARAMS,
    PENSION_PRESENT_BALANCE_PATH: pension.PRESENT_BALANCE_PARAMS,
    PENSION_DEPOSIT_PATH: pension.DEPOSIT_PARAMS,
}
OVERSEAS_PAGE_SIZE = 100


class AccountRouter:
    """The ledger: every account with what can be asked of it."""

    def __init__(self, scene: Scene, options: SimulatorOptions, clock: Clock) -> None:
        self._scene = scene
        self._options = options
        self._clock = clock
        self._endpoints = {each.number: self._create_endpoints(each) for each in ACCOUNTS}

    def handle(self, request: Request) -> Response:
        """Fields, account and product are looked at in this order."""
        missing = next(
            (name for name in REQUIRED_PARAMS[request.path] if name not in request.query), None
        )
        if missing:
            return missing_param(missing)
        account = find_account(request.account_number, request.headers["appkey"])
        if account is None:
            return error_response("OPSQ2000")
        service = self._endpoints[account.number].get(request.path)
        return service.handle(request) if service else error_response("APAC0489")

    def _create_endpoints(self, account: Account) -> Mapping[str, AccountEndpoint]:
        """What an account answers, by path; its product code says what there is."""
        scene, options, clock = self._scene, self._options, self._clock
        watched, paging = (
            PricedPortfolio(self._create_portfolio(account), scene, options),
            self._paging_options(100),
        )
        if account.account_type == PENSION:
            return {
                PENSION_BALANCE_PATH: pension.PensionBalanceEndpoint(watched, paging, clock),
                PENSION_PRESENT_BALANCE_PATH: pension.PensionPresentBalanceEndpoint(
                    watched, paging, clock
                ),
                PENSION_DEPOSIT_PATH: pension.PensionDepositEndpoint(watched, clock),
            }
        domestic = {
            DOMESTIC_BALANCE_PATH: domestic_balance.DomesticBalanceEndpoint(
                watched, paging, options, clock
            )
        }
        if account.account_type == SAVINGS:
            return domestic
        return {**domestic, **self._create_overseas_endpoints(account, watched.portfolio.deposit)}

    def _create_overseas_endpoints(
        self, account: Account, deposit: int
    ) -> Mapping[str, AccountEndpoint]:
        """The ISA has no consent to trade abroad, and is told of nothing rather than refused."""
        scene, options, clock = self._scene, self._options, self._clock
        is_general = account.account_type == GENERAL
        book = (
            scene.overseas(options.seed) if is_general and options.overseas else OverseasPortfolio()
        )
        without = scene.exchanges_without_consent if is_general else frozenset[str]()
        consented = book.without_exchanges(without)
        return {
            OVERSEAS_BALANCE_PATH: overseas_balance.OverseasBalanceEndpoint(
                consented, self._paging_options(200), options, clock, without
            ),
            OVERSEAS_PRESENT_BALANCE_PATH: overseas_present_balance.OverseasPresentBalanceEndpoint(
                consented, deposit, options, clock
            ),
        }

    def _create_portfolio(self, account: Account) -> Portfolio:
        scene, seed = self._scene, self._options.seed
        if account.account_type == GENERAL:
            rows = scene.row_count(self._options.holdings, self._options.rows_per_page)
            return scene.portfolio(seed, rows)
        makers = {ISA: scene.isa, PENSION: scene.pension, SAVINGS: scene.savings}
        return makers[account.account_type](seed, None)

    def _paging_options(self, key_width: int) -> PagingOptions:
        """Keys of 100 go with KIS's Korean pages, of 200 with the overseas ones."""
        scene, options = self._scene, self._options
        size = (
            options.rows_per_page if key_width == 100 else options.page_size or OVERSEAS_PAGE_SIZE
        )
        return PagingOptions(
            page_size=size,
            seed=options.seed,
            tr_cont_codes=scene.tr_cont_codes,
            is_endless=scene.has_endless_paging,
            key_width=key_width,
        )
