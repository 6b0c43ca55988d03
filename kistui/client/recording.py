"""A call while it lasts: what the log will hold of it, and nothing else of what passes here."""

from collections.abc import Iterable, Mapping
from time import monotonic as system_monotonic
from typing import Any

from kistui.client.endpoints import Endpoint
from kistui.clock import Clock
from kistui.errors import KistuiError, Refused
from kistui.model.log import BROKEN, CANCELLED, GOOD, NO_WAIT, Call, OnCall, Waited
from kistui.model.masking import masked
from kistui.model.text import clean_text

LONGEST_CODE, LONGEST_TEXT = 20, 200
SECRET_FROM = 8
"""Characters; what is shorter of what was sent (`01`, `N`) tells nothing."""
_STAGES = {
    "connection.connect_tcp": "tcp",
    "connection.start_tls": "tls",
    "proxy.connect_tcp": "proxy",
    "http11.receive_response_headers": "head",
}


class Draft:
    """A record that fills as the call goes on; `end` tells `on_call` of it, once."""

    def __init__(
        self,
        endpoint: Endpoint,
        tr_id: str | None,
        on_call: OnCall,
        clock: Clock,
        *,
        page: int = 1,
        attempt: int = 1,
        waited: Waited = NO_WAIT,
    ) -> None:
        self._endpoint = endpoint
        self._tr_id = tr_id or ""
        self._on_call = on_call
        self._at, self._started = clock(), system_monotonic()
        self._page, self._attempt, self._waited = page, attempt, waited
        self._sent: frozenset[str] = frozenset()
        self._parameters: tuple[str, ...] = ()
        self._mark = ("", "")
        self._codes = ("", "")
        self._began: dict[str, float] = {}
        self._stages: list[tuple[str, float]] = []
        self.status: int | None = None
        self.size: int | None = None

    def sends(self, headers: Mapping[str, str], fields: Mapping[str, str]) -> None:
        """What goes out: of it the names are kept, and the values to know them again."""
        self._parameters = tuple(fields)
        self._mark = (headers.get("tr_cont", ""), "")
        self._sent = frozenset(_values((*headers.values(), *fields.values())))

    def received(self, tr_cont: str, body: Mapping[str, Any]) -> None:
        """What came back: of it the codes are kept."""
        self._mark = (self._mark[0], tr_cont)
        code = body.get("msg_cd") or body.get("error_code") or ""
        self._codes = (str(body.get("rt_cd", "")), str(code))

    async def trace(self, event: str, _info: object) -> None:
        """For the HTTP library: which stage began or ended. What it holds is not looked at."""
        stage, _, state = event.rpartition(".")
        name = _STAGES.get(stage)
        if name is None:
            return
        if state == "started":
            self._began[name] = system_monotonic()
        elif name in self._began:
            self._stages.append((name, system_monotonic() - self._began.pop(name)))

    def end(self, error: BaseException | None = None, again_in: float | None = None) -> None:
        """It has ended, well or in `error`."""
        rt_cd, msg_cd = self._codes
        text = error.text if isinstance(error, Refused) else ""
        self._on_call(
            Call(
                at=self._at,
                name=self._endpoint.name,
                method=self._endpoint.method,
                path=self._endpoint.path,
                tr_id=self._tr_id,
                outcome=_outcome(error),
                duration=system_monotonic() - self._started,
                waited=self._waited,
                page=self._page,
                attempt=self._attempt,
                again_in=again_in,
                status=self.status,
                size=self.size,
                rt_cd=self._safe(rt_cd, LONGEST_CODE),
                msg_cd=self._safe(msg_cd, LONGEST_CODE),
                said=self._safe(text, LONGEST_TEXT),
                parameters=self._parameters,
                continuation=self._safe(">".join(map(str.strip, self._mark)), LONGEST_CODE),
                stages=tuple(self._stages),
            )
        )

    def _safe(self, raw: str, longest: int) -> str:
        return masked(clean_text(raw), self._sent)[:longest]


def _values(raw: Iterable[str]) -> Iterable[str]:
    for value in raw:
        bare = value.strip().removeprefix("Bearer ")
        if len(bare) >= SECRET_FROM:
            yield bare


def _outcome(error: BaseException | None) -> str:
    match error:
        case None:
            return GOOD
        case KistuiError():
            return error.word
        case Exception():
            return BROKEN
        case _:
            return CANCELLED
