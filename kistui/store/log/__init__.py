"""The log on disk: one line an event, in a few files that stay small."""

from kistui.store.log.file import LogFile
from kistui.store.log.lines import call_line, crash_line
from kistui.store.log.writer import LogWriter

__all__ = ["LogFile", "LogWriter", "call_line", "crash_line"]
