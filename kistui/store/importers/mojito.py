"""mojito's `token.dat`: a pickle, of which only plain data is let in."""

import io
import pickle
from collections.abc import Iterator
from typing import Any, NoReturn

from kistui.store.importers.formats import Pair, Unreadable

MOST = 64 * 1024


class _Plain(pickle.Unpickler):
    """Knows dict, list, str, numbers and None; finds no class and no function."""

    def find_class(self, _module: str, _name: str) -> NoReturn:
        raise Unreadable("a pickle with more than plain data")

    def persistent_load(self, _reference: Any) -> NoReturn:
        raise Unreadable("a pickle with more than plain data")


def read_pickle(content: bytes) -> Iterator[Pair]:
    """The pair a token was issued with; raises Unreadable for anything but plain data."""
    if content[:1] != b"\x80":
        return
    if len(content) > MOST:
        raise Unreadable("too large")
    try:
        raw = _Plain(io.BytesIO(content)).load()
    except Unreadable:
        raise
    except Exception:  # noqa: BLE001  # a broken pickle raises whatever its bytes lead to
        raise Unreadable("not a whole pickle") from None
    if isinstance(raw, dict) and isinstance(raw.get("api_key"), str):
        yield Pair(
            source="mojito",
            app_key=raw["api_key"],
            app_secret=str(raw.get("api_secret", "")),
        )
