"""Pickles: a token as mojito writes it, hostile ones, and broken ones."""

import os
import pickle
import struct
from collections import OrderedDict
from pathlib import Path
from typing import Any

from tests.storage.importers.samples import KEY, SECRET

TOKEN: dict[str, Any] = {
    "access_token": "eyJ",
    "token_type": "Bearer",
    "expires_in": 86400,
    "timestamp": 1795600000,
    "api_key": KEY,
    "api_secret": SECRET,
}


class Evil:
    def __init__(self, marker: Path, call: Any = os.system) -> None:
        self.marker, self.call = marker, call

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        shell = f"touch {self.marker}"
        return self.call, (
            shell if self.call is os.system else f"open({str(self.marker)!r}, 'w').close()",
        )


class Plain:
    pass


def hostile(marker: Path) -> dict[str, bytes]:
    call = b"cposix\nsystem\n(S'touch " + str(marker).encode() + b"'\ntR."
    return {
        "in a value": pickle.dumps(TOKEN | {"x": Evil(marker)}),
        "in a list": pickle.dumps([Evil(marker)], 2),
        "eval": pickle.dumps(TOKEN | {"x": Evil(marker, eval)}),
        "exec as a key": pickle.dumps(Evil(marker, exec), 5),
        "a nested class": pickle.dumps(TOKEN | {"x": {"y": {"z": Plain()}}}),
        "a builtin": pickle.dumps(print),
        "a dict that is more": pickle.dumps(OrderedDict(TOKEN)),
        "a set": pickle.dumps({1, 2}, 2),
        "by hand": b"\x80\x04" + call,
        "protocol 0": call,
        "protocol 0 said to be 2": b"\x80\x02" + call,
        "inst": b"\x80\x02(S'touch " + str(marker).encode() + b"'\niposix\nsystem\n.",
        "after a whole one": b"\x80\x02}0" + call,
        "before it breaks off": b"\x80\x02" + call[:-1],
        "a persistent id": b"\x80\x02Pid\n.",
        "a persistent id of a value": b"\x80\x02K\x01Q.",
        "an extension": b"\x80\x02\x82\x01.",
    }


# Hashing the last one would take until the end of the world.
DOUBLING = b"\x80\x04}K\x01K\x01\x86q\x000" + b"h\x00h\x00\x86q\x000" * 60 + b"h\x00Ns."
GIGABYTES = b"\x80\x04}r" + struct.pack("<I", 2**31) + b"."

BROKEN = {
    "nothing": b"\x80",
    "a head": b"\x80\x04",
    "truncated": pickle.dumps(TOKEN)[:-20],
    "without an end": pickle.dumps(TOKEN)[:-1],
    "marks": b"\x80\x04" + b"(" * 60_000,
    "depth": b"\x80\x04" + b"}K\x01" * 15_000 + b"s" * 15_000 + b".",
    "a text of exabytes": b"\x80\x04\x8d" + struct.pack("<Q", 2**62) + b".",
    "a frame of exabytes": b"\x80\x04\x95" + struct.pack("<Q", 2**62) + b"}.",
    "a memo that is not there": b"\x80\x04h\x07.",
    "a dict as a key": b"\x80\x04}}}s.",
    "an unknown instruction": b"\x80\x04\xff.",
    "too_large": b"\x80\x04\x8b" + struct.pack("<i", 70_000) + b"\x01" * 70_000 + b".",
    "a protocol to come": b"\x80\xff}.",
    "not a dict": pickle.dumps("text"),
    "without a secret": pickle.dumps({"api_key": KEY}),
    "keys that are no texts": pickle.dumps({"api_key": 1, "api_secret": {}}),
    "a key of half a letter": pickle.dumps({"api_key": "\ud800" * 36, "api_secret": SECRET}),
}
