"""YAML of KIS's samples: `kis_devlp.yaml`, with a real and a paper pair, and older samples."""

import re
from collections.abc import Iterator

from kistui.errors import InvalidVariableError, SetupError
from kistui.models.account import Environment
from kistui.storage.env_vars import FUTURES_PRODUCT_CODES, STOCK_PRODUCT_CODES
from kistui.storage.importers.source import KeyPair, UnsupportedSource
from kistui.storage.importers.text_formats import parse_unprefixed

SOURCE_NAME = "kis_devlp.yaml"
MAX_YAML_BYTES = 64 * 1024
MAX_YAML_DEPTH = 8
_CREDENTIAL_KEYS = (
    ("my_app", "my_sec", ("my_acct_stock", "my_acct"), Environment.REAL),
    ("paper_app", "paper_sec", ("my_paper_stock", "paper_acct"), Environment.PAPER),
)
_PRODUCT_CODE_KEY = "my_prod"
_LEGACY_KEY_PATTERN = re.compile(r"^\s*['\"]?APP_KEY['\"]?\s*:", re.MULTILINE)


def parse_kis_yaml(text: str) -> Iterator[KeyPair]:
    """Return the pairs that are filled in; raises UnsupportedSource."""
    if not any(key in text for key, *_ in _CREDENTIAL_KEYS):
        return
    if len(text.encode()) > MAX_YAML_BYTES:
        raise UnsupportedSource("too_large")
    raw = _parse_top_level_scalars(text)
    is_any_filled = False
    for key, secret, accounts, environment in _CREDENTIAL_KEYS:
        if not (_is_filled(raw.get(key, "")) and _is_filled(raw.get(secret, ""))):
            continue
        is_any_filled = True
        number = next((raw[name] for name in accounts if _is_filled(raw.get(name, ""))), "")
        account, error = _parse_account(number, raw.get(_PRODUCT_CODE_KEY, ""))
        yield KeyPair(
            source=SOURCE_NAME,
            app_key=raw[key],
            app_secret=raw[secret],
            account=account,
            environment=environment,
            error=error,
        )
    if not is_any_filled and any(key in raw for key, *_ in _CREDENTIAL_KEYS):
        raise UnsupportedSource("not_filled_in")


def parse_legacy_yaml(text: str) -> Iterator[KeyPair]:
    """Return the pair of a `config.yaml` with `APP_KEY`, `CANO` and `URL_BASE`.

    Raises UnsupportedSource.
    """
    if not _LEGACY_KEY_PATTERN.search(text):
        return
    if len(text.encode()) > MAX_YAML_BYTES:
        raise UnsupportedSource("too_large")
    raw = {name.upper(): value for name, value in _parse_top_level_scalars(text).items()}
    if raw.get("APP_KEY") and not _is_filled(raw["APP_KEY"]):
        raise UnsupportedSource("not_filled_in")
    for name, width in (("CANO", 8), ("ACNT_PRDT_CD", 2)):
        raw[name] = _zero_padded_digits(raw.get(name, ""), width) or raw.get(name, "")
    yield from parse_unprefixed(raw, "config.yaml")


def _parse_account(number: str, code: str) -> tuple[str, SetupError | None]:
    """Return an account number, or why number and product code are not understood."""
    digits = _zero_padded_digits(number, 8)
    if not digits:
        return number, None
    product_code = _zero_padded_digits(code, 2)
    # A futures product code belongs to the futures account, which kistui does not read.
    if not product_code or product_code in FUTURES_PRODUCT_CODES:
        return "", InvalidVariableError(name=_PRODUCT_CODE_KEY, allowed=STOCK_PRODUCT_CODES)
    return digits + product_code, None


def _parse_top_level_scalars(text: str) -> dict[str, str]:
    """Return the top-level scalars as written: a loader would read an account 01234567 as octal.

    No object is constructed, so YAML tags have no effect.
    """
    import yaml  # noqa: PLC0415  # only this import needs it

    try:
        items = list(_iter_top_level(text))
    except (yaml.YAMLError, ValueError, RecursionError):
        pass  # its text quotes the line, which must not be the context of what is raised
    else:
        pairs = zip(items[::2], items[1::2], strict=False)
        return {key: value or "" for key, value in pairs if key is not None}
    raise UnsupportedSource("bad_yaml")


def _iter_top_level(text: str) -> Iterator[str | None]:
    """Yield keys and values in turn, `None` for a nested value.

    Raises UnsupportedSource, yaml.YAMLError.
    """
    import yaml  # noqa: PLC0415

    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise UnsupportedSource("aliases")
        if isinstance(event, yaml.DocumentEndEvent):
            return
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif depth == 0 and isinstance(event, yaml.SequenceStartEvent):
            return
        elif depth == 1 and isinstance(event, yaml.NodeEvent):
            yield event.value if isinstance(event, yaml.ScalarEvent) else None
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        if depth > MAX_YAML_DEPTH:  # the scanner's time is quadratic in the depth
            raise UnsupportedSource("too_deep")


def _is_filled(value: str) -> bool:
    """Return whether a value is neither empty nor the template's Korean placeholder."""
    return bool(value) and value.isascii()


def _zero_padded_digits(value: str, width: int) -> str:
    """Restore leading zeros that a program dropped; blank if it is not a number of `width`."""
    text = value.strip()
    is_number = text.isascii() and text.isdigit() and len(text) <= width and text.strip("0")
    return text.zfill(width) if is_number else ""
