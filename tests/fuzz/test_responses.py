"""Any response is a balance that every page can show, a token, or an error of the tree."""

import asyncio
import gzip
import json
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistui import i18n
from kistui.cli import balance_tables
from kistui.client import KisClient, RateLimits
from kistui.client.connection import Timeouts
from kistui.errors import KistuiError
from kistui.formatting import balance_exports
from kistui.formatting import token as token_view
from kistui.formatting.ansi import strip_styles
from kistui.formatting.error_text import describe_error
from kistui.formatting.holding_columns import HOLDING_COLUMNS, HoldingColumn
from kistui.formatting.holding_detail import holding_detail_lines
from kistui.formatting.holdings_table import HoldingsTable
from kistui.formatting.holdings_view_state import HoldingsViewState
from kistui.formatting.raw_fields import raw_summary_lines
from kistui.formatting.summary_boxes import summary_boxes
from kistui.models.account import Credentials
from kistui.models.balance import Balance, BalanceSummary, Lot
from kistui.models.kis_fields import ValueType, field_specs
from kistui.models.reconciliation import reconcile
from kistui.models.text import Secret
from kistui.models.token import AccessToken, TokenRecord, TokenStatus
from tests.client.raw_server import http_responses
from tests.fuzz.strategies import JSON_VALUES, RAW_VALUES, fuzz_settings
from tests.support import BALANCE_ROW, BALANCE_SUMMARY, MORNING, PROFILE, FakeClock, balance_body

CREDENTIALS = Credentials(Secret("k" * 36), Secret("s" * 180))
T = i18n.load_translations("ko")
BALANCE_KEYS = sorted(
    {spec.key for record in (Lot, BalanceSummary) for spec in field_specs(record)}
)

Reply = tuple[int, dict[str, str], bytes]
Fields = dict[str, Any]

changes = st.dictionaries(st.sampled_from(BALANCE_KEYS), RAW_VALUES | JSON_VALUES, max_size=6)
envelope = st.fixed_dictionaries(
    {},
    optional={
        "rt_cd": st.sampled_from(["0", "1", 0, 1.0, None, [], "0 "]) | JSON_VALUES,
        "msg_cd": st.sampled_from(["EGW00201", "EGW00123", "SYDB0050", "70070000"]) | JSON_VALUES,
        "msg1": JSON_VALUES,
        "error_code": JSON_VALUES,
        "output1": JSON_VALUES,
        "output2": JSON_VALUES,
        "ctx_area_fk100": RAW_VALUES | JSON_VALUES,
        "ctx_area_nk100": RAW_VALUES | JSON_VALUES,
    },
)


@st.composite
def balances(draw: st.DrawFn) -> bytes:
    """Return the body of a balance with some wrong fields, or without what makes it one."""
    rows = [BALANCE_ROW | draw(changes) for _ in range(draw(st.integers(0, 3)))]
    body = balance_body(rows, output2=[BALANCE_SUMMARY | draw(changes)]) | draw(envelope)
    return json.dumps(body).encode("utf-8", "surrogatepass")


# Integers rather than a regular expression, from which drawing takes several times longer.
INTEGERS = st.integers(-(10**19) + 1, 10**19 - 1).map(str)
NUMBERS = INTEGERS | st.sampled_from(["", "0", "-0", "+7", "007", "-000"])
DECIMALS = NUMBERS | st.tuples(INTEGERS, st.integers(0, 10**12 - 1)).map("{0[0]}.{0[1]}".format)
VALID_VALUES: dict[ValueType, st.SearchStrategy[Any]] = {
    ValueType.WON: NUMBERS,
    ValueType.QUANTITY: NUMBERS,
    ValueType.PRICE: DECIMALS,
    ValueType.AMOUNT: DECIMALS,
    ValueType.FRACTIONAL_QUANTITY: DECIMALS,
    ValueType.EXCHANGE_RATE: DECIMALS,
    ValueType.PERCENT: DECIMALS,
    ValueType.DATE: st.dates().map("{:%Y%m%d}".format).map(lambda day: day.rjust(8, "0")),
    ValueType.TEXT: RAW_VALUES,
    ValueType.CODE: RAW_VALUES,
}


def valid_fields(record: type) -> st.SearchStrategy[Fields]:
    """Return valid values, however odd, for some fields of a record."""
    return st.fixed_dictionaries(
        {}, optional={s.key: VALID_VALUES[s.value_type] for s in field_specs(record)}
    )


@st.composite
def valid_balances(draw: st.DrawFn) -> Reply:
    """Return a balance that can be parsed, whatever its values."""
    rows = [BALANCE_ROW | row for row in draw(st.lists(valid_fields(Lot), max_size=3))]
    body = balance_body(rows, output2=[BALANCE_SUMMARY | draw(valid_fields(BalanceSummary))])
    return 200, {}, json.dumps(body).encode("utf-8", "surrogatepass")


TOKEN_BODY = {"access_token": "eyJ", "access_token_token_expired": "2026-11-24 10:32:07"}
tokens = st.fixed_dictionaries(
    {},
    optional={
        "access_token": RAW_VALUES | JSON_VALUES,
        "access_token_token_expired": st.from_regex(
            r"[0-9]{4}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9]", fullmatch=True
        )
        | RAW_VALUES
        | JSON_VALUES,
        "expires_in": JSON_VALUES,
        "error_code": st.sampled_from(["EGW00133", "EGW00103"]) | JSON_VALUES,
        "error_description": JSON_VALUES,
        "msg_cd": JSON_VALUES,
    },
).map(lambda fields: json.dumps(TOKEN_BODY | fields).encode("utf-8", "surrogatepass"))

headers = st.fixed_dictionaries(
    {},
    optional={
        "tr_cont": st.sampled_from(["M", "F", "D", "E", "", "M "]) | st.text("MFDE \t", max_size=3),
        "date": st.sampled_from(
            ["Mon, 23 Nov 2026 01:32:07 GMT", "Fri, 31 Dec 9999 23:59:59 -2359", "0", "x" * 100]
        )
        | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
        "content-encoding": st.sampled_from(["gzip", "deflate", "br", "gzip, gzip", "", "x"]),
        "location": st.just("https://elsewhere.example/"),
    },
)


def replies(content: st.SearchStrategy[bytes]) -> st.SearchStrategy[Reply]:
    """Return HTTP responses with such a body, or with it cut, compressed, or replaced."""
    cut = st.tuples(content, st.integers(0, 400)).map(lambda pair: pair[0][: pair[1]])
    other = JSON_VALUES.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass"))
    return st.tuples(
        st.sampled_from([200, 200, 200, 204, 302, 403, 429, 500, 503]),
        headers,
        content | content | cut | content.map(gzip.compress) | other | st.binary(max_size=60),
    )


class FakeServer:
    """A client whose server sends the given responses."""

    def __init__(self) -> None:
        self.replies: Iterator[Reply] = iter(())
        self.runner = asyncio.Runner()
        self.client = KisClient(
            PROFILE.environment,
            base_url="http://127.0.0.1:9",
            rate_limits=RateLimits.unlimited(),
            clock=FakeClock(),
            timeouts=Timeouts(sleep=self._sleep, random=lambda: 0.5),
        )

    def call(self, replies: Sequence[Reply], job: str) -> Balance | AccessToken:
        """Return the result of a call; the last response is repeated."""
        self.replies = iter(replies)
        self.last = replies[-1]
        return self.runner.run(self._call(job))

    async def _call(self, job: str) -> Balance | AccessToken:
        if job == "token":
            return await self.client.issue_token(CREDENTIALS)
        token = AccessToken(Secret("eyJ"), MORNING, MORNING)
        return await self.client.fetch_balance(CREDENTIALS, token, PROFILE.account)

    def respond(self, request: httpx.Request) -> httpx.Response:
        assert request.url.host == "127.0.0.1"
        status, headers, content = self.last = next(self.replies, self.last)
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(content))

    async def _sleep(self, _seconds: float) -> None:
        await asyncio.sleep(0)


@pytest.fixture(scope="module")
def server() -> Iterator[FakeServer]:
    server = FakeServer()
    with http_responses(server.respond):
        yield server
        server.runner.run(server.client.aclose())
    server.runner.close()


@fuzz_settings
@given(st.lists(replies(balances()), min_size=1, max_size=3))
def test_any_responses_are_a_balance_or_an_error_of_the_tree(
    server: FakeServer, responses: list[Reply]
) -> None:
    try:
        balance = server.call(responses, "balance")
    except KistuiError as error:
        check_error_text(error)
    else:
        assert isinstance(balance, Balance)
        check_views(balance)


@fuzz_settings
@given(
    valid_balances(),
    RAW_VALUES,
    st.lists(st.sampled_from(HOLDING_COLUMNS), min_size=1, max_size=3),
)
def test_any_valid_balance_can_be_shown_sorted_and_filtered(
    server: FakeServer, response: Reply, query: str, columns: list[HoldingColumn]
) -> None:
    balance = server.call([response], "balance")
    assert isinstance(balance, Balance)
    check_views(balance)
    for column in columns:
        view_state = HoldingsViewState(sort_column=column.name, query=query)
        HoldingsTable(balance, T, view_state, amounts_hidden=True).lay_out(80)


@fuzz_settings
@given(replies(tokens))
def test_any_response_is_a_token_or_an_error_of_the_tree(
    server: FakeServer, response: Reply
) -> None:
    try:
        token = server.call([response], "token")
    except KistuiError as error:
        check_error_text(error)
        return
    assert isinstance(token, AccessToken)
    skew = server.client.clock_skew
    record = TokenRecord().with_issue_attempt(MORNING).with_token(token, MORNING)
    for variant in (record, record.with_rejection(token, "EGW00121", MORNING)):
        check_token_views(variant if skew is None else TokenRecord(token=token, measured_skew=skew))


def check_token_views(record: TokenRecord) -> None:
    """Format everything that a screen or a command shows of a token."""
    status = TokenStatus(record, "~", 0o600)
    token_view.token_headline(record, MORNING, T)
    token_view.token_facts(status, None, MORNING, T, to_local=lambda at: at.astimezone(UTC), pid=1)
    token_view.token_profile_line(PROFILE, record, MORNING, T)
    token_view.token_status_line(PROFILE, record, MORNING, T)
    token_view.title_bar_token_cell(record, MORNING, T)
    token_view.expiry_warning(record, MORNING, T)
    record.usable_token(MORNING)


@pytest.mark.parametrize("job", ["balance", "token"])
def test_the_strategies_reach_results_and_errors(server: FakeServer, job: str) -> None:
    outcomes: set[str] = set()
    cases = replies(balances() if job == "balance" else tokens)

    @fuzz_settings
    @given(cases)
    def run(response: Reply) -> None:
        try:
            outcomes.add(type(server.call([response], job)).__name__)
        except KistuiError as error:
            outcomes.add(type(error).__name__)

    run()
    assert {
        "MalformedResponseError",
        "ServiceUnavailableError",
        "Balance" if job == "balance" else "AccessToken",
    } <= outcomes


def check_error_text(error: KistuiError) -> None:
    text_parts = describe_error(error, T)
    text = f"{text_parts.title}{text_parts.message}{text_parts.server_message}{text_parts.hint}"
    assert len(text) < 2500
    assert text.isprintable()
    assert CREDENTIALS.app_key.reveal() not in text


def check_views(balance: Balance) -> None:
    snapshot = balance_exports.BalanceSnapshot(PROFILE, balance, MORNING)
    summary = json.loads(balance_exports.summary_json(snapshot))
    assert summary["summary"].keys() == {spec.key for spec in field_specs(BalanceSummary)}
    for as_lots in (False, True):
        json.loads(balance_exports.holdings_json(snapshot, as_lots=as_lots))
        balance_exports.holdings_csv(snapshot, as_lots=as_lots)
    balance_exports.summary_csv(snapshot, T)
    for text in (
        balance_tables.summary_table(snapshot, T),
        balance_tables.holdings_table(snapshot, T, 80, lots=True),
    ):
        assert all(char.isprintable() or char == "\n" for char in strip_styles(text))
    reconcile(balance)
    raw_summary_lines(balance, T, 80, amounts_hidden=False)
    for box in summary_boxes(balance, T, wide=True):
        box.render(36)
    for holding in balance.holdings:
        holding_detail_lines(holding, (1, 1), T, 60, MORNING.date(), show_raw_fields=True)
