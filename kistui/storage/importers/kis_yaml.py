"""`kis_devlp.yaml` of KIS's official samples: a real and a paper pair, one product code."""

from collections.abc import Iterator

from kistui.models.account import Environment
from kistui.storage.importers.source import KeyPair, UnsupportedSource

SOURCE_NAME = "kis_devlp.yaml"
MAX_YAML_BYTES = 64 * 1024
MAX_YAML_DEPTH = 8
_CREDENTIAL_KEYS = (
    ("my_app", "my_sec", "my_acct_stock", Environment.REAL),
    ("paper_app", "paper_sec", "my_paper_stock", Environment.PAPER),
)
_FUTURES_PRODUCT_CODES = frozenset({"03", "08"})


def parse_kis_yaml(text: str) -> Iterator[KeyPair]:
    """Return the pairs that are filled in; raises UnsupportedSource."""
    if not any(key in text for key, *_ in _CREDENTIAL_KEYS):
        return
    if len(text.encode()) > MAX_YAML_BYTES:
        raise UnsupportedSource("too_large")
    raw = _parse_top_level_scalars(text)
    named = [key for key, *_ in _CREDENTIAL_KEYS if key in raw]
    product = _zero_padded_digits(raw.get("my_prod", ""), 2)
    if product in _FUTURES_PRODUCT_CODES:
        product = ""  # the futures account, which kistui does not read
    filled = 0
    for key, secret, account, environment in _CREDENTIAL_KEYS:
        if not (_is_filled(raw.get(key, "")) and _is_filled(raw.get(secret, ""))):
            continue
        filled += 1
        number = raw.get(account, "")
        digits = _zero_padded_digits(number, 8)
        yield KeyPair(
            source=SOURCE_NAME,
            app_key=raw[key],
            app_secret=raw[secret],
            account=digits + product if digits else number,
            environment=environment,
        )
    if named and not filled:
        raise UnsupportedSource("not_filled_in")


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
