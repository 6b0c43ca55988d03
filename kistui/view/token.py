"""The token in words and figures: how long it lives, whence it came, what may be done with it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from kistui.clock import KST
from kistui.models.account import Profile
from kistui.models.api_usage import ApiUsage
from kistui.models.record import record
from kistui.models.token import (
    TOKEN_LIFETIME,
    MICROSECOND,
    EXPIRY_WARNINGS,
    TokenOrigin,
    TokenState,
    AccessToken,
    TokenRecord,
    TokenStatus,
    to_epoch_microseconds,
)
from kistui.view import prompt
from kistui.view.cells import Cell, Line, Role, fit, pad
from kistui.view.words import Words

ToLocal = Callable[[datetime], datetime]
"""An instant in the zone of the user's machine."""

NO_TIME = "--:--:--"
STAMP = "%Y-%m-%d %H:%M:%S"
LABEL_WIDTH = 12
FACTS = 8
"""Lines of facts."""
NAME_WIDTH = 20
SMALL_SKEW = timedelta(seconds=2)
"""HTTP dates count whole seconds: a smaller difference is none."""

ROLES = {
    TokenState.NONE: Role.LABEL,
    TokenState.VALID: Role.GOOD,
    TokenState.EXPIRING: Role.WARN,
    TokenState.EXPIRED: Role.BAD,
    TokenState.SUSPECT: Role.BAD,
    TokenState.WAITING: Role.WARN,
}


@record
class Headline:
    """The large time, the state, what it means, and the part of the day left, 0 to 1."""

    time: str
    state: Cell
    meaning: Cell
    left: float


def headline(record: TokenRecord, now: datetime, words: Words) -> Headline:
    """The state of a token at a glance."""
    phase, remaining = record.state(now), record.remaining(now)
    wait = record.next_issue_at(now) - now
    name = phase.value
    if phase is TokenState.SUSPECT and record.rejection and record.rejection.was_reissued:
        name = "came_back"
    until = record.token.reissue_window_end if record.token else now
    meaning = words(f"meaning.{name}", until=_short(until))
    return Headline(
        duration(wait if phase is TokenState.WAITING else remaining) if _has_time(phase) else NO_TIME,
        Cell(words(f"phase.{phase.value}"), ROLES[phase]),
        Cell(meaning, Role.LABEL),
        min(remaining / TOKEN_LIFETIME, 1.0),
    )


def _has_time(phase: TokenState) -> bool:
    return phase is not TokenState.NONE


def duration(span: timedelta) -> str:
    """`23:12:04`; a part of a second counts as a whole one, so that 0 means over."""
    seconds = -(-span // timedelta(seconds=1))
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def hours_left(span: timedelta) -> str:
    """`23:12`, for places that do not tick by the second."""
    return prompt.hours_left(span // MICROSECOND)


def gauge(left: float, width: int) -> Line:
    """The part of the day that is left, as a bar of `width` columns and a percentage."""
    room = max(width - 5, 0)
    full = round(left * room)
    return (
        Cell("█" * full, Role.GOOD),
        Cell("░" * (room - full), Role.DIM),
        Cell(f" {round(left * 100):3}%", Role.LABEL),
    )


def bar_cell(record: TokenRecord | None, now: datetime, words: Words) -> Cell:
    """The token in the bar: by the minute."""
    if record is None:
        return Cell("")
    phase = record.state(now)
    role = Role.LABEL if phase is TokenState.VALID else ROLES[phase]
    return Cell(prompt.token_text(record.lasting, to_epoch_microseconds(now), words), role)


def short_cell(record: TokenRecord | None, now: datetime, words: Words) -> Cell:
    """The time left, or why there is none, for a column."""
    if record is None:
        return Cell("")
    phase = record.state(now)
    if phase in (TokenState.VALID, TokenState.EXPIRING):
        return Cell(hours_left(record.remaining(now)), ROLES[phase])
    return Cell(words(f"phase.{phase.value}"), ROLES[phase])


def facts(
    status: TokenStatus,
    calls: ApiUsage | None,
    now: datetime,
    words: Words,
    *,
    to_local: ToLocal,
    process: int,
) -> tuple[Line, ...]:
    """All that is known of a token, a line each; `process` is this one's number."""
    record, token = status.record, status.record.token
    shown = {
        "expires": _instant(token.expires_at, to_local) if token else Cell("-", Role.DIM),
        "issued": _issued(token, words, process),
        "next": _next(record, now, words),
        "same": _same(record, now, words),
        "clock": _clock(record, words),
        "kept": _kept(status, words),
        "notices": Cell(words("token.notices_today", n=record.notifications_today(now))),
        "calls": _calls(calls, words),
    }
    return tuple(
        (Cell(pad(words(f"fact.{name}"), LABEL_WIDTH), Role.LABEL), value)
        for name, value in shown.items()
    )


def profile_line(profile: Profile, record: TokenRecord | None, now: datetime, words: Words) -> Line:
    """One profile of the list: its world, name, account, expiry, time left, state."""
    who = (
        Cell(" "),
        Cell(f" {words(f'kind.{profile.environment_label}')} ", Role(profile.environment_label)),
        Cell(f" {pad(fit(profile.name, NAME_WIDTH), NAME_WIDTH)} ", Role.STRONG),
        Cell(f"{profile.account.masked}  "),
    )
    if record is None:
        return (*who, Cell(words("token.unknown"), Role.DIM))
    phase = record.state(now)
    end = _short(record.token.expires_at) if record.token else "-"
    left = hours_left(record.remaining(now)) if record.token else "-"
    return (
        *who,
        Cell(pad(end, 13), Role.LABEL),
        Cell(pad(left, 5, right=True) + "  "),
        Cell(words(f"phase.{phase.value}"), ROLES[phase]),
    )


def warning(record: TokenRecord, now: datetime, words: Words) -> tuple[timedelta, str] | None:
    """What to say of a token that ends soon, and the threshold that was passed."""
    remaining = record.remaining(now)
    if record.token is None or not remaining:
        return None
    passed = [limit for limit in EXPIRY_WARNINGS if remaining <= limit]
    if not passed:
        return None
    limit = min(passed)
    minutes = limit // timedelta(minutes=1)
    return limit, words("token.warning", minutes=minutes, time=_short(record.token.expires_at))


def _instant(at: datetime, to_local: ToLocal) -> Cell:
    """In Korean time; in local time too, where the clock on the wall shows another."""
    local = to_local(at)
    text = f"{at.astimezone(KST):{STAMP}} KST"
    if local.utcoffset() != KST.utcoffset(None):
        text += f"  ({local:%m-%d %H:%M:%S} {local.tzname()})"
    return Cell(text)


def _issued(token: AccessToken | None, words: Words, process: int) -> Cell:
    if token is None:
        return Cell("-", Role.DIM)
    if token.origin is TokenOrigin.IMPORTED:
        who = words("token.by_import")
    elif token.process_id == process:
        who = words("token.by_this")
    else:
        who = words("token.by_other", process=token.process_id or "?")
    return Cell(f"{token.issued_at.astimezone(KST):{STAMP}} KST  {who}")


def _next(record: TokenRecord, now: datetime, words: Words) -> Cell:
    wait = record.next_issue_at(now) - now
    if not wait:
        return Cell(words("token.next_now"))
    seconds = -(-wait // timedelta(seconds=1))
    at = record.next_issue_at(now).astimezone(KST)
    return Cell(words("token.next_at", time=f"{at:%H:%M:%S}", seconds=seconds), Role.WARN)


def _same(record: TokenRecord, now: datetime, words: Words) -> Cell:
    token = record.token
    if token is None:
        return Cell("-", Role.DIM)
    if now + record.clock_skew >= token.reissue_window_end:
        return Cell(words("token.same_no"))
    return Cell(words("token.same_until", time=_short(token.reissue_window_end)))


def _clock(record: TokenRecord, words: Words) -> Cell:
    skew = record.clock_skew
    if record.issue_attempted_at is None:
        return Cell("-", Role.DIM)
    if abs(skew) < SMALL_SKEW:
        return Cell(words("token.clock_good"))
    name = "token.clock_slow" if skew > timedelta(0) else "token.clock_fast"
    return Cell(words(name, time=duration(abs(skew))), Role.WARN)


def _kept(status: TokenStatus, words: Words) -> Cell:
    if not status.folder:
        return Cell(words("token.kept_demo"))
    if status.file_mode is None:
        return Cell(words("token.kept_none", folder=status.folder), Role.DIM)
    return Cell(words("token.kept_in", folder=status.folder, mode=f"{status.file_mode:04o}"))


def _calls(calls: ApiUsage | None, words: Words) -> Cell:
    if calls is None:
        return Cell(words("token.calls_none"), Role.DIM)
    if not calls.app_key_interval:
        return Cell(words("token.calls_free"))
    return Cell(
        words(
            "token.calls_use",
            n=calls.calls_last_minute,
            waiting=calls.queued,
            key_seconds=f"{calls.app_key_interval:g}",
            account_seconds=f"{calls.account_interval:g}",
        )
    )


def _short(at: datetime) -> str:
    return f"{at.astimezone(KST):%m-%d %H:%M}"


def status_line(profile: Profile, record: TokenRecord, now: datetime, words: Words) -> str:
    """One line for a prompt: the world, the profile, the token."""
    at = to_epoch_microseconds(now)
    return prompt.status_line(profile.environment_label, profile.name, record.lasting, at, words)


def short_clock(at: datetime) -> str:
    """`10:32 KST`."""
    return f"{at.astimezone(KST):%H:%M} KST"
