"""Collects the log record of a call while it runs, and nothing else of its content."""

from collections.abc import Iterable, Mapping
from time import monotonic as system_monotonic
from typing import Any

from kistui.client.endpoints import Endpoint
from kistui.client.error_codes import LONGEST_CODE
from kistui.client.response_parsing import text_value
from kistui.clock import Clock
from kistui.errors import ApiError, KistuiError
from kistui.models.calls import (
    NO_WAIT,
    OUTCOME_CANCELLED,
    OUTCOME_INTERNAL_ERROR,
    OUTCOME_OK,
    CallRecord,
    OnCall,
    RateLimitWait,
)
from kistui.models.text import clean_text, mask_secrets

MAX_CODE_LENGTH, MAX_MESSAGE_LENGTH = 20, 200
MIN_SECRET_LENGTH = 8
"""Characters; shorter values that were sent (`01`, `N`) are no secrets."""
_TRACE_STAGES = {
    "connection.connect_tcp": "tcp",
    "connection.start_tls": "tls",
    "proxy.connect_tcp": "proxy",
    "http11.receive_response_headers": "head",
}


class CallRecorder:
    """Collects a `CallRecord`; `finish` passes it to `on_call`, once."""

    def __init__(
        self,
        endpoint: Endpoint,
        tr_id: str | None,
        on_call: OnCall,
        clock: Clock,
        *,
        page: int = 1,
        attempt: int = 1,
        rate_limit_wait: RateLimitWait = NO_WAIT,
    ) -> None:
        self._endpoint = endpoint
        self._tr_id = tr_id or ""
        self._on_call = on_call
        self._started_at, self._started = clock(), system_monotonic()
        self._page, self._attempt, self._rate_limit_wait = page, attempt, rate_limit_wait
        self._secrets: frozenset[str] = frozenset()
        self._parameters: tuple[str, ...] = ()
        self._tr_cont = ("", "")
        self._codes = ("", "")
        self._stage_starts: dict[str, float] = {}
        self._stages: list[tuple[str, float]] = []
        self.status: int | None = None
        self.response_size: int | None = None
        self.unreadable_fields: tuple[str, ...] = ()

    def on_request(self, headers: Mapping[str, str], fields: Mapping[str, str]) -> None:
        """Record the names of the parameters, and their values to mask them later."""
        self._parameters = tuple(fields)
        self._tr_cont = (headers.get("tr_cont", ""), "")
        self._secrets = frozenset(_sent_secrets((*headers.values(), *fields.values())))

    def on_response(self, tr_cont: str, body: Mapping[str, Any]) -> None:
        """Record the codes of the response."""
        self._tr_cont = (self._tr_cont[0], tr_cont)
        code = text_value(body, "msg_cd") or text_value(body, "error_code")
        self._codes = (text_value(body, "rt_cd"), code)

    async def trace(self, event: str, _info: object) -> None:
        """Trace hook of the HTTP library: time the stages and ignore their content."""
        stage, _, state = event.rpartition(".")
        name = _TRACE_STAGES.get(stage)
        if name is None:
            return
        if state == "started":
            self._stage_starts[name] = system_monotonic()
        elif name in self._stage_starts:
            self._stages.append((name, system_monotonic() - self._stage_starts.pop(name)))

    def finish(self, error: BaseException | None = None, retry_after: float | None = None) -> None:
        """Report the call as ended, successfully or in `error`."""
        rt_cd, msg_cd = self._codes
        text = error.text if isinstance(error, ApiError) else ""
        self._on_call(
            CallRecord(
                started_at=self._started_at,
                name=self._endpoint.name,
                method=self._endpoint.method,
                path=self._endpoint.path,
                tr_id=self._tr_id,
                outcome=_outcome(error),
                duration=system_monotonic() - self._started,
                rate_limit_wait=self._rate_limit_wait,
                page=self._page,
                attempt=self._attempt,
                retry_after=retry_after,
                status=self.status,
                response_size=self.response_size,
                rt_cd=self._sanitize_code(rt_cd),
                msg_cd=self._sanitize_code(msg_cd),
                server_message=self._sanitize(text, MAX_MESSAGE_LENGTH),
                parameter_names=self._parameters,
                unreadable_fields=self.unreadable_fields,
                continuation=self._sanitize(
                    ">".join(map(str.strip, self._tr_cont)), MAX_CODE_LENGTH
                ),
                connection_timings=tuple(self._stages),
            )
        )

    def _sanitize_code(self, raw: str) -> str:
        """Return a code; KIS's codes may be as long as an account number: 70070000."""
        code = clean_text(raw)
        if len(code) <= LONGEST_CODE and code not in self._secrets:
            return code
        return self._sanitize(code, MAX_CODE_LENGTH)

    def _sanitize(self, raw: str, max_length: int) -> str:
        return mask_secrets(clean_text(raw), self._secrets)[:max_length]


def _sent_secrets(raw: Iterable[str]) -> Iterable[str]:
    for value in raw:
        secret = value.strip().removeprefix("Bearer ")
        if len(secret) >= MIN_SECRET_LENGTH:
            yield secret


def _outcome(error: BaseException | None) -> str:
    match error:
        case None:
            return OUTCOME_OK
        case KistuiError():
            return error.slug
        case Exception():
            return OUTCOME_INTERNAL_ERROR
        case _:
            return OUTCOME_CANCELLED
