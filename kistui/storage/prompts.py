"""What `kistui status --line` said, kept for the next prompt: a line a question, none a secret.

An answer holds as long as the question and every file it was read from are what they were: then
nothing but their stamps has to be read. Whatever is unusual is no answer, and all is read again.
"""

import os

from kistui.models.lasting import Lasting
from kistui.storage.places import config_folder, state_folder

try:  # the one hashlib has too, without OpenSSL, which hashlib takes 4 ms to load
    from _blake2 import blake2s
except ImportError:
    from hashlib import blake2s

TYPE_CHECKING = False  # nor is `pathlib` imported: what a prompt costs is this module
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST = 16
"""Answers kept."""
SETTLED = 2_000_000_000
"""Nanoseconds: a file touched since then may be changed again and keep its stamp."""
WATCHED = ("KIS", "XDG_", "HOME", "LANG", "LC_ALL", "LC_MESSAGES")
"""How the variables begin that an answer may depend on."""
ABSENT = "-"
FIELDS = 11
"""Of a line, beside the question's fingerprint."""


class Answer:
    """Whose token, in which language, and how long it lasts; `record` names the token's file."""

    __slots__ = ("kind", "language", "lasting", "name", "record")

    def __init__(
        self, kind: str, name: str, language: str, record: str | None, lasting: Lasting
    ) -> None:
        self.kind = kind
        self.name = name
        self.language = language
        self.record = record
        self.lasting = lasting


class Question:
    """What was typed in which environment, at `now` in nanoseconds since 1970."""

    def __init__(self, state: str, config: str, asked: str, now: int) -> None:
        self.now = now
        self._state = state
        self._config = config
        self._asked = asked
        self._before = self._stamps(None)
        """Taken before anything is read: what changes meanwhile is seen to have."""

    @classmethod
    def of(
        cls, arguments: "Sequence[str]", environ: "Mapping[str, str]", now: int, version: str
    ) -> "Question | None":
        """`None` where it takes a library to tell in which folders to look."""
        state, config = state_folder(environ), config_folder(environ)
        if state is None or config is None:
            return None
        return cls(state, config, _fingerprint(arguments, environ, version), now)

    def answer(self) -> Answer | None:
        """What was said to the same question, if nothing has changed since."""
        for line in self._kept():
            asked, *fields = line.split("\t")
            if asked == self._asked and len(fields) == FIELDS:
                record, *stamps = fields[:4]
                return _read(record, fields[4:]) if stamps == self._stamps(record) else None
        return None

    def keep(self, answer: Answer) -> None:
        """Remember what was read since the question was asked; raises of StoreError."""
        stamps = self._stamps(answer.record)
        if stamps[:2] != self._before[:2] or (stamps[2] == ABSENT) != (answer.record is None):
            return  # it may have been read from what is no longer there
        if not all(map(self._is_settled, stamps)):
            return
        # Only who could not be answered at once pays for these.
        from pathlib import Path  # noqa: PLC0415

        from kistui.storage.files import write_private_file  # noqa: PLC0415

        line = "\t".join((self._asked, answer.record or "", *stamps, *_fields(answer)))
        others = [each for each in self._kept() if not each.startswith(self._asked)]
        content = "".join(f"{each}\n" for each in [line, *others][:MOST])
        write_private_file(Path(self._state, "prompts"), content.encode())

    def _stamps(self, record: str | None) -> list[str]:
        """Of every file an answer is read from."""
        tokens = f"{self._state}/tokens"
        return [
            _stamp(f"{self._config}/config.toml"),
            _stamp(f"{tokens}/profiles.toml"),
            _stamp(f"{tokens}/{record}.toml") if record else ABSENT,
        ]

    def _is_settled(self, stamp: str) -> bool:
        return stamp == ABSENT or max(map(int, stamp.split(" ")[:2])) < self.now - SETTLED

    def _kept(self) -> list[str]:
        """The lines of the file, none where it is not to be trusted."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            handle = os.open(f"{self._state}/prompts", flags)
            with os.fdopen(handle, "rb") as file:
                about = os.fstat(handle)
                if about.st_uid != os.geteuid() or about.st_mode & 0o170077 != 0o100000:
                    return []
                return file.read().decode("utf-8", "replace").split("\n")[:-1]
        except OSError:
            return []


def _stamp(path: str) -> str:
    """What changes when a file does: times, place, size, owner and mode."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return ABSENT
    except OSError:
        return "0 0 ?"
    times, place = (found.st_mtime_ns, found.st_ctime_ns), (found.st_dev, found.st_ino)
    rest = (found.st_size, found.st_uid, found.st_mode)
    return " ".join(map(str, (*times, *place, *rest)))


def _fingerprint(arguments: "Sequence[str]", environ: "Mapping[str, str]", version: str) -> str:
    """Of the question: app key and secret are part of it and cannot be had from this."""
    watched = sorted(each for each in environ.items() if each[0].startswith(WATCHED))
    asked = repr((version, os.geteuid(), *arguments, watched))
    return blake2s(asked.encode("utf-8", "backslashreplace")).hexdigest()


def _fields(answer: Answer) -> list[str]:
    lasting = answer.lasting
    spans = (lasting.expires_at, lasting.attempted_at, lasting.skew, int(lasting.is_suspect))
    whose = (answer.kind, answer.name, answer.language)
    return [*whose, *("" if span is None else str(span) for span in spans)]


def _read(record: str, fields: list[str]) -> Answer | None:
    try:
        kind, name, language, expires_at, attempted_at, skew, is_suspect = fields
        lasting = Lasting(
            int(expires_at) if expires_at else None,
            int(attempted_at) if attempted_at else None,
            int(skew),
            is_suspect=is_suspect == "1",
        )
    except ValueError:
        return None
    return Answer(kind, name, language, record or None, lasting)
