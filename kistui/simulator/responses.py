"""Answers: their shape on the wire, refusals included."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from kistui.simulator.error_codes import ERROR_SPECS, ErrorSpec

MESSAGE_WIDTH = 80
"""Ledger messages are padded to this many bytes, counted in EUC-KR."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer; `delay` in seconds before it.

    `cut` is "" for a whole answer, "before" to close the connection without one, "during" to
    declare the whole length, send half and close; `is_reset` closes it with an RST. `manner` is how
    the bytes leave where it is not as they should, of `manners`. The body may hold a token: it is
    in no repr.
    """

    status: int = 200
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    disconnect: str = ""
    resets_connection: bool = False
    body_writer: BodyWriter | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.disconnect not in {"", "before", "during"}:
            raise ValueError(f"cut is '', 'before' or 'during', not {self.disconnect!r}")


def json_response(
    content: Mapping[str, object], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A JSON body in UTF-8, Hangul unescaped as KIS writes it."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(status=status, body=text.encode(), headers=headers or {})


def success_response(
    code: str, content: Mapping[str, object], *, headers: Mapping[str, str] | None = None
) -> Response:
    """What was asked for, and the ledger's word that it is so."""
    said = {"rt_cd": "0", "msg_cd": code, "msg1": pad_message(MESSAGES[code])}
    return json_response({**content, **said}, headers=headers)


def invalid_param(name: str) -> Response:
    """A field of the query that has a value the ledger does not take."""
    return error_response("OPSQ2001", f"ERROR : INPUT INVALID_CHECK_{name}")


def missing_param(name: str) -> Response:
    """A field that the query lacks."""
    return error_response("OPSQ2001", f"ERROR : INPUT FIELD NOT FOUND / {name}")


def error_response(code: str, text: str | None = None, status: int | None = None) -> Response:
    """A refusal in KIS's shape for its status: 403 OAuth, 200 business, else gateway.

    Status and text come from the table; raises KeyError for a code not in it without a text.
    """
    usual = ERROR_SPECS[code] if text is None else ERROR_SPECS.get(code, ErrorSpec(200, text))
    status = usual.status if status is None else status
    text = usual.message if text is None else text
    if status == 403:
        return json_response({"error_description": text, "error_code": code}, status=status)
    if status == 200:
        return json_response({"rt_cd": "1", "msg_cd": code, "msg1": pad_message(text)})
    return json_response(
        {"rt_cd": "1", "msg1": text, "msg_cd": code, "message": code}, status=status
    )


def pad_message(message: str) -> str:
    """A ledger message with the blanks the ledger adds."""
    return message + " " * (MESSAGE_WIDTH - len(message.encode("euc-kr", "replace")))
