"""`kis_devlp.yaml` of KIS's official samples: a real and a paper pair, one product code."""

from collections.abc import Iterator
from typing import Any

from kistui.model.account import Environment
from kistui.store.importers.formats import Pair, Unreadable, text_of

SOURCE = "kis_devlp.yaml"
MOST = 64 * 1024
_PAIRS = (
    ("my_app", "my_sec", "my_acct_stock", Environment.REAL),
    ("paper_app", "paper_sec", "my_paper_stock", Environment.PAPER),
)


def read_yaml(content: bytes) -> Iterator[Pair]:
    """Both pairs, where they are filled in; raises Unreadable for anchors and aliases."""
    text = text_of(content)
    if not any(f"{key}:" in text for key, *_ in _PAIRS):
        return
    if len(content) > MOST:
        raise Unreadable("too large")
    raw = _load(text)
    if not isinstance(raw, dict):
        return
    product = _digits(raw.get("my_prod", "01"), 2)
    for key, secret, account, environment in _PAIRS:
        pair = [raw.get(name) for name in (key, secret)]
        if not all(isinstance(value, str) and value.isascii() for value in pair):
            continue  # the template's Korean placeholder, or nothing
        number = _digits(raw.get(account, ""), 8)
        yield Pair(
            source=SOURCE,
            app_key=str(pair[0]),
            app_secret=str(pair[1]),
            account=f"{number}-{product}" if number else "",
            environment=environment,
        )


def _load(text: str) -> Any:
    import yaml  # noqa: PLC0415  # only this import needs it

    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
            raise Unreadable("it has aliases")
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise Unreadable("not valid YAML") from None


def _digits(value: object, width: int) -> str:
    """YAML reads an unquoted 01 as the number 1."""
    text = str(value).strip()
    return text.zfill(width) if text.isdigit() and len(text) <= width else ""
