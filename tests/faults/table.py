"""The table of faults: what KIS, or what stands between, does; what kistui promises to do then."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kistui.errors import (
    AccountRejectedError,
    DataChangedError,
    DisconnectedError,
    AppKeyRejectedError,
    KistuiError,
    MalformedResponseError,
    PaginationError,
    PermissionDeniedError,
    ProductRejectedError,
    RateLimitedError,
    ApiError,
    RequestRejectedError,
    AppSecretRejectedError,
    ServiceUnavailableError,
    TemporaryServerError,
    RequestTimeoutError,
    TokenExpiredError,
    TokenInvalidError,
    RejectedTokenReissuedError,
    TokenCooldownError,
    WrongEnvironmentError,
)
from kistui.simulator import Reply, manners, refusal
from kistui.simulator.faults import DOWN
from tests.faults.promises import PROMISES, Promise, Reaction
from tests.support import ROW, SUMMARY, body

BALANCE, TOKEN = "inquire-balance", "tokenP"
HASTY = 0.2
"""Seconds an answer may take where the fault is that it does not come."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One row. `reply` is given for as long as the fault lasts, at the call whose path ends `at`.

    `error` is what is said in the end, `None` where the figures come all the same; `where` is the
    field it names. `asks` is how often the call is made, where that is not what is promised for
    every such error. It begins `hours` after the last good answer; it is `hasty` where time has to
    run out. `seen` rows are run through the app too.
    """

    name: str
    reply: Reply
    error: type[KistuiError] | None
    at: str = BALANCE
    where: str = ""
    asks: int | None = None
    hours: float = 0
    hasty: bool = False
    seen: bool = False

    @property
    def promise(self) -> Promise | None:
        return PROMISES[self.error] if self.error else None

    @property
    def reaction(self) -> Reaction:
        return self.promise.reaction if self.promise else Reaction.PASS

    @property
    def most_asks(self) -> int:
        """How often KIS is asked at this path before it is said."""
        if self.asks is not None:
            return self.asks
        if self.promise is None or (self.at == TOKEN and self.error is not TokenCooldownError):
            return 1
        return self.promise.asks

    @property
    def title(self) -> str:
        return self.promise.korean if self.promise else ""


def code(error: type[KistuiError], at: str, *codes: str) -> list[Fault]:
    """Rows for KIS's codes; the first of them is run through the app too."""
    return [
        Fault(
            name=each or "no code", reply=refusal(each), error=error, at=at, seen=each == codes[0]
        )
        for each in codes
    ]


def row(name: str, error: type[KistuiError] | None, reply: Reply, **more: Any) -> Fault:
    return Fault(name=name, error=error, reply=reply, **more)


def sent(text: str | bytes, **more: Any) -> Reply:
    return Reply(body=text.encode() if isinstance(text, str) else text, **more)


def figures(changes: Mapping[str, Any] | None = None, **envelope: Any) -> Reply:
    """A balance of one row, some of it changed."""
    return sent(json.dumps(body([ROW | dict(changes or {})], **envelope)))


def written(key: str, value: str) -> Reply:
    """A balance of one row with a value that `json.dumps` would not write."""
    text = json.dumps(body([ROW | {key: "?here?"}]))
    return sent(text.replace('"?here?"', value))


GOOD = json.dumps(body([ROW]))
MORE = {"tr_cont": "M"}
HTML = {"content-type": "text/html; charset=utf-8"}
PAGES = ("a" * 100, "b" * 100)

CODES = [
    *code(TemporaryServerError, BALANCE, "EGW00001", "EGW00002", "EGW00202", "EGW00203", "EGW00300"),
    *code(TemporaryServerError, BALANCE, "", "EGW00301", "EGW00302", "OPSQ0001", "OPSQ1002", "OPSQ2003"),
    *code(TemporaryServerError, BALANCE, "OPSQ3001", "OPSQ3002", "OPSQ3004"),
    *code(RateLimitedError, BALANCE, "EGW00201", "EGW00215", "OPSQ0010", "OPSQ0011"),
    *code(PermissionDeniedError, BALANCE, "EGW00003", "EGW00004", "EGW00206", "EGW00207", "EGW00210"),
    *code(PermissionDeniedError, BALANCE, "EGW00303"),
    *code(AppKeyRejectedError, TOKEN, "EGW00102", "EGW00103"),
    *code(AppSecretRejectedError, TOKEN, "EGW00104", "EGW00105"),
    *code(AppSecretRejectedError, BALANCE, "EGW00304"),
    *code(WrongEnvironmentError, BALANCE, "EGW02004", "EGW02006", "EGW02007", "EGW00213", "IGW00002"),
    *code(AccountRejectedError, BALANCE, "OPSQ2000", "MCA00124", "APBK1271"),
    *code(ProductRejectedError, BALANCE, "APAC0489"),
    *code(RejectedTokenReissuedError, BALANCE, "EGW00121", "EGW00122", "EGW00123"),
    *(
        row(f"{each} after six hours", error, refusal(each), hours=7, seen=each != "EGW00122")
        for each, error in (
            ("EGW00121", TokenInvalidError), ("EGW00122", TokenInvalidError), ("EGW00123", TokenExpiredError)
        )
    ),
    *code(TokenCooldownError, TOKEN, "EGW00133"),
    *code(RequestRejectedError, TOKEN, "EGW00101", "EGW00112", "EGW00115", "EGW00116"),
    *code(RequestRejectedError, BALANCE, "OPSQ0002", "OPSQ2001", "OPSQ2002", "IGW00007"),
    *code(RequestRejectedError, BALANCE, "EGW00131", "EGW00132", "EGW00205", "EGW00208", "EGW00209"),
    *code(RequestRejectedError, BALANCE, "OPSQ9995", "OPSQ9996", "OPSQ9997", "OPSQ9998", "OPSQ9999"),
    *code(ApiError, BALANCE, "EGW00204", "EGW00124", "EGW00211", "EGW00130", "40310000"),
    *code(ApiError, TOKEN, "EGW00106", "EGW00114"),
    *code(TemporaryServerError, TOKEN, "EGW00002"),
    *code(DataChangedError, BALANCE, "SYDB0050"),
    row("a code KIS has never had", ApiError,
        sent('{"rt_cd":"7","msg_cd":"ZZZZ9999","msg1":"새로운 거절"}')),
    row("a code with the other status", RateLimitedError, refusal("EGW00201", status=200)),
    row("429 without a code", RateLimitedError, sent('{"rt_cd":"1"}', status=429)),
    row("a code of 1 MB", ApiError, sent('{"rt_cd":"1","msg_cd":"%s","msg1":"x"}' % ("A" * 2**20))),
    row("a sentence of 1 MB", ApiError, seen=True,
        reply=sent('{"rt_cd":"1","msg_cd":"ZZZZ9999","msg1":"%s"}' % ("나" * 2**20))),
    row("a sentence of escapes", ApiError, seen=True,
        reply=sent(r'{"rt_cd":"1","msg_cd":"Z\u001b[2J","msg1":"\u001b]52;c;x\u0007[b]\ud800"}')),
    row("codes that are no text", TemporaryServerError, sent('{"rt_cd":"1","msg_cd":null,"msg1":[[["x"]]]}')),
    row("a flag that is a list", MalformedResponseError, sent('{"rt_cd":["0"],"output1":[]}'), where="rt_cd"),
    row("no flag", MalformedResponseError, sent('{"output1":[]}'), where="rt_cd"),
]  # fmt: skip

CONNECTION = [
    row("closed before the answer", DisconnectedError, Reply(cut="before"), seen=True),
    row("closed in the middle", DisconnectedError, sent(GOOD, cut="during"), seen=True),
    row("reset before the answer", DisconnectedError, Reply(cut="before", is_reset=True), seen=True),
    row("reset in the middle", DisconnectedError, sent(GOOD, cut="during", is_reset=True)),
    row("no answer", RequestTimeoutError, Reply(delay=60), hasty=True, seen=True),
    row("a byte now and then", RequestTimeoutError, sent(GOOD, manner=manners.trickled(1, 0.02)), hasty=True),
    row("a length too long", DisconnectedError, sent(GOOD, manner=manners.declared(len(GOOD) * 2))),
    row("a length too short", ServiceUnavailableError, sent(GOOD, manner=manners.declared(50)), seen=True),
    row("a length that is none", DisconnectedError,
        sent(b"", manner=manners.raw(b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n{}"))),
    row("two lengths", DisconnectedError,
        sent(b"", manner=manners.raw(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3"
                                     b"\r\n\r\n{}x"))),
    row("not HTTP", DisconnectedError, Reply(manner=manners.raw(b"SSH-2.0-OpenSSH_9.6\r\n"))),
    row("headers without end", DisconnectedError, Reply(manner=manners.endless_head)),
    row("chunks", None, sent(GOOD, manner=manners.chunked(7))),
    row("chunks that break", DisconnectedError, sent(GOOD, manner=manners.broken_chunks), seen=True),
    row("the token's answer never came", DisconnectedError, Reply(cut="before"), at=TOKEN, seen=True),
    row("the token's answer was reset", DisconnectedError, Reply(cut="before", is_reset=True), at=TOKEN),
    row("no answer for a token", RequestTimeoutError, Reply(delay=60), at=TOKEN, hasty=True),
]  # fmt: skip

BODIES = [
    row("a page in HTML", ServiceUnavailableError, DOWN, seen=True),
    row("a page in HTML, 200", ServiceUnavailableError, sent("<html>점검</html>", headers=HTML)),
    row("a page in HTML for a token", ServiceUnavailableError, DOWN, at=TOKEN, seen=True),
    row("nothing", ServiceUnavailableError, Reply(), seen=True),
    row("nothing, 204", ServiceUnavailableError, Reply(status=204)),
    row("not UTF-8", ServiceUnavailableError, sent(GOOD.replace("\\uc0bc", "삼").encode("euc-kr"))),
    row("half of it, well framed", ServiceUnavailableError, sent(GOOD[:500])),
    row("two answers in one", ServiceUnavailableError, sent(GOOD + GOOD)),
    row("a list", ServiceUnavailableError, sent("[1]")),
    row("nested without end", ServiceUnavailableError, sent('{"rt_cd":"0","a":' + "[" * 100_000)),
    row("a number nested in lists", MalformedResponseError, written("hldg_qty", "[" * 500 + "]" * 500),
        where="hldg_qty"),
    row("50 MB", MalformedResponseError, Reply(manner=manners.swollen(50)), where="body", seen=True),
    row("chunks without end", MalformedResponseError, Reply(manner=manners.endless_chunks), where="body",
        seen=True),
    row("a bomb of gzip", MalformedResponseError, manners.bomb(50), where="body", seen=True),
    row("a bomb in layers", MalformedResponseError, manners.bomb(50, layers=2), where="content-encoding"),
    row("gzip that is none", MalformedResponseError, sent("zz", headers={"content-encoding": "gzip"}),
        where="content-encoding"),
    row("an encoding not asked for", MalformedResponseError, sent(GOOD, headers={"content-encoding": "br"}),
        where="content-encoding"),
    row("a BOM", None, sent(b"\xef\xbb\xbf" + GOOD.encode())),
    row("another content type", None, sent(GOOD, headers={"content-type": "text/plain"})),
    row("a success with status 500", None, sent(GOOD, status=500)),
]  # fmt: skip

FIELDS = [
    row("a row that is a list", MalformedResponseError, sent(json.dumps(body([[1]]))), where="output1"),  # type: ignore[list-item]
    row("rows that are a number", MalformedResponseError, figures(output1=7), where="output1"),
    row("rows that are null", MalformedResponseError, figures(output1=None), where="output1", seen=True),
    row("a success without anything", MalformedResponseError, sent('{"rt_cd":"0","msg_cd":"KIOK0510"}'),
        where="output1", seen=True),
    row("a success without rows", MalformedResponseError,
        sent(json.dumps({"rt_cd": "0", "output2": [SUMMARY]})), where="output1"),
    row("a summary that is text", MalformedResponseError, figures(output2="5000000"), where="output2"),
    row("NaN", MalformedResponseError, written("hldg_qty", "NaN"), where="hldg_qty"),
    row("Infinity", MalformedResponseError, written("prpr", "-Infinity"), where="prpr"),
    row("1e999", MalformedResponseError, figures({"evlu_amt": "1e999"}), where="evlu_amt", seen=True),
    row("1e999 as a number", MalformedResponseError, written("evlu_amt", "1e999"), where="evlu_amt"),
    row("a number of 400 digits", MalformedResponseError, written("evlu_amt", "1" + "0" * 400),
        where="evlu_amt"),
    row("a number of 5,000 digits", ServiceUnavailableError, written("evlu_amt", "1" * 5000)),
    row("text of 400 digits", MalformedResponseError, figures({"evlu_amt": "9" * 400}), where="evlu_amt"),
    row("full-width digits", MalformedResponseError, figures({"hldg_qty": "１０"}), where="hldg_qty"),
    row("Arabic digits", MalformedResponseError, figures({"hldg_qty": "١٠"}), where="hldg_qty"),
    row("commas", MalformedResponseError, figures({"evlu_amt": "750,000"}), where="evlu_amt"),
    row("a day that is none", MalformedResponseError, figures({"loan_dt": "20260230"}), where="loan_dt"),
    row("half a share", MalformedResponseError, figures({"hldg_qty": "0.5"}), where="hldg_qty"),
    row("a minus before zero", None, figures({"bfdy_cprs_icdc": "-0", "fltt_rt": "-0.00"}),
        seen=True),
    row("a blank", None, figures({"hldg_qty": "", "prpr": "  "})),
    row("null", None, figures({"hldg_qty": None, "prdt_name": None})),
    row("numbers that are numbers", None, figures({"hldg_qty": 10, "prpr": 75000.5})),
    row("the largest number", None, figures({"evlu_amt": "9" * 19}), seen=True),
    row("fields it does not know", None, figures({"new": [float("nan")]}, output3={"x": [1]})),
    row("fields it misses", None, sent(json.dumps(body([{"pdno": "005930"}], output2=[]))),
        seen=True),
    row("a name of 1 MB", None, figures({"prdt_name": "가" * 2**20}), seen=True),
    row("a name of 5,000 digits", None, figures({"prdt_name": "1" * 5000}), seen=True),
    row("a name of surrogates", None, figures({"prdt_name": "\ud800\u202e삼성"})),
]  # fmt: skip

PAGING = [
    row("the same page for ever", PaginationError, seen=True,
        reply=figures(ctx_area_nk100=PAGES[0]) and Reply(
            body=figures(ctx_area_nk100=PAGES[0]).body, headers=MORE)),
    row("a page without rows, and more to come", PaginationError, asks=1,
        reply=sent(json.dumps(body([], ctx_area_nk100=PAGES[0])), headers=MORE)),
    row("more to come and no key", None, sent(GOOD, headers=MORE)),
    row("a key that is a list", MalformedResponseError, where="ctx_area_nk100",
        reply=sent(json.dumps(body([ROW], ctx_area_nk100=["a"])), headers=MORE)),
    row("a key of lone surrogates", MalformedResponseError, where="ctx_area_nk100",
        reply=sent(json.dumps(body([ROW], ctx_area_nk100="\ud800")), headers=MORE)),
    row("a key of 1 MB", MalformedResponseError, where="ctx_area_nk100",
        reply=sent(json.dumps(body([ROW], ctx_area_nk100="k" * 2**20)), headers=MORE)),
    row("a mark KIS has never had", None, sent(GOOD, headers={"tr_cont": "X"})),
]  # fmt: skip

ANSWERS = [
    *(
        row(f"sent elsewhere, {status}", ServiceUnavailableError,
            Reply(status=status, headers={"location": "{elsewhere}"}), at=at, seen=status == 302)
        for status in (301, 302, 303, 307, 308) for at in (BALANCE, TOKEN)
    ),
    *(
        row(f"the server's clock: {date}", None, sent(GOOD, headers={"date": date}))
        for date in ("Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT",
                     "Mon, 01 Jan 0001 00:00:00 GMT", "Mon, 23 Nov 2026 06:32:07 GMT", "soon", "",
                     "Mon, 23 Nov 2026 01:32:07 +99999999999999999999", "١ Nov 2026".encode()
                     .decode("latin-1"))
    ),
    *(
        row(f"no token: {name}", MalformedResponseError, sent(text), at=TOKEN, where=where)
        for name, text, where in (
            ("nothing", "{}", "access_token"),
            ("a number", '{"access_token": 5}', "access_token"),
            ("two lines", r'{"access_token": "a\r\nX: 1"}', "access_token"),
            ("1 MB", '{"access_token": "%s"}' % ("e" * 2**20), "access_token"),
            ("without an end", '{"access_token": "e"}', "access_token_token_expired"),
            ("ended long ago", '{"access_token": "e", "access_token_token_expired": '
             '"0001-01-01 00:00:00"}', "access_token_token_expired"),
            ("an end in lists", '{"access_token": "e", "access_token_token_expired": '
             + "[" * 900 + "]" * 900 + "}", "access_token_token_expired"),
        )
    ),
]  # fmt: skip


def _first_of(error: type[KistuiError] | None) -> Fault:
    return next(fault for fault in CODES if fault.seen and fault.error is error)


FAULTS: list[Fault] = [*CODES, *CONNECTION, *BODIES, *FIELDS, *PAGING, *ANSWERS]
SEEN = [
    fault
    for fault in FAULTS
    # Of the codes that mean the same, one.
    if fault.seen and (fault not in CODES or fault == _first_of(fault.error))
]


def label(fault: Fault) -> str:
    return f"{fault.name} at {fault.at}"
