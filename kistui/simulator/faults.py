"""The faults of scenes: a fault may answer a request instead of the simulator.

Each scene is given new faults by a factory, since some of them keep state between requests.
"""

from collections.abc import Callable
from itertools import count, cycle

from kistui.simulator import body_writers
from kistui.simulator.request import TOKEN_PATH, Request
from kistui.simulator.responses import Response, error_response

Fault = Callable[[Request], Response | None]
FaultFactory = Callable[[str], Fault]
"""Returns a new fault for an environment, "real" or "paper"."""

MAINTENANCE_HTML = """<!DOCTYPE html>
<html lang="ko"><head><meta charset="utf-8"><title>시스템 점검</title></head>
<body><h1>서비스 점검 중입니다</h1><p>잠시 후 다시 이용해 주시기 바랍니다.</p></body></html>
"""


def no_fault(_environment: str) -> Fault:
    """Return a fault that lets every request pass."""
    return lambda _request: None


def always_respond(response: Response) -> FaultFactory:
    """Return a factory of faults that answer every request with `response`."""
    return lambda _environment: lambda _request: response


def refuse_tokens(code: str) -> FaultFactory:
    """Return a factory of faults that refuse token requests with `code`."""
    response = error_response(code)
    return lambda _environment: lambda request: response if request.path == TOKEN_PATH else None


def wrong_environment(environment: str) -> Fault:
    """Return a fault that reports an app key of the other environment."""
    response = error_response("EGW02007" if environment == "paper" else "EGW02004")
    return lambda _request: response


def fail_next_page(_environment: str) -> Fault:
    """Return a fault that lets the first page pass and refuses the following ones."""
    response = error_response("EGW00203")
    return lambda request: response if request.is_continuation else None


def rate_limit_every_second(_environment: str) -> Fault:
    """Return a fault that refuses every second request with EGW00201 and EGW00215 in turn."""
    request_numbers, codes = count(1), cycle(("EGW00201", "EGW00215"))
    return lambda _request: None if next(request_numbers) % 2 else error_response(next(codes))


def garbled_body(_environment: str) -> Fault:
    """Return a fault that answers with truncated JSON and with invalid UTF-8 in turn."""
    bodies = cycle(
        (b'{"rt_cd":"0","msg_cd":"KIOK0510","output1":[{"pdno":"0059', b'{"msg1":"\xb0\xa1')
    )
    return lambda _request: Response(body=next(bodies))


def data_changed_once(_environment: str) -> Fault:
    """Return a fault that reports changed data (SYDB0050) once per balance."""
    return _DataChangedOnce()


class _DataChangedOnce:
    """Refuses the second page once; a first page after the refusal is taken as the restart."""

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
    """Return a fault that answers with a gzip body of 64 KB that expands to 64 MB."""
    response = body_writers.gzip_bomb(64)
    return lambda _request: response
