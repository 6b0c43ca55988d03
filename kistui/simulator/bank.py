"""All accounts of one scene: finds the one a call is about and has it answered."""

from collections.abc import Mapping
from typing import Protocol

from kistui.simulator import ledger, overseas, pension, present
from kistui.simulator.abroad import Abroad
from kistui.simulator.book import Book
from kistui.simulator.call import (
    BALANCE_PATH,
    OVERSEAS_PATH,
    PENSION_DEPOSIT_PATH,
    PENSION_PATH,
    PENSION_PRESENT_PATH,
    PRESENT_PATH,
    Call,
)
from kistui.simulator.customers import ACCOUNTS, GENERAL, ISA, PENSION, SAVINGS, Account, find
from kistui.simulator.korea import Clock
from kistui.simulator.ledger import Watched
from kistui.simulator.options import Options
from kistui.simulator.paging import Paging
from kistui.simulator.replies import Reply, not_found, refusal
from kistui.simulator.scenes import Scene


class Service(Protocol):
    """One account as one path shows it."""

    def answer(self, call: Call) -> Reply:
        """What was asked for, or why the query is refused; all its fields are there."""
        ...


FIELDS = {
    BALANCE_PATH: ledger.FIELDS,
    OVERSEAS_PATH: overseas.FIELDS,
    PRESENT_PATH: present.FIELDS,
    PENSION_PATH: pension.BALANCE_FIELDS,
    PENSION_PRESENT_PATH: pension.PRESENT_FIELDS,
    PENSION_DEPOSIT_PATH: pension.DEPOSIT_FIELDS,
}
OVERSEAS_PAGE = 100


class Bank:
    """The ledger: every account with what can be asked of it."""

    def __init__(self, scene: Scene, options: Options, clock: Clock) -> None:
        self._scene = scene
        self._options = options
        self._clock = clock
        self._services = {each.account: self._serve(each) for each in ACCOUNTS}

    def answer(self, call: Call) -> Reply:
        """Fields, account and product are looked at in this order."""
        missing = next((name for name in FIELDS[call.path] if name not in call.query), None)
        if missing:
            return not_found(missing)
        account = find(call.account, call.headers["appkey"])
        if account is None:
            return refusal("OPSQ2000")
        service = self._services[account.account].get(call.path)
        return service.answer(call) if service else refusal("APAC0489")

    def _serve(self, account: Account) -> Mapping[str, Service]:
        """What an account answers, by path; its product code says what there is."""
        scene, options, clock = self._scene, self._options, self._clock
        watched, paging = Watched(self._book(account), scene, options), self._paging(100)
        if account.kind == PENSION:
            return {
                PENSION_PATH: pension.PensionBalance(watched, paging, clock),
                PENSION_PRESENT_PATH: pension.PensionPresent(watched, paging, clock),
                PENSION_DEPOSIT_PATH: pension.PensionDeposit(watched, clock),
            }
        domestic = {BALANCE_PATH: ledger.DomesticBalance(watched, paging, options, clock)}
        if account.kind == SAVINGS:
            return domestic
        return {**domestic, **self._serve_abroad(account, watched.book.deposit)}

    def _serve_abroad(self, account: Account, deposit: int) -> Mapping[str, Service]:
        """The ISA has no consent to trade abroad, and is told of nothing rather than refused."""
        scene, options, clock = self._scene, self._options, self._clock
        is_general = account.kind == GENERAL
        book = scene.abroad(options.seed) if is_general and options.abroad else Abroad()
        without = scene.without_consent if is_general else frozenset[str]()
        consented = book.of_exchanges_but(without)
        return {
            OVERSEAS_PATH: overseas.OverseasBalance(
                consented, self._paging(200), options, clock, without
            ),
            PRESENT_PATH: present.PresentBalance(consented, deposit, options, clock),
        }

    def _book(self, account: Account) -> Book:
        scene, seed = self._scene, self._options.seed
        if account.kind == GENERAL:
            rows = scene.rows(self._options.holdings, self._options.rows_per_page)
            return scene.book(seed, rows)
        makers = {ISA: scene.isa, PENSION: scene.pension, SAVINGS: scene.savings}
        return makers[account.kind](seed, None)

    def _paging(self, width: int) -> Paging:
        """Keys of 100 go with KIS's Korean pages, of 200 with the overseas ones."""
        scene, options = self._scene, self._options
        size = options.rows_per_page if width == 100 else options.page_size or OVERSEAS_PAGE
        return Paging(
            size=size, seed=options.seed, letters=scene.letters, loops=scene.loops, width=width
        )
