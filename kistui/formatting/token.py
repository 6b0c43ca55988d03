"""The token in words and figures: how long it lives, whence it came, what may be done with it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from kistui.clock import KST
from kistui.formatting.cells import Cell, Line, Role, pad, truncate
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.call_record import ApiUsage
from kistui.models.token import (
    EXPIRY_WARNINGS,
    TOKEN_LIFETIME,
    AccessToken,
    TokenOrigin,
    TokenRecord,
    TokenState,
    TokenStatus,
)

ToLocal = Callable[[datetime], datetime]
"""An instant in the zone of the user's machine."""

NO_TIME_TEXT = "--:--:--"
TIMESTAMP_FORMAT = "%Y-%m-%d %H:%M:%S"
FACT_LABEL_WIDTH = 12
FACT_COUNT = 8
"""Lines of facts."""
PROFILE_NAME_WIDTH = 20
NEGLIGIBLE_SKEW = timedelta(seconds=2)
"""HTTP dates count whole seconds: a smaller difference is none."""

STATE_ROLES = {
    TokenState.NONE: Role.LABEL,
    TokenState.VALID: Role.GOOD,
    TokenState.EXPIRING: Role.WARN,
    TokenState.EXPIRED: Role.BAD,
    TokenState.SUSPECT: Role.BAD,
    TokenState.WAITING: Role.WARN,
}


class TokenHeadline(Struct, frozen=True):
    """The large time, the state, what it means, and the part of the day left, 0 to 1."""

    countdown: str
    state: Cell
    meaning: Cell
    fraction_left: float


def token_headline(record: TokenRecord, now: datetime, t: Translations) -> TokenHeadline:
    """The state of a token at a glance."""
    phase, remaining = record.state(now), record.remaining(now)
    wait = record.next_issue_at(now) - now
    name = phase.value
    if phase is TokenState.SUSPECT and record.rejection and record.rejection.was_reissued:
        name = "came_back"
    until = record.token.reissue_window_end if record.token else now
    meaning = t(f"token_meaning.{name}", until=_short_datetime(until))
    return TokenHeadline(
        format_countdown(wait if phase is TokenState.WAITING else remaining)
        if _has_countdown(phase)
        else NO_TIME_TEXT,
        Cell(t(f"token_state.{phase.value}"), STATE_ROLES[phase]),
        Cell(meaning, Role.LABEL),
        min(remaining / TOKEN_LIFETIME, 1.0),
    )


def _has_countdown(state: TokenState) -> bool:
    return state is not TokenState.NONE


def format_countdown(remaining: timedelta) -> str:
    """`23:12:04`; a part of a second counts as a whole one, so that 0 means over."""
    seconds = -(-remaining // timedelta(seconds=1))
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def format_hours_left(remaining: timedelta) -> str:
    """Return `23:12`; part of a minute counts as a whole minute, so that 0 means expired."""
    minutes = -(-remaining // timedelta(minutes=1))
    return f"{minutes // 60:02}:{minutes % 60:02}"


def lifetime_bar(fraction_left: float, width: int) -> Line:
    """The part of the day that is left, as a bar of `width` columns and a percentage."""
    room = max(width - 5, 0)
    full = round(fraction_left * room)
    return (
        Cell("█" * full, Role.GOOD),
        Cell("░" * (room - full), Role.DIM),
        Cell(f" {round(fraction_left * 100):3}%", Role.LABEL),
    )


def title_bar_token_cell(record: TokenRecord | None, now: datetime, t: Translations) -> Cell:
    """The token in the bar: by the minute."""
    if record is None:
        return Cell("")
    phase = record.state(now)
    role = Role.LABEL if phase is TokenState.VALID else STATE_ROLES[phase]
    return Cell(_remaining_text(record, now, t), role)


def token_column_cell(record: TokenRecord | None, now: datetime, t: Translations) -> Cell:
    """The time left, or why there is none, for a column."""
    if record is None:
        return Cell("")
    phase = record.state(now)
    if phase in (TokenState.VALID, TokenState.EXPIRING):
        return Cell(format_hours_left(record.remaining(now)), STATE_ROLES[phase])
    return Cell(t(f"token_state.{phase.value}"), STATE_ROLES[phase])


def token_facts(
    status: TokenStatus,
    call_usage: ApiUsage | None,
    now: datetime,
    t: Translations,
    *,
    to_local: ToLocal,
    pid: int,
) -> tuple[Line, ...]:
    """All that is known of a token, a line each; `process` is this one's number."""
    record, token = status.record, status.record.token
    shown = {
        "expires": _local_time_cell(token.expires_at, to_local) if token else Cell("-", Role.DIM),
        "issued": _issued_cell(token, t, pid),
        "next": _next_issue_cell(record, now, t),
        "same": _reissue_cell(record, now, t),
        "clock": _clock_skew_cell(record, t),
        "kept": _storage_cell(status, t),
        "notices": Cell(t("token.notices_today", n=record.notifications_today(now))),
        "calls": _call_usage_cell(call_usage, t),
    }
    return tuple(
        (Cell(pad(t(f"token_fact.{name}"), FACT_LABEL_WIDTH), Role.LABEL), value)
        for name, value in shown.items()
    )


def token_profile_line(
    profile: Profile, record: TokenRecord | None, now: datetime, t: Translations
) -> Line:
    """One profile of the list: its world, name, account, expiry, time left, state."""
    who = (
        Cell(" "),
        Cell(
            f" {t(f'environment.{profile.environment_label}')} ",
            Role(profile.environment_label),
        ),
        Cell(
            f" {pad(truncate(profile.name, PROFILE_NAME_WIDTH), PROFILE_NAME_WIDTH)} ", Role.STRONG
        ),
        Cell(f"{profile.account.masked}  "),
    )
    if record is None:
        return (*who, Cell(t("token.unknown"), Role.DIM))
    phase = record.state(now)
    end = _short_datetime(record.token.expires_at) if record.token else "-"
    left = format_hours_left(record.remaining(now)) if record.token else "-"
    return (
        *who,
        Cell(pad(end, 13), Role.LABEL),
        Cell(pad(left, 5, align_right=True) + "  "),
        Cell(t(f"token_state.{phase.value}"), STATE_ROLES[phase]),
    )


def expiry_warning(
    record: TokenRecord, now: datetime, t: Translations
) -> tuple[timedelta, str] | None:
    """What to say of a token that ends soon, and the threshold that was passed."""
    remaining = record.remaining(now)
    if record.token is None or not remaining:
        return None
    passed = [limit for limit in EXPIRY_WARNINGS if remaining <= limit]
    if not passed:
        return None
    limit = min(passed)
    minutes = limit // timedelta(minutes=1)
    return limit, t("token.warning", minutes=minutes, time=_short_datetime(record.token.expires_at))


def _local_time_cell(at: datetime, to_local: ToLocal) -> Cell:
    """In Korean time; in local time too, where the clock on the wall shows another."""
    local = to_local(at)
    text = f"{at.astimezone(KST):{TIMESTAMP_FORMAT}} KST"
    if local.utcoffset() != KST.utcoffset(None):
        text += f"  ({local:%m-%d %H:%M:%S} {local.tzname()})"
    return Cell(text)


def _issued_cell(token: AccessToken | None, t: Translations, pid: int) -> Cell:
    if token is None:
        return Cell("-", Role.DIM)
    if token.origin is TokenOrigin.IMPORTED:
        who = t("token.by_import")
    elif token.process_id == pid:
        who = t("token.by_this")
    else:
        who = t("token.by_other", process=token.process_id or "?")
    return Cell(f"{token.issued_at.astimezone(KST):{TIMESTAMP_FORMAT}} KST  {who}")


def _next_issue_cell(record: TokenRecord, now: datetime, t: Translations) -> Cell:
    wait = record.next_issue_at(now) - now
    if not wait:
        return Cell(t("token.next_now"))
    seconds = -(-wait // timedelta(seconds=1))
    at = record.next_issue_at(now).astimezone(KST)
    return Cell(t("token.next_at", time=f"{at:%H:%M:%S}", seconds=seconds), Role.WARN)


def _reissue_cell(record: TokenRecord, now: datetime, t: Translations) -> Cell:
    token = record.token
    if token is None:
        return Cell("-", Role.DIM)
    if now + record.clock_skew >= token.reissue_window_end:
        return Cell(t("token.same_no"))
    return Cell(t("token.same_until", time=_short_datetime(token.reissue_window_end)))


def _clock_skew_cell(record: TokenRecord, t: Translations) -> Cell:
    skew = record.clock_skew
    if record.issue_attempted_at is None:
        return Cell("-", Role.DIM)
    if abs(skew) < NEGLIGIBLE_SKEW:
        return Cell(t("token.clock_good"))
    name = "token.clock_slow" if skew > timedelta(0) else "token.clock_fast"
    return Cell(t(name, time=format_countdown(abs(skew))), Role.WARN)


def _storage_cell(status: TokenStatus, t: Translations) -> Cell:
    if not status.folder:
        return Cell(t("token.kept_demo"))
    if status.file_mode is None:
        return Cell(t("token.kept_none", folder=status.folder), Role.DIM)
    return Cell(t("token.kept_in", folder=status.folder, mode=f"{status.file_mode:04o}"))


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


def _short_datetime(at: datetime) -> str:
    return f"{at.astimezone(KST):%m-%d %H:%M}"


def token_status_line(profile: Profile, record: TokenRecord, now: datetime, t: Translations) -> str:
    """Return one line for a shell prompt: environment, profile name and token."""
    environment = t(f"environment.{profile.environment_label}")
    return f"[{environment}] {profile.name} {_remaining_text(record, now, t)}"


def _remaining_text(record: TokenRecord, now: datetime, t: Translations) -> str:
    """Return how long the token lasts, or the state in which it does not."""
    state = record.state(now)
    if state in (TokenState.VALID, TokenState.EXPIRING):
        return t("token.bar", left=format_hours_left(record.remaining(now)))
    return t("token.bar", left=t(f"token_state.{state.value}"))


def format_kst_minute(at: datetime) -> str:
    """`10:32 KST`."""
    return f"{at.astimezone(KST):%H:%M} KST"
