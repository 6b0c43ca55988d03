"""The call log on disk: one line per event in a few small private files, rotated.

A `LogWriter` puts events into a queue, from which a thread of the standard library's
`QueueListener` hands them to `LogFileHandler`. Many processes append to the same file.
"""

import logging
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from itertools import pairwise
from logging.handlers import QueueHandler, QueueListener
from pathlib import Path
from queue import Full, Queue
from threading import Thread
from types import TracebackType
from typing import cast

from kistui.clock import KST
from kistui.errors import FileWriteError, StorageError, UnsafeFileError
from kistui.models.calls import CallRecord, RateLimitWait
from kistui.storage.file_access import (
    is_own_regular,
    is_wide_mode,
    narrow_mode,
    open_safely,
)
from kistui.storage.files import (
    PARSE_ERRORS,
    ensure_private_dir,
    errno_name,
    file_lock,
    is_link,
    parse_iso_datetime,
    read_private_file,
)

MAX_LOG_BYTES = 1_000_000
"""Approximate size of a file."""
MAX_FILES = 5
"""The log file and its rotations."""
ROTATION_LOCK_TIMEOUT = 1.0
"""Seconds to wait for another process that rotates."""
MAX_QUEUED_CALLS = 5000
FLUSH_TIMEOUT = 2.0
"""Seconds that closing waits for a slow disk."""
MAX_CRASH_FRAMES = 20
"""Innermost frames of a crash that are logged."""

_UNQUOTED_PATTERN = re.compile(r"[A-Za-z0-9_./:>,+*-]+")
_FIELD_PATTERN = re.compile(r'([a-z_0-9]+)=("(?:[^"\\]|\\.)*"|\S+)')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def format_call(call: CallRecord, process_id: int, *, is_debug: bool = False) -> str:
    """Format a call; `is_debug` adds parameter names, continuation marks and timings."""
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
        ("retry_ms", "-" if call.retry_after is None else _format_ms(call.retry_after)),
        ("outcome", call.outcome),
        ("message", call.server_message),
    ]
    if call.unreadable_fields:
        pairs.append(("unreadable", ",".join(call.unreadable_fields)))
    if is_debug:
        is_new = any(name == "tcp" for name, _ in call.connection_timings)
        pairs += [
            ("params", ",".join(call.parameter_names)),
            ("cont", call.continuation),
            ("wait_account_ms", _format_ms(call.rate_limit_wait.account)),
            ("wait_key_ms", _format_ms(call.rate_limit_wait.app_key)),
            ("conn", "new" if is_new else "reused"),
            *((f"{name}_ms", _format_ms(seconds)) for name, seconds in call.connection_timings),
        ]
    return _format_line(call.started_at, process_id, "call", pairs)


def format_crash(error: BaseException, instant: datetime, process_id: int) -> str:
    """Format a bug of kistui: exception types and code locations.

    Messages and variables are left out because they may hold private data.
    """
    type_names, locations = [], []
    for exception in _exception_chain(error):
        type_names.append(type(exception).__name__)
        locations += list(_frame_locations(exception.__traceback__))[-MAX_CRASH_FRAMES:]
    pairs = [("kind", "<".join(type_names)), ("trace", " ".join(locations))]
    return _format_line(instant, process_id, "crash", pairs)


def format_history_event(profile: str, outcome: str, instant: datetime, process_id: int) -> str:
    """Format how the recording of an asset history went, without any amount."""
    return _format_line(
        instant, process_id, "history", [("profile", profile), ("outcome", outcome)]
    )


def parse_line(line: str) -> dict[str, str]:
    """Return the fields of a line; empty for what is none. Control characters stay escaped."""
    return {key: _unquote(value) for key, value in _FIELD_PATTERN.findall(line)}


def parse_call(line: str) -> CallRecord | None:
    """Return the call of a line, for display; `None` for other events and damaged lines."""
    fields = {key: "" if value == "-" else value for key, value in parse_line(line).items()}
    if fields.get("event") != "call":
        return None
    try:
        return CallRecord(
            started_at=parse_iso_datetime(fields["at"]),
            name=fields["call"].replace("_", " "),
            method=fields["method"],
            path=fields["path"],
            tr_id=fields["tr_id"],
            outcome=fields["outcome"],
            duration=_parse_ms(fields["ms"]),
            rate_limit_wait=RateLimitWait(_parse_ms(fields["wait_ms"])),
            page=int(fields["page"]),
            attempt=int(fields["try"]),
            status=int(fields["status"]) if fields["status"] else None,
            response_size=int(fields["bytes"]) if fields["bytes"] else None,
            rt_cd=fields["rt_cd"],
            msg_cd=fields["msg_cd"],
            # Its name in lines of earlier versions is `said`.
            server_message=fields["said" if "said" in fields else "message"],
            profile=fields["profile"],
        )
    except PARSE_ERRORS:
        return None


def _exception_chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and its causes."""
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
    instant: datetime, process_id: int, event: str, pairs: Iterable[tuple[str, str]]
) -> str:
    stamp = instant.astimezone(KST).isoformat(timespec="milliseconds")
    fields = [("at", stamp), ("pid", str(process_id)), ("event", event), *pairs]
    return " ".join(f"{key}={_quote(value)}" for key, value in fields)


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


def _unquote(value: str) -> str:
    return re.sub(r'\\(["\\])', r"\1", value[1:-1]) if value.startswith('"') else value


def _or_dash(number: int | None) -> str:
    return "-" if number is None else str(number)


def _format_ms(seconds: float) -> str:
    return str(round(seconds * 1000))


def _parse_ms(text: str) -> float:
    return int(text) / 1000


class CallFormatter(logging.Formatter):
    """Formats the `CallRecord` that a log record carries as `call`."""

    def __init__(self, *, is_debug: bool) -> None:
        super().__init__()
        self._is_debug = is_debug

    def format(self, record: logging.LogRecord) -> str:
        """Return the call as a line."""
        call: CallRecord = record.__dict__["call"]
        return format_call(call, record.process or 0, is_debug=self._is_debug)


class LogFileHandler(logging.Handler):
    """Appends to `path`, 0600; rotates it to `path.1` and so on. Safe for many processes.

    Each line is one `write` to a file opened for appending, which the system keeps whole. A
    process that still has a rotated file open writes into that file, and nothing is lost.
    """

    def __init__(
        self,
        path: Path,
        *,
        max_bytes: int = MAX_LOG_BYTES,
        max_files: int = MAX_FILES,
        is_debug: bool = False,
    ) -> None:
        super().__init__()
        self.setFormatter(CallFormatter(is_debug=is_debug))
        self.path = path
        self.write_error: StorageError | None = None
        """The first error of the disk; lines that cannot be written are lost."""
        self._max_bytes = max_bytes
        self._max_files = max_files
        self._is_last_line_partial = False
        """Whether the disk took only a part of the last line."""

    def emit(self, record: logging.LogRecord) -> None:
        """Append a record."""
        try:
            self.append([self.format(record)])
        except StorageError as error:
            self.write_error = self.write_error or error

    def append(self, lines: Iterable[str]) -> None:
        """Append whole lines; raises UnsafeFileError, FileWriteError."""
        content = "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
        if self._is_last_line_partial:
            content = b"\n" + content
        ensure_private_dir(self.path.parent)
        try:
            size = self._append_bytes(content)
        except OSError as error:
            if is_link(self.path):
                raise UnsafeFileError(path=str(self.path)) from None
            raise FileWriteError(path=str(self.path), reason=errno_name(error)) from None
        if size >= self._max_bytes:
            self._rotate()

    def tail(self, count: int) -> list[str]:
        """Return the last `count` lines, oldest first; raises UnsafeFileError, FileReadError."""
        lines: list[str] = []
        for path in self._paths():
            if len(lines) >= count:
                break
            content = read_private_file(path) or b""
            lines = [*filter(None, content.decode("utf-8", "replace").split("\n")), *lines]
        return lines[max(len(lines) - count, 0) :]

    def _paths(self) -> list[Path]:
        """Return the paths of all log files, newest first."""
        name = self.path.name
        return [self.path, *(self.path.with_name(f"{name}.{n}") for n in range(1, self._max_files))]

    def _append_bytes(self, content: bytes) -> int:
        """Append in one write and return the new size; raises OSError, UnsafeFileError.

        A file twice as large as it may be stays as it is.
        """
        handle = open_safely(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            status = os.fstat(handle)
            if not is_own_regular(status):
                raise UnsafeFileError(path=str(self.path))
            if is_wide_mode(status.st_mode):
                narrow_mode(handle)
            if status.st_size > 2 * self._max_bytes:  # rotation keeps failing
                return status.st_size
            written = os.write(handle, content)
            self._is_last_line_partial = written < len(content)
            return status.st_size + written
        finally:
            os.close(handle)

    def _rotate(self) -> None:
        """Rotate unless another process just did; after a failure the next line tries again."""
        with (
            suppress(StorageError, OSError),
            file_lock(self.path, ROTATION_LOCK_TIMEOUT),
        ):
            if self.path.stat().st_size < self._max_bytes:
                return
            for newer, older in reversed(list(pairwise(self._paths()))):
                with suppress(FileNotFoundError):
                    newer.replace(older)


class LogWriter:
    """Hands calls to `handler` in a thread, which starts with the first call."""

    def __init__(self, handler: LogFileHandler) -> None:
        self.handler = handler
        self._queue: Queue[logging.LogRecord | None] = Queue(MAX_QUEUED_CALLS)
        self._queue_handler = _DroppingQueueHandler(self._queue)
        self._listener: QueueListener | None = None

    def write(self, call: CallRecord) -> None:
        """Queue a call and return at once; a full queue drops it."""
        if self._listener is None:
            listener = _BoundedQueueListener(self._queue, self.handler)
            listener.start()
            self._listener = listener  # a signal may have come: only one that runs can be stopped
        self._queue_handler.handle(logging.makeLogRecord({"call": call}))

    def close(self) -> None:
        """Write what is queued, waiting for at most `FLUSH_TIMEOUT` seconds."""
        if self._listener is not None:
            stopping = Thread(target=self._listener.stop, daemon=True)
            stopping.start()
            stopping.join(FLUSH_TIMEOUT)
            self._listener = None


class _DroppingQueueHandler(QueueHandler):
    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """Leave formatting to the listener's thread."""
        return record

    def enqueue(self, record: logging.LogRecord) -> None:
        """Drop the record when the queue is full."""
        with suppress(Full):
            self.queue.put_nowait(record)


class _BoundedQueueListener(QueueListener):
    def enqueue_sentinel(self) -> None:
        """Wait for room in the queue, which the standard implementation does not."""
        cast("Queue[logging.LogRecord | None]", self.queue).put(None)
