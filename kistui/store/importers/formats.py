"""The plain formats: python-kis JSON, mojito's three lines, `.env` and environment variables."""

import json
import re
from collections.abc import Iterator, Mapping

from kistui.models.account import APP_KEY_LENGTH, APP_SECRET_LENGTH, Environment
from kistui.store.importers.pairs import Pair, Unfit

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_COMMENT = re.compile(r"\s#")
_ACCOUNT = re.compile(r"[0-9-]+")
_YES = frozenset({"1", "true", "yes", "on", "y"})
_NO = frozenset({"", "0", "false", "no", "off", "n"})


def read_json(text: str) -> Iterator[Pair]:
    """python-kis: `id`, `appkey`, `secretkey`, `account`, `virtual`; raises Unfit."""
    if '"appkey"' not in text and '"secretkey"' not in text:
        return
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raw = None
    if not isinstance(raw, dict):
        raise Unfit("bad_json")
    key, secret, account = (raw.get(name) for name in ("appkey", "secretkey", "account"))
    virtual = raw.get("virtual")
    worlds = {True: Environment.PAPER, False: Environment.REAL}
    yield Pair(
        source="python-kis",
        app_key=key if isinstance(key, str) else "",
        app_secret=secret if isinstance(secret, str) else "",
        account=account if isinstance(account, str) else "",
        environment=worlds[virtual] if isinstance(virtual, bool) else None,
    )


def read_lines(text: str) -> Iterator[Pair]:
    """mojito: three lines, key, secret, account."""
    lines = ["".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(lines) != 3:
        return
    key, secret, account = lines
    # One of the three being what it should be tells a key file from any three lines.
    looks_so = (
        _ACCOUNT.fullmatch(account)
        or len(key) == APP_KEY_LENGTH
        or len(secret) == APP_SECRET_LENGTH
    )
    if looks_so and not set("=:#") & set(key + account):
        yield Pair(source="mojito key file", app_key=key, app_secret=secret, account=account)


def read_env(text: str) -> Iterator[Pair]:
    """`.env` and shell files: assignments, quoted or not, with or without `export`."""
    values: dict[str, str] = {}
    for line in text.splitlines():
        left, _, value = line.partition("=")
        words = left.split()
        if words[:-1] in ([], ["export"]) and words and _NAME.fullmatch(words[-1]):
            values[words[-1].upper()] = _unquoted(value.strip())
    yield from read_names(values, ".env")


def read_names(values: Mapping[str, str], source: str) -> Iterator[Pair]:
    """The names several tools use for the same things."""

    def first(*names: str) -> str:
        return next((values[name] for name in names if values.get(name)), "")

    key, secret = first("KIS_APP_KEY"), first("KIS_APP_SECRET", "KIS_SECRET")
    if key or secret:
        yield Pair(
            source=source,
            app_key=key,
            app_secret=secret,
            account=first("KIS_ACCOUNT", "KIS_ACCOUNT_NUMBER", "KIS_ACCOUNT_NO"),
            environment=_world(values.get("KIS_PAPER", values.get("KIS_IS_MOCK"))),
        )
    key, secret = first("KIS_PAPER_APP_KEY"), first("KIS_PAPER_APP_SECRET")
    if key or secret:
        yield Pair(
            source=source,
            app_key=key,
            app_secret=secret,
            account=first("KIS_PAPER_ACCOUNT", "KIS_PAPER_STOCK"),
            environment=Environment.PAPER,
        )


def _world(raw: str | None) -> Environment | None:
    """A word that is neither yes nor no says nothing: the wrong world is not guessed."""
    word = None if raw is None else raw.strip().lower()
    if word in _YES:
        return Environment.PAPER
    return Environment.REAL if word in _NO else None


def _unquoted(value: str) -> str:
    quote, rest = value[:1], value[1:]
    if quote and quote in "\"'" and quote in rest:
        return rest[: rest.index(quote)]
    return "" if quote == "#" else _COMMENT.split(value, maxsplit=1)[0]
