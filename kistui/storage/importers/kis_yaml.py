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
    """Both pairs, where they are filled in; raises Unfit."""
    if not any(key in text for key, *_ in _CREDENTIAL_KEYS):
        return
    if len(text.encode()) > MAX_YAML_BYTES:
        raise UnsupportedSource("too_large")
    raw = _parse_top_level_scalars(text)
    named = [key for key, *_ in _CREDENTIAL_KEYS if key in raw]
    product = _zero_padded_digits(raw.get("my_prod", ""), 2)
    if product in _FUTURES_PRODUCT_CODES:
        product = ""  # of the futures account, which is not read
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
    """The top level as it is written: any loader reads an account 01234567 as octal.

    Nothing is constructed, so no tag of YAML can do anything.
    """
    import yaml  # noqa: PLC0415  # only this import needs it

    try:
        items = list(_iter_top_level(text))
    except (yaml.YAMLError, ValueError, RecursionError):
        pass  # it quotes the line: not to be in the chain of what is raised
    else:
        pairs = zip(items[::2], items[1::2], strict=False)
        return {key: value or "" for key, value in pairs if key is not None}
    raise UnsupportedSource("bad_yaml")


def _iter_top_level(text: str) -> Iterator[str | None]:
    """Keys and values in turn, `None` for a nested one; raises Unfit, yaml.YAMLError."""
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
        if depth > MAX_YAML_DEPTH:  # the scanner takes a square of the depth
            raise UnsupportedSource("too_deep")


def _is_filled(value: str) -> bool:
    """Whether it is not empty, and not the template's Korean placeholder."""
    return bool(value) and value.isascii()


def _zero_padded_digits(value: str, width: int) -> str:
    """With the zeros a program took for those of a number; nothing when it is no such number."""
    text = value.strip()
    is_number = text.isascii() and text.isdigit() and len(text) <= width and text.strip("0")
    return text.zfill(width) if is_number else ""
