"""mojito's `token.dat`: a pickle, of which only plain data is accepted."""

import io
import pickle
import pickletools
from collections.abc import Iterator
from typing import Any, NoReturn

from kistui.storage.importers.source import KeyPair, UnsupportedSource, str_or_empty

MAX_PICKLE_BYTES = 64 * 1024
_NOT_PLAIN_DATA, _BROKEN_PICKLE = "not_plain", "broken_pickle"

# The opcodes of a dict of strings and numbers; none that looks up a class or calls.
# No tuples: nested as keys they would take forever to hash.
_ALLOWED_OPCODES = frozenset(
    {"PROTO", "FRAME", "MARK", "STOP", "EMPTY_DICT", "SETITEM", "SETITEMS"}
    | {"BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "BINFLOAT"}
    | {"BININT", "BININT1", "BININT2", "LONG1", "LONG4", "NONE", "NEWTRUE", "NEWFALSE"}
    | {"BINPUT", "LONG_BINPUT", "MEMOIZE", "BINGET", "LONG_BINGET"}
)


class _RestrictedUnpickler(pickle.Unpickler):
    """A second defence: looks up no class and no function."""

    def find_class(self, _module: str, _name: str) -> NoReturn:
        raise UnsupportedSource(_NOT_PLAIN_DATA)

    def persistent_load(self, _reference: Any) -> NoReturn:
        raise UnsupportedSource(_NOT_PLAIN_DATA)


def is_pickle(content: bytes) -> bool:
    """Return whether content starts like a pickle, as no text does."""
    return content[:1] == b"\x80"


def parse_mojito_token(content: bytes) -> Iterator[KeyPair]:
    """Return the pair of a token; raises UnsupportedSource for anything but plain data."""
    if len(content) > MAX_PICKLE_BYTES:
        raise UnsupportedSource("too_large")
    raw = _unpickle(content)
    if type(raw) is not dict or not {"api_key", "api_secret"} <= raw.keys():
        return
    key, secret = raw["api_key"], raw["api_secret"]
    if isinstance(key, str) and isinstance(secret, str):
        yield KeyPair(
            source="mojito token",
            app_key=key,
            app_secret=secret,
            token=str_or_empty(raw.get("access_token")),
            token_expires_at=str_or_empty(raw.get("access_token_token_expired")),
        )


def _unpickle(content: bytes) -> Any:
    try:
        _check_opcodes(content)
        return _RestrictedUnpickler(io.BytesIO(content)).load()
    except UnsupportedSource:
        raise
    except Exception:  # noqa: BLE001, S110  # Python lists no limit to what broken pickles raise
        pass
    raise UnsupportedSource(_BROKEN_PICKLE)  # outside, so that no context holds the content


def _check_opcodes(content: bytes) -> None:
    """Check every opcode without executing it; raises UnsupportedSource."""
    for instruction, argument, _ in pickletools.genops(content):
        if instruction.name not in _ALLOWED_OPCODES:
            raise UnsupportedSource(_NOT_PLAIN_DATA)
        # The memo is as large as its greatest index: four bytes could request gigabytes.
        if instruction.name == "LONG_BINPUT" and (argument or 0) > len(content):
            raise UnsupportedSource(_NOT_PLAIN_DATA)
