"""The token in words: every state, every edge of the countdown, every zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui import i18n
from kistui.clock import KST
from kistui.formatting import token as view
from kistui.formatting.cells import display_width, plain_text
from kistui.i18n.translations import Translations
from kistui.models.call_record import ApiUsage
from kistui.models.secret import Secret
from kistui.models.token import (
    AccessToken,
    Rejection,
    TokenOrigin,
    TokenRecord,
    TokenState,
    TokenStatus,
)
from tests.support import MORNING, PROFILE

KO, EN = i18n.load_translations("ko"), i18n.load_translations("en")
BOTH = pytest.mark.parametrize("t", [KO, EN], ids=["ko", "en"])
DAY = timedelta(days=1)
TOKEN = AccessToken(Secret("eyJ.secret"), MORNING, MORNING + DAY, process_id=7)
RECORD = TokenRecord(
    token=TOKEN, issue_attempted_at=MORNING, notification_count=1, last_notified_at=MORNING
)
CALLS = ApiUsage(app_key_interval=0.1, account_interval=1.05, queued=2, calls_last_minute=31)

STATES = {
    "none": (TokenRecord(), MORNING),
    "waiting": (TokenRecord(issue_attempted_at=MORNING), MORNING + timedelta(seconds=17)),
    "valid": (RECORD, MORNING + timedelta(minutes=48)),
    "expiring": (RECORD, MORNING + DAY - timedelta(minutes=12)),
    "expired": (RECORD, MORNING + DAY + timedelta(hours=3)),
    "suspect": (
        replace(RECORD, rejection=Rejection(MORNING, "EGW00121")),
        MORNING + timedelta(minutes=48),
    ),
    "came_back": (
        replace(RECORD, rejection=Rejection(MORNING, "EGW00121", was_reissued=True)),
        MORNING + timedelta(minutes=48),
    ),
    "skewed": (replace(RECORD, clock_skew=timedelta(seconds=302)), MORNING + timedelta(minutes=48)),
}


def facts(record: TokenRecord, now: datetime, t: Translations, zone: str = "UTC") -> list[str]:
    status = TokenStatus(record, "~/.local/state/kistui/tokens", 0o600)
    lines = view.token_facts(
        status,
        CALLS,
        now,
        t,
        to_local=lambda at: at.astimezone(ZoneInfo(zone)),
        pid=7,
    )
    return [plain_text(line) for line in lines]


@BOTH
@pytest.mark.parametrize("state", STATES)
def test_every_state_fits_80_columns_and_hides_the_token(t: Translations, state: str) -> None:
    record, now = STATES[state]
    head = view.token_headline(record, now, t)
    lines = facts(record, now, t)
    assert len(head.countdown) == 8
    assert display_width(head.meaning.text) <= 48, head.meaning.text
    for line in lines:
        assert display_width(line) <= 76, line
    told = "".join([*lines, head.countdown, head.state.text, head.meaning.text])
    assert "eyJ" not in told
    line = plain_text(view.token_profile_line(PROFILE, record, now, t))
    assert display_width(line) <= 78, line
    assert "5007****-01" in line


@pytest.mark.parametrize(
    ("seconds", "phase", "time"),
    [
        (0, TokenState.VALID, "24:00:00"),
        (0.4, TokenState.VALID, "24:00:00"),
        (1, TokenState.VALID, "23:59:59"),
        (24 * 3600 - 1801, TokenState.VALID, "00:30:01"),
        (24 * 3600 - 1800, TokenState.EXPIRING, "00:30:00"),
        (24 * 3600 - 1, TokenState.EXPIRING, "00:00:01"),
        (24 * 3600 - 0.2, TokenState.EXPIRING, "00:00:01"),
        (24 * 3600, TokenState.EXPIRED, "00:00:00"),
        (90 * 3600, TokenState.EXPIRED, "00:00:00"),
    ],
)
def test_the_countdown_at_its_edges(seconds: float, phase: TokenState, time: str) -> None:
    now = MORNING + timedelta(seconds=seconds)
    assert RECORD.state(now) is phase
    assert view.token_headline(RECORD, now, KO).countdown == time


@pytest.mark.parametrize(("seconds", "time"), [(0, "00:01:00"), (59.9, "00:00:01")])
def test_the_wait_for_the_next_issue_counts_down(seconds: float, time: str) -> None:
    record = TokenRecord(issue_attempted_at=MORNING)
    now = MORNING + timedelta(seconds=seconds)
    assert record.state(now) is TokenState.WAITING
    assert view.token_headline(record, now, KO).countdown == time
    assert record.state(MORNING + timedelta(minutes=1)) is TokenState.NONE


def test_the_bar_counts_minutes() -> None:
    now = MORNING + timedelta(minutes=48, seconds=3)
    texts = {
        view.title_bar_token_cell(RECORD, now + timedelta(seconds=s), KO).text
        for s in range(0, 56, 5)
    }
    assert texts == {"토큰 23:12"}
    assert view.title_bar_token_cell(None, now, KO).text == ""
    assert view.title_bar_token_cell(TokenRecord(), now, KO).text == "토큰 없음"


@given(st.timedeltas(timedelta(0), timedelta(days=2)))
def test_a_duration_is_zero_only_when_it_is_over(span: timedelta) -> None:
    hours, minutes, seconds = map(int, view.format_countdown(span).split(":"))
    shown = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    assert timedelta(0) <= shown - span < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("Asia/Seoul", None),
        ("Asia/Tokyo", None),
        ("UTC", "(11-24 01:32:07 UTC)"),
        ("America/New_York", "(11-23 20:32:07 EST)"),
    ],
)
def test_the_end_is_told_in_korean_time_and_in_local_time_where_it_differs(
    zone: str, local: str | None
) -> None:
    line = facts(RECORD, MORNING, KO, zone)[0]
    assert "2026-11-24 10:32:07 KST" in line
    assert (local in line) if local else ("(" not in line)


def test_an_end_beyond_a_change_to_summer_time_is_told_in_summer_time() -> None:
    """In New York clocks go forward at 2 a.m. on 8 March 2026."""
    issued = datetime(2026, 3, 8, 12, 0, tzinfo=KST)  # 22:00 EST on the 7th
    record = TokenRecord(
        token=AccessToken(Secret("eyJ"), issued, issued + DAY), issue_attempted_at=issued
    )
    assert "(03-08 23:00:00 EDT)" in facts(record, issued, KO, "America/New_York")[0]
    assert view.token_headline(record, issued + timedelta(hours=23), KO).countdown == "01:00:00"


@pytest.mark.parametrize("zone", ["UTC", "Asia/Seoul", "America/New_York"])
def test_no_state_depends_on_the_zone_of_the_machine(zone: str) -> None:
    for record, now in STATES.values():
        there = now.astimezone(ZoneInfo(zone))
        assert view.token_headline(record, there, KO) == view.token_headline(record, now, KO)
        assert facts(record, there, KO) == facts(record, now, KO)


def test_a_clock_that_is_wrong_is_said_with_its_amount() -> None:
    slow = facts(replace(RECORD, clock_skew=timedelta(seconds=302)), MORNING, EN)
    assert any("00:05:02 behind" in line for line in slow)
    fast = facts(replace(RECORD, clock_skew=timedelta(seconds=-302)), MORNING, EN)
    assert any("00:05:02 ahead" in line for line in fast)
    good = facts(replace(RECORD, clock_skew=timedelta(seconds=1)), MORNING, EN)
    assert any("agrees" in line for line in good)


def test_who_issued_a_token_is_said() -> None:
    now = MORNING
    assert "by this process" in facts(RECORD, now, EN)[1]
    other = replace(RECORD, token=replace(TOKEN, process_id=4121))
    assert "pid 4121" in facts(other, now, EN)[1]
    imported = replace(RECORD, token=replace(TOKEN, origin=TokenOrigin.IMPORTED, process_id=None))
    assert "imported" in facts(imported, now, EN)[1]


@pytest.mark.parametrize(
    ("left", "limit"), [(30.1, None), (30, 30), (12, 30), (5, 5), (0.1, 5), (0, None)]
)
def test_the_owner_is_warned_at_thirty_and_at_five_minutes(left: float, limit: int | None) -> None:
    now = MORNING + DAY - timedelta(minutes=left)
    told = view.expiry_warning(RECORD, now, KO)
    assert (told[0] if told else None) == (timedelta(minutes=limit) if limit else None)


def test_a_prompt_line_is_one_line() -> None:
    line = view.token_status_line(PROFILE, RECORD, MORNING.astimezone(UTC), KO)
    assert line == "[실전] main 토큰 24:00"
