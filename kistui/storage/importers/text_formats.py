"""The plain formats: python-kis JSON, mojito's three lines, `.env` and environment variables."""

import json
import re
from collections.abc import Iterator, Mapping

from kistui.models.account import APP_KEY_LENGTH, APP_SECRET_LENGTH, Environment
from kistui.storage.importers.source import KeyPair, UnsupportedSource

_VARIABLE_NAME_PATTERN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_COMMENT_PATTERN = re.compile(r"\s#")
_ACCOUNT_PATTERN = re.compile(r"[0-9-]+")
_TRUE_VALUES = frozenset({"1", "true", "yes", "on", "y"})
_FALSE_VALUES = frozenset({"", "0", "false", "no", "off", "n"})


def parse_python_kis_json(text: str) -> Iterator[KeyPair]:
    """Parse python-kis: `id`, `appkey`, `secretkey`, `account`, `virtual`.

    Raises UnsupportedSource.
    """
    if '"appkey"' not in text and '"secretkey"' not in text:
        return
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raw = None
    if not isinstance(raw, dict):
        raise UnsupportedSource("bad_json")
    key, secret, account = (raw.get(name) for name in ("appkey", "secretkey", "account"))
    virtual = raw.get("virtual")
    environments = {True: Environment.PAPER, False: Environment.REAL}
    yield KeyPair(
        source="python-kis",
        app_key=key if isinstance(key, str) else "",
        app_secret=secret if isinstance(secret, str) else "",
        account=account if isinstance(account, str) else "",
        environment=environments[virtual] if isinstance(virtual, bool) else None,
    )


def parse_mojito_key_file(text: str) -> Iterator[KeyPair]:
    """Parse mojito's three lines: key, secret, account."""
    lines = ["".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(lines) != 3:
        return
    key, secret, account = lines
    # One valid line of the three tells a key file from any other three lines.
    is_key_file = (
        _ACCOUNT_PATTERN.fullmatch(account)
        or len(key) == APP_KEY_LENGTH
        or len(secret) == APP_SECRET_LENGTH
    )
    if is_key_file and not set("=:#") & set(key + account):
        yield KeyPair(source="mojito key file", app_key=key, app_secret=secret, account=account)


def parse_dotenv(text: str) -> Iterator[KeyPair]:
    """Parse `.env` and shell files: assignments, quoted or not, with or without `export`."""
    values: dict[str, str] = {}
    for line in text.splitlines():
        left, _, value = line.partition("=")
        words = left.split()
        if words[:-1] in ([], ["export"]) and words and _VARIABLE_NAME_PATTERN.fullmatch(words[-1]):
            values[words[-1].upper()] = _unquote(value.strip())
    yield from parse_env_vars(values, ".env")


def parse_env_vars(variables: Mapping[str, str], source: str) -> Iterator[KeyPair]:
    """Parse variables under the names that several tools use."""

    def first(*names: str) -> str:
        return next((variables[name] for name in names if variables.get(name)), "")

    key, secret = first("KIS_APP_KEY"), first("KIS_APP_SECRET", "KIS_SECRET")
    if key or secret:
        yield KeyPair(
            source=source,
            app_key=key,
            app_secret=secret,
            account=first("KIS_ACCOUNT", "KIS_ACCOUNT_NUMBER", "KIS_ACCOUNT_NO"),
            environment=_parse_environment(
                variables.get("KIS_PAPER", variables.get("KIS_IS_MOCK"))
            ),
        )
    key, secret = first("KIS_PAPER_APP_KEY"), first("KIS_PAPER_APP_SECRET")
    if key or secret:
        yield KeyPair(
            source=source,
            app_key=key,
            app_secret=secret,
            account=first("KIS_PAPER_ACCOUNT", "KIS_PAPER_STOCK"),
            environment=Environment.PAPER,
        )


def _parse_environment(raw: str | None) -> Environment | None:
    """Return the environment; a value that is neither yes nor no is not guessed."""
    word = None if raw is None else raw.strip().lower()
    if word in _TRUE_VALUES:
        return Environment.PAPER
    return Environment.REAL if word in _FALSE_VALUES else None


def _unquote(value: str) -> str:
    quote, remainder = value[:1], value[1:]
    if quote and quote in "\"'" and quote in remainder:
        return remainder[: remainder.index(quote)]
    return "" if quote == "#" else _COMMENT_PATTERN.split(value, maxsplit=1)[0]
