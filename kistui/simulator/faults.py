"""What goes wrong in a scene: asked before each call, a fault answers or lets it pass.

A maker gives each scene a fault of its own, since some remember what they have answered.
"""

from collections.abc import Callable
from itertools import count, cycle

from kistui.simulator import body_writers
from kistui.simulator.request import TOKEN_PATH, Request
from kistui.simulator.responses import Response, error_response

Fault = Callable[[Request], Response | None]
FaultFactory = Callable[[str], Fault]
"""From an environment, "real" or "paper"."""

MAINTENANCE_HTML = """<!DOCTYPE html>
<html lang="ko"><head><meta charset="utf-8"><title>시스템 점검</title></head>
<body><h1>서비스 점검 중입니다</h1><p>잠시 후 다시 이용해 주시기 바랍니다.</p></body></html>
"""


def no_fault(_environment: str) -> Fault:
    """Nothing goes wrong."""
    return lambda _call: None


def always_respond(response: Response) -> FaultFactory:
    """Every call gets this answer."""
    return lambda _environment: lambda _call: response


def refuse_tokens(code: str) -> FaultFactory:
    """Tokens are refused, all else passes."""
    reply = error_response(code)
    return lambda _environment: lambda call: reply if call.path == TOKEN_PATH else None


def wrong_environment(environment: str) -> Fault:
    """The key belongs to the other host."""
    reply = error_response("EGW02007" if environment == "paper" else "EGW02004")
    return lambda _call: reply


def fail_next_page(_environment: str) -> Fault:
    """The first page comes, the second never."""
    reply = error_response("EGW00203")
    return lambda call: reply if call.is_continuation else None


def rate_limit_every_second(_environment: str) -> Fault:
    """Calls 2, 4, 6 ... come too fast, for the gateway and for the ledger in turn."""
    numbers, codes = count(1), cycle(("EGW00201", "EGW00215"))
    return lambda _call: None if next(numbers) % 2 else error_response(next(codes))


def garbled_body(_environment: str) -> Fault:
    """JSON that ends too soon, and bytes that are no UTF-8, in turn."""
    bodies = cycle(
        (b'{"rt_cd":"0","msg_cd":"KIOK0510","output1":[{"pdno":"0059', b'{"msg1":"\xb0\xa1')
    )
    return lambda _call: Response(body=next(bodies))


def data_changed_once(_environment: str) -> Fault:
    """The data change while a balance is read; read again from the start, it comes whole."""
    return _DataChangedOnce()


class _DataChangedOnce:
    """The page one that follows a refusal is the restart, any other begins a new balance."""

    def __init__(self) -> None:
        self._will_change = False
        self._has_changed = False

    def __call__(self, request: Request) -> Response | None:
        if not request.is_continuation:
            self._will_change = not self._has_changed
            self._has_changed = False
            return None
        if not self._will_change:
            return None
        self._will_change, self._has_changed = False, True
        return error_response("SYDB0050")


MAINTENANCE_RESPONSE = Response(
    status=503, body=MAINTENANCE_HTML.encode(), headers={"content-type": "text/html; charset=utf-8"}
)
CONNECTION_CLOSED = Response(disconnect="before")
CONNECTION_RESET = Response(
    body=MAINTENANCE_HTML.encode(), disconnect="during", resets_connection=True
)
NO_RESPONSE = Response(delay=3600.0)
ENDLESS_BODY = Response(body_writer=body_writers.endless_chunks)
REDIRECT = Response(status=302, headers={"location": "http://127.0.0.1:9/elsewhere"})


def gzip_bomb(_environment: str) -> Fault:
    """64 KB that unpack to 64 MB."""
    reply = body_writers.gzip_bomb(64)
    return lambda _call: reply
