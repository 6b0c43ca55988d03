"""The access token as text: state, remaining time, origin, and next issue."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from kistui.clock import KST
from kistui.formatting.cells import Cell, Line, Role, display_width, pad
from kistui.formatting.profiles import MAX_NAME_LENGTH, environment_column, profile_name_cell
from kistui.formatting.values import format_day_time, format_time
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.calls import ApiUsage
from kistui.models.token import (
    EXPIRY_WARNINGS,
    NEGLIGIBLE_SKEW,
    TOKEN_LIFETIME,
    AccessToken,
    TokenOrigin,
    TokenRecord,
    TokenState,
    TokenStatus,
)

ToLocal = Callable[[datetime], datetime]
"""Converts an instant to the time zone of the user's machine."""

NO_TIME_TEXT = "--:--:--"
TIMESTAMP_FORMAT = "%Y-%m-%d %H:%M:%S"
FACT_LABEL_WIDTH = 15
HEADLINE_HEIGHT = 3
FACT_COUNT = 8
"""Number of lines that `token_facts` returns."""

STATE_ROLES = {
    TokenState.NONE: Role.LABEL,
    TokenState.VALID: Role.GOOD,
    TokenState.EXPIRING: Role.WARN,
    TokenState.EXPIRED: Role.BAD,
    TokenState.REJECTED: Role.BAD,
    TokenState.WAITING: Role.WARN,
}


class TokenHeadline(Struct, frozen=True):
    """The countdown, the state and its meaning, and the fraction of the lifetime left, 0 to 1."""

    countdown: str
    state: Cell
    meaning: Cell
    fraction_left: float

    def lines(self, width: int) -> tuple[Line, ...]:
        """Return the `HEADLINE_HEIGHT` lines in `width` columns."""
        countdown = Cell(self.countdown, Role.STRONG)
        return (
            (countdown, Cell("  "), self.state),
            lifetime_bar(self.fraction_left, width),
            (self.meaning,),
        )


def token_headline(record: TokenRecord, now: datetime, t: Translations) -> TokenHeadline:
    """Return the headline of the token page."""
    state, remaining = record.state(now), record.remaining(now)
    wait = record.next_issue_at(now) - now
    name = state.value
    if state is TokenState.REJECTED and record.rejection and record.rejection.was_reissued:
        name = "reissued"
    reissue_window_end = record.token.reissue_window_end if record.token else now
    meaning = t(f"token_meaning.{name}", until=format_day_time(reissue_window_end))
    return TokenHeadline(
        format_countdown(wait if state is TokenState.WAITING else remaining)
        if _has_countdown(state)
        else NO_TIME_TEXT,
        Cell(t(f"token_state.{state.value}"), STATE_ROLES[state]),
        Cell(meaning, Role.LABEL),
        min(remaining / TOKEN_LIFETIME, 1.0),
    )


def _has_countdown(state: TokenState) -> bool:
    return state is not TokenState.NONE


def format_countdown(remaining: timedelta) -> str:
    """Return `23:12:04`; part of a second counts as a whole second, so that 0 means expired."""
    seconds = -(-remaining // timedelta(seconds=1))
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def format_time_left(remaining: timedelta, t: Translations) -> str:
    """Return `23h 12m` or `12m`; part of a minute counts as a whole, so that 0 means expired."""
    hours, minutes = divmod(-(-remaining // timedelta(minutes=1)), 60)
    if not hours:
        return t("token.minutes_left", minutes=minutes)
    return t("token.hours_left", hours=hours, minutes=minutes)


def lifetime_bar(fraction_left: float, width: int) -> Line:
    """Return the fraction of the lifetime left as a bar and a percentage, in `width` columns."""
    bar_width = max(width - 5, 0)
    filled = round(fraction_left * bar_width)
    return (
        Cell("━" * filled, Role.BAR),
        Cell("─" * (bar_width - filled), Role.RULE),
        Cell(f" {round(fraction_left * 100):3}%", Role.LABEL),
    )


def title_bar_token_cell(record: TokenRecord | None, now: datetime, t: Translations) -> Cell:
    """Return the token's remaining time or state for the title bar; empty without a record."""
    if record is None:
        return Cell("")
    state = record.state(now)
    role = Role.LABEL if state is TokenState.VALID else STATE_ROLES[state]
    return Cell(t("token.bar", left=_remaining_text(record, now, t)), role)


def token_column_cell(record: TokenRecord | None, now: datetime, t: Translations) -> Cell:
    """Return the token's remaining time or state for a column; empty without a record."""
    if record is None:
        return Cell("")
    return Cell(_remaining_text(record, now, t), STATE_ROLES[record.state(now)])


def token_facts(
    status: TokenStatus,
    call_usage: ApiUsage | None,
    now: datetime,
    t: Translations,
    *,
    to_local: ToLocal,
    pid: int,
) -> tuple[Line, ...]:
    """Return the facts about a token, one per line; `pid` is that of this process."""
    record, token = status.record, status.record.token
    facts = {
        "expires": _local_time_cell(token.expires_at, to_local) if token else Cell("-", Role.DIM),
        "issued": _issued_cell(token, t, pid),
        "next": _next_issue_cell(record, now, t),
        "same": _reissue_cell(record, now, t),
        "clock": _clock_skew_cell(record, t),
        "storage": _storage_cell(status, t),
        "notices": Cell(t("token.notices_today", n=record.notifications_today(now))),
        "calls": _call_usage_cell(call_usage, t),
    }
    return tuple(
        (Cell(pad(t(f"token_fact.{name}"), FACT_LABEL_WIDTH), Role.LABEL), value)
        for name, value in facts.items()
    )


_FACT_PART = re.compile(r" · |; |(?<=\.) |  \(")


def fit_fact(fact: Line, width: int) -> Line:
    """Return a fact in `width` columns, without the last parts of a value that is too long."""
    label, value = fact
    text = value.text
    for match in reversed(list(_FACT_PART.finditer(text))):
        if label.width + display_width(text) <= width:
            break
        text = text[: match.start()]
    return (label, Cell(text, value.role))


def token_profile_line(
    profile: Profile,
    record: TokenRecord | None,
    now: datetime,
    t: Translations,
    *,
    name_width: int = MAX_NAME_LENGTH,
) -> Line:
    """Return a profile as a line: environment, name, account, expiry, remaining time, state."""
    identity = (
        Cell(" "),
        environment_column(profile, t),
        profile_name_cell(profile, name_width),
        Cell(f"{profile.account.masked}  "),
    )
    if record is None:
        return (*identity, Cell(t("token.unknown"), Role.DIM))
    state = record.state(now)
    expiry = format_day_time(record.token.expires_at) if record.token else "-"
    time_left = format_time_left(record.remaining(now), t) if record.token else "-"
    longest_time = format_time_left(timedelta(hours=23, minutes=59), t)
    return (
        *identity,
        Cell(pad(expiry, 13), Role.LABEL),
        Cell(pad(time_left, display_width(longest_time), align_right=True) + "  "),
        Cell(t(f"token_state.{state.value}"), STATE_ROLES[state]),
    )


def expiry_warning(
    record: TokenRecord, now: datetime, t: Translations
) -> tuple[timedelta, str] | None:
    """Return the threshold that a token's remaining time has passed, and a warning; else None."""
    remaining = record.remaining(now)
    if record.token is None or not remaining:
        return None
    passed_limits = [limit for limit in EXPIRY_WARNINGS if remaining <= limit]
    if not passed_limits:
        return None
    limit = min(passed_limits)
    minutes = limit // timedelta(minutes=1)
    return limit, t("token.warning", minutes=minutes, time=format_day_time(record.token.expires_at))


def _local_time_cell(instant: datetime, to_local: ToLocal) -> Cell:
    """Return a time in KST, and in local time if that has another UTC offset."""
    local = to_local(instant)
    text = f"{instant.astimezone(KST):{TIMESTAMP_FORMAT}} KST"
    if local.utcoffset() != KST.utcoffset(None):
        text += f"  ({local:%m-%d %H:%M:%S} {local.tzname()})"
    return Cell(text)


def _issued_cell(token: AccessToken | None, t: Translations, pid: int) -> Cell:
    if token is None:
        return Cell("-", Role.DIM)
    if token.origin is TokenOrigin.IMPORTED:
        issuer = t("token.by_import")
    elif token.process_id == pid:
        issuer = t("token.by_this")
    else:
        issuer = t("token.by_other", process=token.process_id or "?")
    return Cell(f"{token.issued_at.astimezone(KST):{TIMESTAMP_FORMAT}} KST  {issuer}")


def _next_issue_cell(record: TokenRecord, now: datetime, t: Translations) -> Cell:
    wait = record.next_issue_at(now) - now
    if not wait:
        return Cell(t("token.next_now"))
    seconds = -(-wait // timedelta(seconds=1))
    next_issue_at = record.next_issue_at(now)
    return Cell(t("token.next_at", time=format_time(next_issue_at), seconds=seconds), Role.WARN)


def _reissue_cell(record: TokenRecord, now: datetime, t: Translations) -> Cell:
    token = record.token
    if token is None:
        return Cell("-", Role.DIM)
    if now + record.clock_skew >= token.reissue_window_end:
        return Cell(t("token.same_no"))
    return Cell(t("token.same_until", time=format_day_time(token.reissue_window_end)))


def _clock_skew_cell(record: TokenRecord, t: Translations) -> Cell:
    skew = record.measured_skew
    if record.issue_attempted_at is None:
        return Cell("-", Role.DIM)
    if skew is None:
        return Cell(t("token.clock_unknown"))
    if abs(skew) < NEGLIGIBLE_SKEW:
        return Cell(t("token.clock_good"))
    key = "token.clock_slow" if skew > timedelta(0) else "token.clock_fast"
    return Cell(t(key, time=format_countdown(abs(skew))), Role.WARN)


def _storage_cell(status: TokenStatus, t: Translations) -> Cell:
    if not status.folder:
        return Cell(t("token.stored_for_demo"))
    if not status.is_shared:
        return Cell(t("token.not_stored", folder=status.folder), Role.WARN)
    if status.file_mode is None:
        return Cell(t("token.no_file", folder=status.folder), Role.DIM)
    return Cell(t("token.stored_in", folder=status.folder, mode=f"{status.file_mode:04o}"))


def _call_usage_cell(call_usage: ApiUsage | None, t: Translations) -> Cell:
    if call_usage is None:
        return Cell(t("token.calls_none"), Role.DIM)
    if not call_usage.app_key_interval:
        return Cell(t("token.calls_free"))
    return Cell(
        t(
            "token.calls_use",
            n=call_usage.calls_last_minute,
            waiting=call_usage.queued,
            key_seconds=f"{call_usage.app_key_interval:g}",
            account_seconds=f"{call_usage.account_interval:g}",
        )
    )


def token_status_line(profile: Profile, record: TokenRecord, now: datetime, t: Translations) -> str:
    """Return one line for a shell prompt: environment, profile name and token."""
    environment = t(f"environment.{profile.environment_label}")
    remaining = t("token.bar", left=_remaining_text(record, now, t))
    return f"[{environment}] {profile.name} {remaining}"


def _remaining_text(record: TokenRecord, now: datetime, t: Translations) -> str:
    """Return how long the token lasts, or the state in which it does not."""
    state = record.state(now)
    if state in (TokenState.VALID, TokenState.EXPIRING):
        return format_time_left(record.remaining(now), t)
    return t(f"token_state.{state.value}")


def format_kst_minute(instant: datetime) -> str:
    """Return a time of day such as `10:32 KST`."""
    return f"{instant.astimezone(KST):%H:%M} KST"
