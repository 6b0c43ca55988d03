"""The access token as text: states, countdown and time zones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui import i18n
from kistui.clock import KST
from kistui.formatting.cells import Cell, display_width, plain_text
from kistui.formatting.palette import profile_entries
from kistui.formatting.profiles import profile_choice_lines, profile_summary_line
from kistui.formatting.token import (
    expiry_warning,
    fit_fact,
    format_countdown,
    title_bar_token_cell,
    token_facts,
    token_headline,
    token_profile_line,
    token_status_line,
)
from kistui.i18n.translations import Translations
from kistui.models.account import AccountNumber, Environment, Profile
from kistui.models.calls import ApiUsage
from kistui.models.text import Secret
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
    "rejected": (
        replace(RECORD, rejection=Rejection(MORNING, "EGW00121")),
        MORNING + timedelta(minutes=48),
    ),
    "reissued": (
        replace(RECORD, rejection=Rejection(MORNING, "EGW00121", was_reissued=True)),
        MORNING + timedelta(minutes=48),
    ),
    "skewed": (
        replace(RECORD, measured_skew=timedelta(seconds=302)),
        MORNING + timedelta(minutes=48),
    ),
}


def facts(record: TokenRecord, now: datetime, t: Translations, zone: str = "UTC") -> list[str]:
    status = TokenStatus(record, "~/.local/state/kistui/tokens", 0o600)
    lines = token_facts(
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
def test_every_state_fits_80_columns_without_the_token(t: Translations, state: str) -> None:
    record, now = STATES[state]
    headline = token_headline(record, now, t)
    lines = facts(record, now, t)
    assert len(headline.countdown) == 8
    assert display_width(headline.meaning.text) <= 48, headline.meaning.text
    for line in lines:
        assert display_width(line) <= 76, line
    text = "".join([*lines, headline.countdown, headline.state.text, headline.meaning.text])
    assert "eyJ" not in text
    line = plain_text(token_profile_line(PROFILE, record, now, t))
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
def test_countdown_at_state_changes(seconds: float, phase: TokenState, time: str) -> None:
    now = MORNING + timedelta(seconds=seconds)
    assert RECORD.state(now) is phase
    assert token_headline(RECORD, now, KO).countdown == time


@pytest.mark.parametrize(("seconds", "time"), [(0, "00:01:00"), (59.9, "00:00:01")])
def test_countdown_to_the_next_issue(seconds: float, time: str) -> None:
    record = TokenRecord(issue_attempted_at=MORNING)
    now = MORNING + timedelta(seconds=seconds)
    assert record.state(now) is TokenState.WAITING
    assert token_headline(record, now, KO).countdown == time
    assert record.state(MORNING + timedelta(minutes=1)) is TokenState.NONE


def test_title_bar_counts_minutes() -> None:
    now = MORNING + timedelta(minutes=48, seconds=3)
    texts = {
        title_bar_token_cell(RECORD, now + timedelta(seconds=s), KO).text for s in range(0, 56, 5)
    }
    assert texts == {"토큰 23시간 12분"}
    assert title_bar_token_cell(None, now, KO).text == ""
    assert title_bar_token_cell(TokenRecord(), now, KO).text == "토큰 없음"


@given(st.timedeltas(timedelta(0), timedelta(days=2)))
def test_countdown_rounds_up(span: timedelta) -> None:
    hours, minutes, seconds = map(int, format_countdown(span).split(":"))
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
def test_expiry_is_shown_in_kst_and_in_a_different_local_time(zone: str, local: str | None) -> None:
    line = facts(RECORD, MORNING, KO, zone)[0]
    assert "2026-11-24 10:32:07 KST" in line
    assert (local in line) if local else ("(" not in line)


def test_expiry_after_a_dst_change_uses_summer_time() -> None:
    """New York switches to summer time at 02:00 on 8 March 2026."""
    issued = datetime(2026, 3, 8, 12, 0, tzinfo=KST)  # 22:00 EST on the 7th
    record = TokenRecord(
        token=AccessToken(Secret("eyJ"), issued, issued + DAY), issue_attempted_at=issued
    )
    assert "(03-08 23:00:00 EDT)" in facts(record, issued, KO, "America/New_York")[0]
    assert token_headline(record, issued + timedelta(hours=23), KO).countdown == "01:00:00"


@pytest.mark.parametrize("zone", ["UTC", "Asia/Seoul", "America/New_York"])
def test_states_do_not_depend_on_the_time_zone(zone: str) -> None:
    for record, now in STATES.values():
        local_now = now.astimezone(ZoneInfo(zone))
        assert token_headline(record, local_now, KO) == token_headline(record, now, KO)
        assert facts(record, local_now, KO) == facts(record, now, KO)


def test_clock_skew_is_shown() -> None:
    slow = facts(replace(RECORD, measured_skew=timedelta(seconds=302)), MORNING, EN)
    assert any("00:05:02 behind" in line for line in slow)
    fast = facts(replace(RECORD, measured_skew=timedelta(seconds=-302)), MORNING, EN)
    assert any("00:05:02 ahead" in line for line in fast)
    unknown = facts(RECORD, MORNING, EN)
    assert any("no readable server date" in line for line in unknown)
    in_sync = facts(replace(RECORD, measured_skew=timedelta(seconds=1)), MORNING, EN)
    assert any("in sync" in line for line in in_sync)


def test_issuer_is_shown() -> None:
    now = MORNING
    assert "by this program" in facts(RECORD, now, EN)[1]
    other = replace(RECORD, token=replace(TOKEN, process_id=4121))
    assert "pid 4121" in facts(other, now, EN)[1]
    imported = replace(RECORD, token=replace(TOKEN, origin=TokenOrigin.IMPORTED, process_id=None))
    assert "imported" in facts(imported, now, EN)[1]


@pytest.mark.parametrize(
    ("left", "limit"), [(30.1, None), (30, 30), (12, 30), (5, 5), (0.1, 5), (0, None)]
)
def test_expiry_warnings_at_thirty_and_five_minutes(left: float, limit: int | None) -> None:
    now = MORNING + DAY - timedelta(minutes=left)
    warning = expiry_warning(RECORD, now, KO)
    assert (warning[0] if warning else None) == (timedelta(minutes=limit) if limit else None)


def test_status_line_for_a_prompt() -> None:
    line = token_status_line(PROFILE, RECORD, MORNING.astimezone(UTC), KO)
    assert line == "[실전] main 토큰 24시간 0분"


@BOTH
def test_profiles_of_every_environment_are_aligned(t: Translations) -> None:
    profiles = [replace(PROFILE, environment=environment) for environment in Environment]
    for lines in (
        [token_profile_line(profile, RECORD, MORNING, t) for profile in profiles],
        [profile_summary_line(profile, Cell(""), t, is_default=False) for profile in profiles],
        [entry.line for entry in profile_entries(profiles, t)],
    ):
        columns = {display_width(plain_text(line).partition("5007")[0]) for line in lines}
        assert len(columns) == 1


@BOTH
@pytest.mark.parametrize("width", [56, 72])
def test_the_list_of_profiles_never_cuts_their_state(t: Translations, width: int) -> None:
    account = AccountNumber.parse("50001234-01")
    states = {
        Profile(name, Environment.REAL, account): Cell(t("bar.updated", time="17:45:23"))
        for name in ("main", "a_name_of_twenty_let")
    }
    lines = profile_choice_lines(states, t, width, default_name="main")
    texts = [plain_text(line) for line in lines]
    assert all(t("bar.updated", time="17:45:23") in text for text in texts)
    assert max(map(display_width, texts)) <= width
    assert len({display_width(text) for text in texts}) == 1


@BOTH
@pytest.mark.parametrize("state", STATES)
def test_a_fact_loses_whole_parts_where_it_is_too_wide(t: Translations, state: str) -> None:
    record, now = STATES[state]
    status = TokenStatus(record, "~/.local/state/kistui", 0o600)
    lines = token_facts(
        status, None, now, t, to_local=lambda at: at.astimezone(ZoneInfo("UTC")), pid=7
    )
    for line in lines:
        narrow = fit_fact(line, 56)
        assert display_width(plain_text(narrow)) <= 56
        assert plain_text(line).startswith(plain_text(narrow))
        assert plain_text(narrow).count("(") == plain_text(narrow).count(")")
        assert fit_fact(line, 90) == line


@BOTH
def test_the_line_of_a_profile_has_its_state_at_60_columns(t: Translations) -> None:
    record, now = STATES["valid"]
    line = token_profile_line(PROFILE, record, now, t, name_width=len(PROFILE.name))
    assert display_width(plain_text(line)) <= 58
