"""Answers: their shape on the wire, refusals included."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from kistui.simulator.refusals import REFUSALS, Refusal

MESSAGE_WIDTH = 80
"""Ledger messages are padded to this many bytes, counted in EUC-KR."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer; `delay` in seconds before it.

    `cut` is "" for a whole answer, "before" to close the connection without one, "during" to
    declare the whole length, send half and close. The body may hold a token: it is in no repr.
    """

    status: int = 200
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: str = ""

    def __post_init__(self) -> None:
        if self.cut not in {"", "before", "during"}:
            raise ValueError(f"cut is '', 'before' or 'during', not {self.cut!r}")


def json_reply(
    content: Mapping[str, object], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Reply:
    """A JSON body in UTF-8, Hangul unescaped as KIS writes it."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Reply(status=status, body=text.encode(), headers=headers or {})


def refusal(code: str, text: str | None = None, status: int | None = None) -> Reply:
    """A refusal in KIS's shape for its status: 403 OAuth, 200 business, else gateway.

    Status and text come from the table; raises KeyError for a code not in it without a text.
    """
    usual = REFUSALS[code] if text is None else REFUSALS.get(code, Refusal(200, text))
    status = usual.status if status is None else status
    text = usual.text if text is None else text
    if status == 403:
        return json_reply({"error_description": text, "error_code": code}, status=status)
    if status == 200:
        return json_reply({"rt_cd": "1", "msg_cd": code, "msg1": padded(text)})
    return json_reply({"rt_cd": "1", "msg1": text, "msg_cd": code, "message": code}, status=status)


def padded(message: str) -> str:
    """A ledger message with the blanks the ledger adds."""
    return message + " " * (MESSAGE_WIDTH - len(message.encode("euc-kr", "replace")))
