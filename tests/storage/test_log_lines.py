"""A line of the log: stable keys, one line whatever the server says, no text of a crash."""

import re

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui.models.calls import CallRecord, RateLimitWait
from kistui.storage.log import format_call, format_crash, parse_call
from tests.support import MORNING

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
LINE = (
    "at=2026-11-23T10:32:07.000+09:00 pid=7 event=call profile=main call=domestic_balance "
    "method=GET path=/uapi/domestic-stock/v1/trading/inquire-balance tr_id=TTTC8434R page=2 try=1 "
    "status=500 rt_cd=1 msg_cd=EGW00201 bytes=123 ms=47 wait_ms=1150 again_ms=1250 "
    'outcome=rate_limited said="초당 \\"거래\\""'
)
PAIR = re.compile(r' ?([a-z_]+)=("(?:[^"\\]|\\.)*"|[^" ]+)')


def test_a_call_is_a_line_of_stable_keys() -> None:
    assert format_call(CALL, 7) == LINE


def test_a_value_that_could_not_be_read_is_named() -> None:
    call = replace(CALL, unreadable_fields=("expd_dt", "hldg_qty"))
    assert format_call(call, 7) == f"{LINE} unreadable=expd_dt,hldg_qty"


def test_debugging_adds_names_marks_waits_and_the_connection() -> None:
    assert format_call(CALL, 7, is_debug=True) == (
        f"{LINE} params=CANO,PDNO cont=N>M wait_account_ms=1050 wait_key_ms=100 conn=new "
        "tcp_ms=3 tls_ms=30"
    )


def test_a_line_is_read_back_as_the_call_it_shows() -> None:
    call = parse_call(LINE)
    assert call == replace(
        CALL,
        duration=0.047,
        rate_limit_wait=RateLimitWait(1.15),
        retry_after=None,
        parameter_names=(),
        continuation="",
        connection_timings=(),
    )
    assert parse_call(LINE.replace("status=500", "status=-")).status is None  # type: ignore[union-attr]
    for damaged in ("", "no line", LINE[20:], LINE.replace("ms=47", "ms=x"), LINE[:120]):
        assert parse_call(damaged) is None


@given(st.text())
def test_no_control_character_is_read_back(message: str) -> None:
    call = parse_call(format_call(replace(CALL, server_message=message), 7))
    assert call is not None
    assert call.server_message.isprintable()


@given(st.text(), st.text())
def test_any_text_is_one_line_of_pairs(message: str, code: str) -> None:
    line = format_call(replace(CALL, server_message=message, msg_cd=code), 7)
    assert line.isprintable()
    keys = [match[1] for match in PAIR.finditer(line)]
    assert "".join(match[0] for match in PAIR.finditer(line)) == line
    assert keys == [match[1] for match in PAIR.finditer(LINE)]


def test_a_crash_names_kinds_and_places_and_no_text() -> None:
    def fail(app_secret: str) -> None:
        try:
            raise ValueError(app_secret)
        except ValueError as error:
            raise RuntimeError(f"with {app_secret}") from error

    try:
        fail("s3cr3t-value")
    except RuntimeError as error:
        line = format_crash(error, MORNING, 7)
    assert 'event=crash kind="RuntimeError<ValueError"' in line
    assert re.search(
        r'trace="tests\.storage\.test_log_lines:\d+:test_a_crash\w+ \S+:\d+:fail', line
    )
    assert "s3cr3t" not in line
