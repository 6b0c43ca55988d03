"""Shared test support: a fake clock, a stub client, and rows and records in KIS's format."""

import ast
import asyncio
import gc
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from msgspec.structs import replace

from kistui.clock import KST
from kistui.errors import KistuiError, TokenExpiredError, TokenInvalidError
from kistui.i18n import load_translations
from kistui.i18n.translations import Translations
from kistui.models.account import AccountNumber, Credentials, Environment, Profile
from kistui.models.balance import Balance, BalanceSummary, Lot, merge_lots
from kistui.models.calls import CallRecord, OnProgress, RateLimitWait
from kistui.models.market_hours import AfterHoursPrice
from kistui.models.overseas import OverseasBalance
from kistui.models.text import Secret
from kistui.models.token import AccessToken
from kistui.services.token_manager import TokenManager
from kistui.storage.token_store import TokenStore
from kistui.tui.user_keymap import DEFAULT_KEYMAP

if TYPE_CHECKING:
    from kistui.client import KisClient

MORNING = datetime(2026, 11, 23, 10, 32, 7, tzinfo=KST)
SAMSUNG = merge_lots(
    [Lot(code="005930", name="삼성전자", quantity=200, purchase_amount=14_000_000,
         valuation=18_000_000, price=Decimal(90_000))]
)[0]  # fmt: skip
"""A holding of 200 shares."""
CALL = CallRecord(
    started_at=MORNING,
    name="domestic balance",
    method="GET",
    path="/uapi/domestic-stock/v1/trading/inquire-balance",
    tr_id="TTTC8434R",
    outcome="rate_limited",
    duration=0.0471,
    rate_limit_wait=RateLimitWait(1.05, 0.1),
    page=2,
    attempt=1,
    retry_after=1.25,
    status=500,
    response_size=123,
    rt_cd="1",
    msg_cd="EGW00201",
    server_message='초당 "거래"',
    parameter_names=("CANO", "PDNO"),
    continuation="N>M",
    connection_timings=(("tcp", 0.003), ("tls", 0.03)),
    profile="main",
)
"""A refused call."""


def load_ledger(text: str) -> tuple[dict[str, list[Any]], list[Any]]:
    """Return a Beancount file's entries by the names of their types, and its errors.

    Skips the test without Beancount, which has no wheel for Python 3.15 yet.
    """
    loader = pytest.importorskip("beancount.loader")
    entries, errors, _ = loader.load_string(text)
    by_type: dict[str, list[Any]] = defaultdict(list)
    for entry in entries:
        by_type[type(entry).__name__].append(entry)
    return by_type, errors


class FakeClock:
    """A clock that moves only when advanced."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


BALANCE_ROW: dict[str, Any] = {
    "pdno": "005930", "prdt_name": "삼성전자", "trad_dvsn_name": "현금",
    "bfdy_buy_qty": "0", "bfdy_sll_qty": "0", "thdt_buyqty": "0", "thdt_sll_qty": "0",
    "hldg_qty": "10", "ord_psbl_qty": "10", "pchs_avg_pric": "70000.0000", "pchs_amt": "700000",
    "prpr": "75000", "evlu_amt": "750000", "evlu_pfls_amt": "50000", "evlu_pfls_rt": "7.14",
    "evlu_erng_rt": "0.00000000", "loan_dt": "", "loan_amt": "0", "stln_slng_chgs": "0",
    "expd_dt": "", "fltt_rt": "1.35135135", "bfdy_cprs_icdc": "1000", "item_mgna_rt_name": "20%",
    "grta_rt_name": "", "sbst_pric": "56000", "stck_loan_unpr": "0.0000",
}  # fmt: skip

BALANCE_SUMMARY: dict[str, Any] = {
    "dnca_tot_amt": "5000000", "nxdy_excc_amt": "4639950", "prvs_rcdl_excc_amt": "4639950",
    "cma_evlu_amt": "0", "bfdy_buy_amt": "360000", "thdt_buy_amt": "0", "nxdy_auto_rdpt_amt": "0",
    "bfdy_sll_amt": "0", "thdt_sll_amt": "0", "d2_auto_rdpt_amt": "0", "bfdy_tlex_amt": "50",
    "thdt_tlex_amt": "0", "tot_loan_amt": "0", "scts_evlu_amt": "1092000",
    "tot_evlu_amt": "5731950", "nass_amt": "5731950", "fncg_gld_auto_rdpt_yn": "",
    "pchs_amt_smtl_amt": "1060000", "evlu_amt_smtl_amt": "1092000", "evlu_pfls_smtl_amt": "32000",
    "tot_stln_slng_chgs": "0", "bfdy_tot_asst_evlu_amt": "5723950", "asst_icdc_amt": "8000",
    "asst_icdc_erng_rt": "0.00000000",
}  # fmt: skip


def balance_body(rows: list[dict[str, Any]], **envelope: Any) -> dict[str, Any]:
    """Return the body of a balance response with these rows."""
    return {
        "ctx_area_fk100": " " * 100,
        "ctx_area_nk100": " " * 100,
        "output1": rows,
        "output2": [BALANCE_SUMMARY],
        "rt_cd": "0",
        "msg_cd": "KIOK0510",
        "msg1": "조회가 완료되었습니다",
    } | envelope


def make_lot(**values: Any) -> Lot:
    """Return a lot of ten shares bought at 70,000 won and priced at 75,000; `values` override."""
    plain = Lot(
        code="005930",
        name="삼성전자",
        trade_kind="현금",
        quantity=10,
        sellable_quantity=10,
        average_price=Decimal("70000.0000"),
        purchase_amount=700_000,
        price=Decimal(75_000),
        valuation=750_000,
        profit_loss=50_000,
        profit_rate=Decimal("7.14"),
        day_rate=Decimal("1.35135135"),
        day_change=Decimal(1000),
        bought_yesterday=0,
        sold_yesterday=0,
        bought_today=0,
        sold_today=0,
        loan_amount=0,
    )
    return replace(plain, **values)


def make_balance(*lots: Lot, **summary: Any) -> Balance:
    """Return a balance whose summary agrees with its lots."""
    cost = sum(lot.purchase_amount or 0 for lot in lots)
    value = sum(lot.valuation or 0 for lot in lots)
    figures: dict[str, Any] = {
        "deposit": 1_000_000,
        "deposit_d1": 900_000,
        "deposit_d2": 800_000,
        "cma_value": 0,
        "bought_yesterday": 100_000,
        "bought_today": 100_000,
        "sold_yesterday": 0,
        "sold_today": 0,
        "costs_yesterday": 0,
        "costs_today": 0,
        "repayment_d1": 0,
        "repayment_d2": 0,
        "loans": 0,
        "short_proceeds": 0,
        "securities_value": value,
        "total_value": value + 800_000,
        "net_assets": value + 800_000,
        "purchase_amount": cost,
        "valuation": value,
        "profit_loss": value - cost,
        "total_yesterday": value + 800_000 - 5_000,
        "asset_change": 5_000,
        "asset_change_rate": Decimal(0),
    }
    return Balance(summary=BalanceSummary(**(figures | summary)), holdings=merge_lots(lots))


PROFILE = Profile("main", Environment.REAL, AccountNumber.parse("50071234-01"))
CREDENTIALS = Credentials(Secret("key"), Secret("secret"))


class StubClient:
    """A stub client that issues numbered tokens, returns preset results and counts requests."""

    origin = "https://kis.example"

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.issue_count = 0
        self.revoked_tokens: list[str] = []
        self.rejected_tokens: set[str] = set()
        self.rejection_error: type[TokenExpiredError | TokenInvalidError] = TokenExpiredError
        self.issue_error: KistuiError | None = None
        self.reissued_value: str | None = None
        self.expiries: dict[str, datetime] = {}
        self.clock_skew: timedelta | None = None
        self.is_closed = False
        self.issue_started = asyncio.Event()
        self.issue_allowed = asyncio.Event()
        self.issue_allowed.set()

    @property
    def as_client(self) -> "KisClient":
        return cast("KisClient", self)

    def token_manager(self, folder: Path, clock: FakeClock) -> TokenManager:
        """Return a token manager over the stub client; its sleep advances the clock."""

        async def sleep(seconds: float) -> None:
            clock.advance(seconds=seconds)
            await asyncio.sleep(0)

        return TokenManager(TokenStore(folder), CREDENTIALS, self.as_client, clock, sleep=sleep)

    async def issue_token(self, _credentials: Credentials) -> AccessToken:
        self.issue_started.set()
        await self.issue_allowed.wait()
        if self.issue_error:
            raise self.issue_error
        self.issue_count += 1
        now = self.clock() + (self.clock_skew or timedelta(0))
        value = self.reissued_value or f"token-{self.issue_count}"
        # A token that is issued again keeps its first expiry.
        expires_at = self.expiries.setdefault(value, now + timedelta(days=1))
        return AccessToken(Secret(value), self.clock(), expires_at)

    async def revoke_token(self, _credentials: Credentials, token: AccessToken) -> None:
        if token.value.reveal() in self.rejected_tokens:
            raise self.rejection_error
        self.revoked_tokens.append(token.value.reveal())

    async def fetch_balance(
        self,
        _credentials: Credentials,
        token: AccessToken,
        _account: AccountNumber,
        _on_progress: OnProgress,
        _price: AfterHoursPrice,
    ) -> Balance:
        await asyncio.sleep(0)
        if token.value.reveal() in self.rejected_tokens:
            raise self.rejection_error(code="EGW00123")
        return make_balance()

    async def fetch_overseas(
        self,
        _credentials: Credentials,
        token: AccessToken,
        _account: AccountNumber,
        _on_progress: OnProgress,
    ) -> OverseasBalance:
        if token.value.reveal() in self.rejected_tokens:
            raise self.rejection_error(code="EGW00123")
        return OverseasBalance()

    async def aclose(self) -> None:
        self.is_closed = True


def load_app_translations(language: str) -> Translations:
    """Return the texts of a language as the app has them: with the names of its keys."""
    t = load_translations(language)
    t.key_names = DEFAULT_KEYMAP.display_names
    return t


def raw_text(t: Translations, key: str) -> str:
    """Return the text under `key` with its placeholders."""
    section, _, name = key.rpartition(".")
    return t.sections[section][name]


def parse_syntax_tree(path: Path) -> ast.Module:
    """Return a file's syntax tree.

    The garbage collector is paused: what it runs may break the recursion counter of Python 3.11.
    """
    gc.disable()
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    finally:
        gc.enable()
