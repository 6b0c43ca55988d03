"""The plain formats: python-kis JSON, mojito's three lines, `.env`."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kistui.errors import InvalidAccount
from kistui.model.account import AccountNumber, Credentials, Environment, Found

_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*")
_YES = frozenset({"1", "true", "yes", "on", "y"})


class Unreadable(Exception):
    """The file is of a known kind, and not safe or not whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A key and a secret as they stand in a file, not yet checked."""

    source: str
    app_key: str = field(repr=False)
    app_secret: str = field(repr=False)
    account: str = field(default="", repr=False)
    environment: Environment | None = None

    def found(self) -> Found:
        """Checked; raises InvalidKey. An account that is none is left to the user."""
        credentials = Credentials.parse(self.app_key, self.app_secret)
        try:
            account = AccountNumber.parse(self.account) if self.account else None
        except InvalidAccount:
            account = None
        return Found(
            source=self.source,
            environment=self.environment,
            account=account,
            credentials=credentials,
            hint=credentials.app_key[-4:],
        )


def text_of(content: bytes) -> str:
    """A file as text, or nothing when it is none."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""


def read_json(content: bytes) -> Iterator[Pair]:
    """python-kis: `id`, `appkey`, `secretkey`, `account`, `virtual`."""
    try:
        raw = json.loads(text_of(content))
    except (ValueError, RecursionError):
        return
    if isinstance(raw, dict) and {"appkey", "secretkey"} <= raw.keys():
        virtual = raw.get("virtual")
        environments = {True: Environment.PAPER, False: Environment.REAL}
        yield Pair(
            source="python-kis",
            app_key=str(raw["appkey"]),
            app_secret=str(raw["secretkey"]),
            account=str(raw.get("account") or ""),
            environment=environments[virtual] if isinstance(virtual, bool) else None,
        )


def read_lines(content: bytes) -> Iterator[Pair]:
    """mojito: three lines, key, secret, account."""
    lines = [line.strip() for line in text_of(content).splitlines() if line.strip()]
    if len(lines) == 3 and not any(" " in line or ":" in line for line in lines):
        if "=" in lines[0]:
            return  # assignments, not values
        yield Pair(source="mojito", app_key=lines[0], app_secret=lines[1], account=lines[2])


def read_env(content: bytes) -> Iterator[Pair]:
    """`.env` and shell files: assignments, quoted or not, with or without `export`."""
    values: dict[str, str] = {}
    for line in text_of(content).splitlines():
        match = _ASSIGNMENT.fullmatch(line)
        if match:
            values[match[1].upper()] = _unquoted(match[2])
    yield from read_variables(values)


def read_variables(values: Mapping[str, str]) -> Iterator[Pair]:
    """The names several tools use for the same things."""

    def first(*names: str) -> str:
        return next((values[name] for name in names if values.get(name)), "")

    key, secret = first("KIS_APP_KEY"), first("KIS_APP_SECRET", "KIS_SECRET")
    paper = values.get("KIS_PAPER", values.get("KIS_IS_MOCK"))
    if key and secret:
        is_paper = None if paper is None else paper.strip().lower() in _YES
        yield Pair(
            source=".env",
            app_key=key,
            app_secret=secret,
            account=first("KIS_ACCOUNT", "KIS_ACCOUNT_NUMBER", "KIS_ACCOUNT_NO"),
            environment=None
            if is_paper is None
            else (Environment.PAPER if is_paper else Environment.REAL),
        )
    key, secret = first("KIS_PAPER_APP_KEY"), first("KIS_PAPER_APP_SECRET")
    if key and secret:
        yield Pair(
            source=".env",
            app_key=key,
            app_secret=secret,
            account=first("KIS_PAPER_ACCOUNT", "KIS_PAPER_STOCK"),
            environment=Environment.PAPER,
        )


def _unquoted(value: str) -> str:
    for quote in "\"'":
        if len(value) >= 2 and value.startswith(quote) and quote in value[1:]:
            return value[1 : value.index(quote, 1)]
    return value.split(" #", maxsplit=1)[0].strip()
