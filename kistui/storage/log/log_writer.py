"""Writes lines in a thread of its own: whoever has something to say waits for no disk."""

from collections.abc import Callable
from queue import Empty, Full, Queue
from threading import Thread

from kistui.errors import StorageError
from kistui.storage.log.log_file import LogFile

MAX_QUEUED_LINES = 5000
MAX_BATCH_SIZE = 100
FLUSH_TIMEOUT = 2.0
"""Left to a slow disk at the end."""

LineFactory = Callable[[], str]
"""Made in the thread, not by who tells."""


class LogWriter:
    """Appends to `file`; the thread starts with the first line. What the disk refuses is lost."""

    def __init__(self, file: LogFile) -> None:
        self.file = file
        self.write_error: StorageError | None = None
        """The first refusal of the disk."""
        self._queue: Queue[LineFactory | None] = Queue(MAX_QUEUED_LINES)
        self._thread: Thread | None = None

    def write(self, line: LineFactory) -> None:
        """Have a line written soon; returns at once, whatever becomes of it."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="kistui-log", daemon=True)
            self._thread.start()
        try:
            self._queue.put_nowait(line)
        except Full:
            return

    def close(self) -> None:
        """Have what waits written."""
        if self._thread is not None:
            try:
                self._queue.put(None, timeout=FLUSH_TIMEOUT)
            except Full:
                return
            self._thread.join(FLUSH_TIMEOUT)
            self._thread = None

    def _run(self) -> None:
        is_open = True
        while is_open:
            batch = [self._queue.get(), *self._drain_queue()]
            is_open = None not in batch
            lines = [line() for line in batch if line is not None]
            try:
                if lines:
                    self.file.append(lines)
            except StorageError as error:
                self.write_error = self.write_error or error

    def _drain_queue(self) -> list[LineFactory | None]:
        found: list[LineFactory | None] = []
        try:
            while len(found) < MAX_BATCH_SIZE:
                found.append(self._queue.get_nowait())
        except Empty:
            pass
        return found
