"""Responses in KIS's format, errors included."""

import json
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct, field

from kistui.simulator.error_codes import ERROR_SPECS, ErrorSpec

MESSAGE_WIDTH = 80
"""Bytes in EUC-KR to which KIS pads the messages of account services."""

MESSAGES = {
    "KIOK0500": "조회가 계속됩니다..다음버튼을 Click 하십시오.",
    "KIOK0460": "조회 되었습니다. (마지막 자료)",
    "KIOK0510": "조회가 완료되었습니다",
    "KIOK0560": "조회할 내용이 없습니다",
    "20310000": "모의투자 조회가 완료되었습니다.",
    "70070000": "모의투자 조회할 내역(자료)이 없습니다.",
}

WriteStep = bytes | float
"""Bytes to send, or seconds to wait."""
BodyWriter = Callable[["Response"], Iterator[WriteStep]]


class Response(Struct, frozen=True, kw_only=True):
    """A response; `delay` is in seconds before it.

    `disconnect` is "" for a complete response, "before" to close the connection without one, or
    "during" to send half of the declared body; `resets_connection` closes with an RST.
    `body_writer` sends head and body in another way, see `body_writers`.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    disconnect: str = ""
    resets_connection: bool = False
    body_writer: BodyWriter | None = None

    def __repr__(self) -> str:
        """Return the status; the body may hold a token."""
        return f"<Response {self.status} disconnect={self.disconnect!r}>"

    def __post_init__(self) -> None:
        if self.disconnect not in {"", "before", "during"}:
            raise ValueError(f"disconnect is '', 'before' or 'during', not {self.disconnect!r}")


def json_response(
    content: Mapping[str, object], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a JSON response in UTF-8, with Hangul unescaped as KIS writes it."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(status=status, body=text.encode(), headers=headers or {})


def success_response(
    code: str, content: Mapping[str, object], *, headers: Mapping[str, str] | None = None
) -> Response:
    """Return `content` with `rt_cd` 0 and the message of `code`."""
    status_fields = {"rt_cd": "0", "msg_cd": code, "msg1": pad_message(MESSAGES[code])}
    return json_response({**content, **status_fields}, headers=headers)


def invalid_param(name: str) -> Response:
    """Return the error for a parameter with an invalid value."""
    return error_response("OPSQ2001", f"ERROR : INPUT INVALID_CHECK_{name}")


def missing_param(name: str) -> Response:
    """Return the error for a missing parameter."""
    return error_response("OPSQ2001", f"ERROR : INPUT FIELD NOT FOUND / {name}")


def error_response(code: str, text: str | None = None, status: int | None = None) -> Response:
    """Return an error in KIS's format for its status: 403 OAuth, 200 account, else gateway.

    Status and text default to those in `ERROR_SPECS`; raises KeyError for an unknown code without
    a text.
    """
    spec = ERROR_SPECS[code] if text is None else ERROR_SPECS.get(code, ErrorSpec(200, text))
    status = spec.status if status is None else status
    text = spec.message if text is None else text
    if status == 403:
        return json_response({"error_description": text, "error_code": code}, status=status)
    if status == 200:
        return json_response({"rt_cd": "1", "msg_cd": code, "msg1": pad_message(text)})
    return json_response(
        {"rt_cd": "1", "msg1": text, "msg_cd": code, "message": code}, status=status
    )


def pad_message(message: str) -> str:
    """Return the message padded with blanks as KIS does."""
    return message + " " * (MESSAGE_WIDTH - len(message.encode("euc-kr", "replace")))
