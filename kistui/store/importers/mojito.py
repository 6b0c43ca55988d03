"""mojito's `token.dat`: a pickle, of which only plain data is let in."""

import io
import pickle
import pickletools
from collections.abc import Iterator
from typing import Any, NoReturn

from kistui.store.importers.pairs import Pair, Unfit

MOST = 64 * 1024
_MORE, _BROKEN = "not_plain", "broken_pickle"

# What a dict of texts and numbers is written with; whatever finds a class or calls is not here.
# No tuples: as keys they nest so that hashing one takes for ever.
_PLAIN = frozenset(
    {"PROTO", "FRAME", "MARK", "STOP", "EMPTY_DICT", "SETITEM", "SETITEMS"}
    | {"BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "BINFLOAT"}
    | {"BININT", "BININT1", "BININT2", "LONG1", "LONG4", "NONE", "NEWTRUE", "NEWFALSE"}
    | {"BINPUT", "LONG_BINPUT", "MEMOIZE", "BINGET", "LONG_BINGET"}
)


class _Plain(pickle.Unpickler):
    """The second wall: finds no class and no function."""

    def find_class(self, _module: str, _name: str) -> NoReturn:
        raise Unfit(_MORE)

    def persistent_load(self, _reference: Any) -> NoReturn:
        raise Unfit(_MORE)


def is_pickle(content: bytes) -> bool:
    """Whether it begins as pickles do, and no text does."""
    return content[:1] == b"\x80"


def read_pickle(content: bytes) -> Iterator[Pair]:
    """The pair a token was issued with; raises Unfit for anything but plain data."""
    if len(content) > MOST:
        raise Unfit("too_large")
    raw = _load(content)
    if type(raw) is not dict or not {"api_key", "api_secret"} <= raw.keys():
        return
    key, secret = raw["api_key"], raw["api_secret"]
    if isinstance(key, str) and isinstance(secret, str):
        yield Pair(
            source="mojito token",
            app_key=key,
            app_secret=secret,
            token=_text(raw.get("access_token")),
            expires=_text(raw.get("access_token_token_expired")),
        )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _load(content: bytes) -> Any:
    try:
        _check(content)
        return _Plain(io.BytesIO(content)).load()
    except Unfit:
        raise
    except Exception:  # noqa: BLE001, S110  # a broken pickle raises whatever its bytes lead to
        pass
    raise Unfit(_BROKEN)


def _check(content: bytes) -> None:
    """Read every instruction without following one."""
    for instruction, argument, _ in pickletools.genops(content):
        if instruction.name not in _PLAIN:
            raise Unfit(_MORE)
        # Room is made for all numbers below: four bytes would ask for gigabytes.
        if instruction.name == "LONG_BINPUT" and (argument or 0) > len(content):
            raise Unfit(_MORE)
