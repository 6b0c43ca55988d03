"""What goes wrong in a scene: asked before each call, a fault answers or lets it pass.

A maker gives each scene a fault of its own, since some remember what they have answered.
"""

from collections.abc import Callable
from itertools import count, cycle

from kistui.simulator import manners
from kistui.simulator.call import TOKEN_PATH, Call
from kistui.simulator.replies import Reply, refusal

Fault = Callable[[Call], Reply | None]
FaultMaker = Callable[[str], Fault]
"""From an environment, "real" or "paper"."""

MAINTENANCE = """<!DOCTYPE html>
<html lang="ko"><head><meta charset="utf-8"><title>시스템 점검</title></head>
<body><h1>서비스 점검 중입니다</h1><p>잠시 후 다시 이용해 주시기 바랍니다.</p></body></html>
"""


def none(_environment: str) -> Fault:
    """Nothing goes wrong."""
    return lambda _call: None


def always(reply: Reply) -> FaultMaker:
    """Every call gets this answer."""
    return lambda _environment: lambda _call: reply


def no_token(code: str) -> FaultMaker:
    """Tokens are refused, all else passes."""
    reply = refusal(code)
    return lambda _environment: lambda call: reply if call.path == TOKEN_PATH else None


def wrong_environment(environment: str) -> Fault:
    """The key belongs to the other host."""
    reply = refusal("EGW02007" if environment == "paper" else "EGW02004")
    return lambda _call: reply


def no_next_page(_environment: str) -> Fault:
    """The first page comes, the second never."""
    reply = refusal("EGW00203")
    return lambda call: reply if call.is_continuation else None


def every_second_refused(_environment: str) -> Fault:
    """Calls 2, 4, 6 ... come too fast, for the gateway and for the ledger in turn."""
    numbers, codes = count(1), cycle(("EGW00201", "EGW00215"))
    return lambda _call: None if next(numbers) % 2 else refusal(next(codes))


def garbled(_environment: str) -> Fault:
    """JSON that ends too soon, and bytes that are no UTF-8, in turn."""
    bodies = cycle(
        (b'{"rt_cd":"0","msg_cd":"KIOK0510","output1":[{"pdno":"0059', b'{"msg1":"\xb0\xa1')
    )
    return lambda _call: Reply(body=next(bodies))


def changing_once(_environment: str) -> Fault:
    """The data change while a balance is read; read again from the start, it comes whole."""
    return _ChangingOnce()


class _ChangingOnce:
    """The page one that follows a refusal is the restart, any other begins a new balance."""

    def __init__(self) -> None:
        self._will_change = False
        self._has_changed = False

    def __call__(self, call: Call) -> Reply | None:
        if not call.is_continuation:
            self._will_change = not self._has_changed
            self._has_changed = False
            return None
        if not self._will_change:
            return None
        self._will_change, self._has_changed = False, True
        return refusal("SYDB0050")


DOWN = Reply(
    status=503, body=MAINTENANCE.encode(), headers={"content-type": "text/html; charset=utf-8"}
)
DROPPED = Reply(cut="before")
RESET = Reply(body=MAINTENANCE.encode(), cut="during", is_reset=True)
SILENT = Reply(delay=3600.0)
ENDLESS = Reply(manner=manners.endless_chunks)
ELSEWHERE = Reply(status=302, headers={"location": "http://127.0.0.1:9/elsewhere"})


def bombed(_environment: str) -> Fault:
    """64 KB that unpack to 64 MB."""
    reply = manners.bomb(64)
    return lambda _call: reply
