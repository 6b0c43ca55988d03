"""All accounts of one scene: finds the one a call is about and has it answered."""

from collections.abc import Mapping
from typing import Protocol

from kistui.simulator.book import Book
from kistui.simulator.call import BALANCE_PATH, Call
from kistui.simulator.customers import ACCOUNTS, GENERAL, ISA, PENSION, SAVINGS, Account, find
from kistui.simulator.korea import Clock
from kistui.simulator.ledger import DomesticBalance, Watched
from kistui.simulator.ledger import FIELDS as BALANCE_FIELDS
from kistui.simulator.options import Options
from kistui.simulator.paging import Paging
from kistui.simulator.replies import Reply, not_found, refusal
from kistui.simulator.scenes import Scene


class Service(Protocol):
    """One account as one path shows it."""

    def answer(self, call: Call) -> Reply:
        """What was asked for, or why the query is refused; all its fields are there."""
        ...


FIELDS = {BALANCE_PATH: BALANCE_FIELDS}


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
        scene, options, clock = self._scene, self._options, self._clock
        watched = Watched(self._book(account), scene, options)
        return {BALANCE_PATH: DomesticBalance(watched, self._paging(), options, clock)}

    def _book(self, account: Account) -> Book:
        scene, seed = self._scene, self._options.seed
        if account.kind == GENERAL:
            rows = scene.rows(self._options.holdings, self._options.rows_per_page)
            return scene.book(seed, rows)
        makers = {ISA: scene.isa, PENSION: scene.pension, SAVINGS: scene.savings}
        return makers[account.kind](seed, None)

    def _paging(self) -> Paging:
        scene, options = self._scene, self._options
        return Paging(
            size=options.rows_per_page,
            seed=options.seed,
            letters=scene.letters,
            loops=scene.loops,
        )
