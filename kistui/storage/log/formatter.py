"""An event as a line of `key=value`: the same keys in the same order, whatever the server says."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from types import TracebackType

from kistui.clock import KST
from kistui.models.call_record import CallRecord

_UNQUOTED_PATTERN = re.compile(r"[A-Za-z0-9_./:>,+*-]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
MAX_CRASH_FRAMES = 20
"""Frames of a crash, the innermost."""


def format_call(call: CallRecord, process_id: int, *, is_debug: bool = False) -> str:
    """A call; with `is_debug` what was sent by name, the pages' marks, and where the time went."""
    pairs = [
        ("profile", call.profile),
        ("call", call.name.replace(" ", "_")),
        ("method", call.method),
        ("path", call.path),
        ("tr_id", call.tr_id),
        ("page", str(call.page)),
        ("try", str(call.attempt)),
        ("status", _or_dash(call.status)),
        ("rt_cd", call.rt_cd),
        ("msg_cd", call.msg_cd),
        ("bytes", _or_dash(call.response_size)),
        ("ms", _format_ms(call.duration)),
        ("wait_ms", _format_ms(call.rate_limit_wait.total)),
        ("again_ms", "-" if call.retry_after is None else _format_ms(call.retry_after)),
        ("outcome", call.outcome),
        ("said", call.server_message),
    ]
    if is_debug:
        is_new = any(name == "tcp" for name, _ in call.connection_timings)
        pairs += [
            ("params", ",".join(call.parameter_names)),
            ("cont", call.continuation),
            ("wait_account_ms", _format_ms(call.rate_limit_wait.account)),
            ("wait_key_ms", _format_ms(call.rate_limit_wait.app_key)),
            ("conn", "new" if is_new else "kept"),
            *((f"{name}_ms", _format_ms(seconds)) for name, seconds in call.connection_timings),
        ]
    return _format_line(call.started_at, process_id, "call", pairs)


def format_crash(error: BaseException, at: datetime, process_id: int) -> str:
    """A bug of ours: the kinds of its exceptions and their places. Texts and variables are left
    out: they may hold anything.
    """
    kinds, places = [], []
    for each in _exception_chain(error):
        kinds.append(type(each).__name__)
        places += list(_frame_locations(each.__traceback__))[-MAX_CRASH_FRAMES:]
    pairs = [("kind", "<".join(kinds)), ("trace", " ".join(places))]
    return _format_line(at, process_id, "crash", pairs)


def _exception_chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _frame_locations(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        code = trace.tb_frame.f_code
        yield f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}:{code.co_name}"
        trace = trace.tb_next


def _format_line(
    at: datetime, process_id: int, event: str, pairs: Iterable[tuple[str, str]]
) -> str:
    stamp = at.astimezone(KST).isoformat(timespec="milliseconds")
    told = [("at", stamp), ("pid", str(process_id)), ("event", event), *pairs]
    return " ".join(f"{key}={_quote(value)}" for key, value in told)


def _quote(value: str) -> str:
    if _UNQUOTED_PATTERN.fullmatch(value):
        return value
    if not value:
        return "-"
    return f'"{"".join(map(_escape_char, value))}"'


def _escape_char(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _or_dash(number: int | None) -> str:
    return "-" if number is None else str(number)


def _format_ms(seconds: float) -> str:
    return str(round(seconds * 1000))
