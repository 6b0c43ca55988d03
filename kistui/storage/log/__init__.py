"""The log on disk: one line an event, in a few files that stay small."""

from kistui.storage.log.formatter import format_call, format_crash
from kistui.storage.log.log_file import LogFile
from kistui.storage.log.log_writer import LogWriter

__all__ = ["LogFile", "LogWriter", "format_call", "format_crash"]
