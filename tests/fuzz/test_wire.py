"""Whatever a server answers: figures that every page can show, or an error of the tree."""

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
from kistui.cli import tables
from kistui.client import KisClient, RateLimits
from kistui.client.connection import Timeouts
from kistui.errors import KistuiError
from kistui.formatting import export
from kistui.formatting import token as token_view
from kistui.formatting.holding_columns import HOLDING_COLUMNS
from kistui.formatting.holding_detail import holding_detail_lines
from kistui.formatting.holdings_table import HoldingsTable
from kistui.formatting.holdings_view_state import HoldingsViewState
from kistui.formatting.status import describe_error
from kistui.formatting.summary import summary_boxes
from kistui.formatting.summary_page import raw_summary_lines
from kistui.models.account import Credentials
from kistui.models.balance import Balance, BalanceSummary, Lot
from kistui.models.kis_fields import ValueType, field_specs
from kistui.models.reconciliation import reconcile
from kistui.models.text import Secret
from kistui.models.token import AccessToken, TokenRecord, TokenStatus
from tests.fuzz.strategies import JSON_VALUES, RAW_VALUES, fuzz_settings
from tests.support import BALANCE_ROW, BALANCE_SUMMARY, MORNING, PROFILE, FakeClock, balance_body

KEYS = Credentials(Secret("k" * 36), Secret("s" * 180))
WORDS = i18n.load_translations("ko")
BALANCE_KEYS = sorted(
    {spec.key for record in (Lot, BalanceSummary) for spec in field_specs(record)}
)

Answer = tuple[int, dict[str, str], bytes]
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
    """A balance with some of its fields not as they should be; at times one that is none."""
    rows = [BALANCE_ROW | draw(changes) for _ in range(draw(st.integers(0, 3)))]
    answer = balance_body(rows, output2=[BALANCE_SUMMARY | draw(changes)]) | draw(envelope)
    return json.dumps(answer).encode("utf-8", "surrogatepass")


NUMBERS = st.from_regex(r"[+-]?[0-9]{1,19}", fullmatch=True) | st.sampled_from(["", "0", "-0"])
DECIMALS = NUMBERS | st.from_regex(r"[+-]?[0-9]{1,19}\.[0-9]{0,12}", fullmatch=True)
FITTING: dict[ValueType, st.SearchStrategy[Any]] = {
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


def fitting(record: type) -> st.SearchStrategy[Fields]:
    """Values of the right form, however odd, for some fields of a record."""
    return st.fixed_dictionaries(
        {}, optional={s.key: FITTING[s.value_type] for s in field_specs(record)}
    )


@st.composite
def sound(draw: st.DrawFn) -> Answer:
    """A balance that can be read, whatever stands in it."""
    rows = [BALANCE_ROW | row for row in draw(st.lists(fitting(Lot), max_size=3))]
    answer = balance_body(rows, output2=[BALANCE_SUMMARY | draw(fitting(BalanceSummary))])
    return 200, {}, json.dumps(answer).encode("utf-8", "surrogatepass")


TOKEN_ANSWER = {"access_token": "eyJ", "access_token_token_expired": "2026-11-24 10:32:07"}
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
).map(lambda answer: json.dumps(TOKEN_ANSWER | answer).encode("utf-8", "surrogatepass"))

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


def answers(content: st.SearchStrategy[bytes]) -> st.SearchStrategy[Answer]:
    """HTTP answers with such a body, at times cut, packed, or of other bytes altogether."""
    cut = st.tuples(content, st.integers(0, 400)).map(lambda pair: pair[0][: pair[1]])
    other = JSON_VALUES.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass"))
    return st.tuples(
        st.sampled_from([200, 200, 200, 204, 302, 403, 429, 500, 503]),
        headers,
        content | content | cut | content.map(gzip.compress) | other | st.binary(max_size=60),
    )


class Wire:
    """A client whose server says what it is told to say."""

    def __init__(self) -> None:
        self.answers: Iterator[Answer] = iter(())
        self.runner = asyncio.Runner()
        clock = FakeClock()
        self.client = KisClient(
            PROFILE.environment,
            base_url="http://127.0.0.1:9",
            rate_limits=RateLimits.unlimited(),
            clock=clock,
            timeouts=Timeouts(sleep=self._sleep),
        )
        self.client._connection._http._transport = httpx.MockTransport(self._answer)

    def run(self, answers: Sequence[Answer], job: str) -> Balance | AccessToken:
        """What comes of these answers, the last of them for ever."""
        self.answers = iter(answers)
        self.last = answers[-1]
        return self.runner.run(self._job(job))

    async def _job(self, job: str) -> Balance | AccessToken:
        if job == "token":
            return await self.client.issue_token(KEYS)
        token = AccessToken(Secret("eyJ"), MORNING, MORNING)
        return await self.client.fetch_balance(KEYS, token, PROFILE.account)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        assert request.url.host == "127.0.0.1"
        status, given, content = self.last = next(self.answers, self.last)
        return httpx.Response(status, headers=given, stream=httpx.ByteStream(content))

    async def _sleep(self, _seconds: float) -> None:
        await asyncio.sleep(0)


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    wire = Wire()
    yield wire
    wire.runner.run(wire.client.aclose())
    wire.runner.close()


@fuzz_settings
@given(st.lists(answers(balances()), min_size=1, max_size=3))
def test_any_answers_are_figures_or_an_error_of_the_tree(
    wire: Wire, given_answers: list[Answer]
) -> None:
    try:
        balance = wire.run(given_answers, "balance")
    except KistuiError as error:
        _can_be_told(error)
    else:
        assert isinstance(balance, Balance)
        _can_be_shown(balance)


@fuzz_settings
@given(sound(), RAW_VALUES)
def test_any_figures_can_be_shown_sorted_and_found(wire: Wire, answer: Answer, query: str) -> None:
    balance = wire.run([answer], "balance")
    assert isinstance(balance, Balance)
    _can_be_shown(balance)
    for column in HOLDING_COLUMNS:
        arrangement = HoldingsViewState(sort_column=column.name, query=query)
        HoldingsTable(balance, WORDS, arrangement, amounts_hidden=True).lay_out(80)


@fuzz_settings
@given(answers(tokens))
def test_any_answer_is_a_token_or_an_error_of_the_tree(wire: Wire, answer: Answer) -> None:
    try:
        token = wire.run([answer], "token")
    except KistuiError as error:
        _can_be_told(error)
        return
    assert isinstance(token, AccessToken)
    skew = wire.client.clock_skew
    record = TokenRecord().with_issue_attempt(MORNING).with_token(token, MORNING)
    for seen in (record, record.with_rejection(token, "EGW00121", MORNING)):
        show_token(seen if skew is None else TokenRecord(token=token, clock_skew=skew))


def show_token(record: TokenRecord) -> None:
    """Everything a screen or a command says of a token."""
    status = TokenStatus(record, "~", 0o600)
    token_view.token_headline(record, MORNING, WORDS)
    token_view.token_facts(
        status, None, MORNING, WORDS, to_local=lambda at: at.astimezone(UTC), pid=1
    )
    token_view.token_profile_line(PROFILE, record, MORNING, WORDS)
    token_view.token_status_line(PROFILE, record, MORNING, WORDS)
    token_view.title_bar_token_cell(record, MORNING, WORDS)
    token_view.expiry_warning(record, MORNING, WORDS)
    record.usable_token(MORNING)


@pytest.mark.parametrize("job", ["balance", "token"])
def test_the_cases_are_no_foregone_conclusion(wire: Wire, job: str) -> None:
    """Figures as well as many kinds of error come of them, or they would prove nothing."""
    ends: set[str] = set()
    cases = answers(balances() if job == "balance" else tokens)

    @fuzz_settings
    @given(cases)
    def run(answer: Answer) -> None:
        try:
            ends.add(type(wire.run([answer], job)).__name__)
        except KistuiError as error:
            ends.add(type(error).__name__)

    run()
    assert {
        "MalformedResponseError",
        "ServiceUnavailableError",
        "Balance" if job == "balance" else "AccessToken",
    } <= ends


def _can_be_told(error: KistuiError) -> None:
    told = describe_error(error, WORDS)
    text = f"{told.title}{told.message}{told.server_message}{told.hint}"
    assert len(text) < 2500
    assert text.isprintable()
    assert KEYS.app_key.reveal() not in text


def _can_be_shown(balance: Balance) -> None:
    reading = export.BalanceSnapshot(PROFILE, balance, MORNING)
    told = json.loads(export.summary_json(reading))
    assert told["summary"].keys() == {spec.key for spec in field_specs(BalanceSummary)}
    for lots in (False, True):
        json.loads(export.holdings_json(reading, as_lots=lots))
        export.holdings_csv(reading, as_lots=lots)
    export.summary_csv(reading, WORDS)
    for text in (
        tables.summary_table(reading, WORDS),
        tables.holdings_table(reading, WORDS, 80, lots=True),
    ):
        assert all(char.isprintable() or char == "\n" for char in text)
    reconcile(balance)
    raw_summary_lines(balance, WORDS, 80, amounts_hidden=False)
    for box in summary_boxes(balance, WORDS, wide=True):
        box.render(36)
    for holding in balance.holdings:
        holding_detail_lines(holding, (1, 1), WORDS, 60, MORNING.date(), show_raw_fields=True)
