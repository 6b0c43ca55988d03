"""Plain formats: python-kis JSON, mojito's three lines, `.env`, ini and environment variables."""

import json
import re
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from configparser import Error as ConfigParserError
from typing import Any

from msgspec.structs import replace

from kistui.errors import UnclearVariablesError
from kistui.models.account import APP_KEY_LENGTH, APP_SECRET_LENGTH, Environment
from kistui.storage.env_vars import KNOWN_NAMES, parse_accounts
from kistui.storage.importers.source import KeyPair, UnsupportedSource, str_or_empty

_ASSIGNMENT_PATTERN = re.compile(
    r"\s*(?:(?:export|set)\s+|\$env:)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=(?P<value>.*)",
    re.IGNORECASE,
)
_CMD_SET_PATTERN = re.compile(
    r"""\s*(?:set\s+"(?P<name>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>[^"]*)")\s*""", re.IGNORECASE
)
_KIS_SECTION_PATTERN = re.compile(r"^\s*\[\s*kis\s*\]", re.IGNORECASE | re.MULTILINE)
_COMMENT_PATTERN = re.compile(r"\s#")
_ACCOUNT_PATTERN = re.compile(r"[0-9-]+")


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
    environment = None
    if isinstance(raw.get("virtual"), bool):
        environment = Environment.PAPER if raw["virtual"] else Environment.REAL
    yield KeyPair(
        source="python-kis",
        app_key=str_or_empty(raw.get("appkey")),
        app_secret=str_or_empty(raw.get("secretkey")),
        account=str_or_empty(raw.get("account")),
        environment=environment,
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
    """Parse assignments of `.env`, shell, cmd and PowerShell files, quoted or not."""
    values: dict[str, str] = {}
    for line in text.splitlines():
        if match := _ASSIGNMENT_PATTERN.fullmatch(line):
            values[match["name"].upper()] = _unquote(match["value"].strip())
        elif match := _CMD_SET_PATTERN.fullmatch(line):
            values[match["name"].upper()] = match["value"].strip()
    yield from parse_env_vars(values, ".env") or parse_unprefixed(values, ".env")


def parse_ini(text: str) -> Iterator[KeyPair]:
    """Parse the `[KIS]` section of an ini file; raises UnsupportedSource."""
    if not _KIS_SECTION_PATTERN.search(text):
        return
    parser = ConfigParser(interpolation=None, inline_comment_prefixes=(" #", " ;"))
    try:
        parser.read_string(text)
    except ConfigParserError:
        parser.clear()  # its text quotes the line, which must not be the context of what is raised
    if not parser.sections():
        raise UnsupportedSource("bad_ini")
    for section in parser.sections():
        if section.strip().upper() == "KIS":
            values = {name: _unquote(value) for name, value in parser[section].items()}
            yield from parse_unprefixed(values, "ini [KIS]")


def parse_env_vars(variables: Mapping[str, str], source: str) -> list[KeyPair]:
    """Return the key pairs in variables, under the names that several tools use.

    Raises UnsupportedSource.
    """
    try:
        return [
            KeyPair(
                source=source,
                app_key=account.app_key.reveal(),
                app_secret=account.app_secret.reveal(),
                account=account.account,
                environment=account.environment,
                error=account.error,
            )
            for account in parse_accounts(variables)
        ]
    except UnclearVariablesError as error:
        names = error.details["names"]
    raise UnsupportedSource("unclear_variables", names=names)


def parse_unprefixed(values: Mapping[str, str], source: str) -> list[KeyPair]:
    """Return the key pairs in values whose names lack `KIS_`, in any case.

    Their errors name the values as the file does. Raises UnsupportedSource.
    """
    own_names = {_with_prefix(name.upper()): name for name in values}
    is_lower = any(name.islower() for name in values)

    def own_name(name: str) -> str:
        plain_name = name.removeprefix("KIS_")
        return own_names.get(name) or (plain_name.lower() if is_lower else plain_name)

    def rename(details: Mapping[str, Any]) -> dict[str, Any]:
        return {
            key: ", ".join(map(own_name, value.split(", "))) if key in {"name", "names"} else value
            for key, value in details.items()
        }

    try:
        pairs = parse_env_vars({name: values[own] for name, own in own_names.items()}, source)
    except UnsupportedSource as error:
        details = rename(error.details)
    else:
        return [
            replace(pair, error=type(pair.error)(**rename(pair.error.details)))
            if pair.error
            else pair
            for pair in pairs
        ]
    raise UnsupportedSource(**details)


def _with_prefix(name: str) -> str:
    return prefixed if (prefixed := f"KIS_{name}") in KNOWN_NAMES else name


def _unquote(value: str) -> str:
    quote, remainder = value[:1], value[1:]
    if quote and quote in "\"'" and quote in remainder:
        return remainder[: remainder.index(quote)]
    return "" if quote == "#" else _COMMENT_PATTERN.split(value, maxsplit=1)[0]
