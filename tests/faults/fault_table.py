"""The table of faults: responses of KIS or an intermediary, and kistui's expected reaction."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kistui.errors import (
    AccountRejectedError,
    ApiError,
    AppKeyRejectedError,
    AppSecretRejectedError,
    DataChangedError,
    DisconnectedError,
    KistuiError,
    MalformedResponseError,
    PaginationError,
    PermissionDeniedError,
    ProductRejectedError,
    RateLimitedError,
    RejectedTokenReissuedError,
    RequestRejectedError,
    RequestTimeoutError,
    ServiceUnavailableError,
    TemporaryServerError,
    TokenCooldownError,
    TokenExpiredError,
    TokenInvalidError,
    WrongEnvironmentError,
)
from kistui.simulator import Response, body_writers, error_response
from kistui.simulator.scenes import MAINTENANCE_RESPONSE
from tests.faults.expectations import EXPECTATIONS, Expectation, Reaction
from tests.support import BALANCE_ROW, BALANCE_SUMMARY, balance_body

BALANCE_PATH, TOKEN_PATH = "inquire-balance", "tokenP"
SHORT_TIMEOUT = 0.2
"""Read timeout in seconds for faults in which no response comes."""


@dataclass(frozen=True, kw_only=True)
class FaultCase:
    """One row: `reply` answers requests whose path ends with `path_suffix` while the fault lasts.

    `error` is the reported error, None where the balance is shown anyway; `error_field` is the
    field it names. `request_count` overrides the number of requests expected for the error. The
    fault begins `hours_after` the last valid response; with `has_short_timeout` the read timeout is
    short. `in_app` rows are run through the app too.
    """

    name: str
    reply: Response
    error: type[KistuiError] | None
    path_suffix: str = BALANCE_PATH
    error_field: str = ""
    request_count: int | None = None
    hours_after: float = 0
    has_short_timeout: bool = False
    in_app: bool = False

    @property
    def expectation(self) -> Expectation | None:
        return EXPECTATIONS[self.error] if self.error else None

    @property
    def reaction(self) -> Reaction:
        return self.expectation.reaction if self.expectation else Reaction.SHOW_BALANCE

    @property
    def max_requests(self) -> int:
        """Return the number of requests to this path before the error is reported."""
        if self.request_count is not None:
            return self.request_count
        if self.expectation is None or (
            self.path_suffix == TOKEN_PATH and self.error is not TokenCooldownError
        ):
            return 1
        return self.expectation.request_count

    @property
    def title(self) -> str:
        return self.expectation.korean_title if self.expectation else ""


def cases_for_codes(error: type[KistuiError], path_suffix: str, *codes: str) -> list[FaultCase]:
    """Return rows for error codes of KIS; the first one is run through the app too."""
    return [
        FaultCase(
            name=code or "no code",
            reply=error_response(code),
            error=error,
            path_suffix=path_suffix,
            in_app=code == codes[0],
        )
        for code in codes
    ]


def fault_case(
    name: str, error: type[KistuiError] | None, reply: Response, **overrides: Any
) -> FaultCase:
    return FaultCase(name=name, error=error, reply=reply, **overrides)


def raw_response(text: str | bytes, **fields: Any) -> Response:
    return Response(body=text.encode() if isinstance(text, str) else text, **fields)


def balance_response(changes: Mapping[str, Any] | None = None, **envelope: Any) -> Response:
    """Return a balance response of one row with these fields changed."""
    return raw_response(json.dumps(balance_body([BALANCE_ROW | dict(changes or {})], **envelope)))


def balance_response_with_raw_value(key: str, value: str) -> Response:
    """Return a balance response of one row with a value that `json.dumps` would not write."""
    text = json.dumps(balance_body([BALANCE_ROW | {key: "?here?"}]))
    return raw_response(text.replace('"?here?"', value))


VALID_BODY = json.dumps(balance_body([BALANCE_ROW]))
CONTINUED_HEADERS = {"tr_cont": "M"}
HTML_HEADERS = {"content-type": "text/html; charset=utf-8"}
PAGE_KEYS = ("a" * 100, "b" * 100)

CODE_CASES = [
    *cases_for_codes(TemporaryServerError, BALANCE_PATH, "EGW00001", "EGW00002", "EGW00202", "EGW00203", "EGW00300"),
    *cases_for_codes(TemporaryServerError, BALANCE_PATH, "", "EGW00301", "EGW00302", "OPSQ0001", "OPSQ1002", "OPSQ2003"),
    *cases_for_codes(TemporaryServerError, BALANCE_PATH, "OPSQ3001", "OPSQ3002", "OPSQ3004"),
    *cases_for_codes(RateLimitedError, BALANCE_PATH, "EGW00201", "EGW00215", "OPSQ0010", "OPSQ0011"),
    *cases_for_codes(PermissionDeniedError, BALANCE_PATH, "EGW00003", "EGW00004", "EGW00206", "EGW00207", "EGW00210"),
    *cases_for_codes(PermissionDeniedError, BALANCE_PATH, "EGW00303"),
    *cases_for_codes(AppKeyRejectedError, TOKEN_PATH, "EGW00102", "EGW00103"),
    *cases_for_codes(AppSecretRejectedError, TOKEN_PATH, "EGW00104", "EGW00105"),
    *cases_for_codes(AppSecretRejectedError, BALANCE_PATH, "EGW00304"),
    *cases_for_codes(WrongEnvironmentError, BALANCE_PATH, "EGW02004", "EGW02006", "EGW02007", "EGW00213", "IGW00002"),
    *cases_for_codes(AccountRejectedError, BALANCE_PATH, "OPSQ2000", "MCA00124", "APBK1271"),
    *cases_for_codes(ProductRejectedError, BALANCE_PATH, "APAC0489"),
    *cases_for_codes(RejectedTokenReissuedError, BALANCE_PATH, "EGW00121", "EGW00122", "EGW00123"),
    *(
        fault_case(f"{code} after six hours", error, error_response(code), hours_after=7, in_app=code != "EGW00122")
        for code, error in (
            ("EGW00121", TokenInvalidError), ("EGW00122", TokenInvalidError), ("EGW00123", TokenExpiredError)
        )
    ),
    *cases_for_codes(TokenCooldownError, TOKEN_PATH, "EGW00133"),
    *cases_for_codes(RequestRejectedError, TOKEN_PATH, "EGW00101", "EGW00112", "EGW00115", "EGW00116"),
    *cases_for_codes(RequestRejectedError, BALANCE_PATH, "OPSQ0002", "OPSQ2001", "OPSQ2002", "IGW00007"),
    *cases_for_codes(RequestRejectedError, BALANCE_PATH, "EGW00131", "EGW00132", "EGW00205", "EGW00208", "EGW00209"),
    *cases_for_codes(RequestRejectedError, BALANCE_PATH, "OPSQ9995", "OPSQ9996", "OPSQ9997", "OPSQ9998", "OPSQ9999"),
    *cases_for_codes(ApiError, BALANCE_PATH, "EGW00204", "EGW00124", "EGW00211", "EGW00130", "40310000"),
    *cases_for_codes(ApiError, TOKEN_PATH, "EGW00106", "EGW00114"),
    *cases_for_codes(TemporaryServerError, TOKEN_PATH, "EGW00002"),
    *cases_for_codes(DataChangedError, BALANCE_PATH, "SYDB0050"),
    fault_case("a code KIS has never had", ApiError,
        raw_response('{"rt_cd":"7","msg_cd":"ZZZZ9999","msg1":"새로운 거절"}')),
    fault_case("a code with the other status", RateLimitedError, error_response("EGW00201", status=200)),
    fault_case("429 without a code", RateLimitedError, raw_response('{"rt_cd":"1"}', status=429)),
    fault_case("a code of 1 MB", ApiError, raw_response('{"rt_cd":"1","msg_cd":"%s","msg1":"x"}' % ("A" * 2**20))),
    fault_case("a sentence of 1 MB", ApiError, in_app=True,
        reply=raw_response('{"rt_cd":"1","msg_cd":"ZZZZ9999","msg1":"%s"}' % ("나" * 2**20))),
    fault_case("a sentence of escapes", ApiError, in_app=True,
        reply=raw_response(r'{"rt_cd":"1","msg_cd":"Z\u001b[2J","msg1":"\u001b]52;c;x\u0007[b]\ud800"}')),
    fault_case("codes that are no text", TemporaryServerError, raw_response('{"rt_cd":"1","msg_cd":null,"msg1":[[["x"]]]}')),
    fault_case("a flag that is a list", MalformedResponseError, raw_response('{"rt_cd":["0"],"output1":[]}'), error_field="rt_cd"),
    fault_case("no flag", MalformedResponseError, raw_response('{"output1":[]}'), error_field="rt_cd"),
]  # fmt: skip

CONNECTION_CASES = [
    fault_case("closed before the answer", DisconnectedError, Response(disconnect="before"), in_app=True),
    fault_case("closed in the middle", DisconnectedError, raw_response(VALID_BODY, disconnect="during"), in_app=True),
    fault_case("reset before the answer", DisconnectedError, Response(disconnect="before", resets_connection=True), in_app=True),
    fault_case("reset in the middle", DisconnectedError, raw_response(VALID_BODY, disconnect="during", resets_connection=True)),
    fault_case("no answer", RequestTimeoutError, Response(delay=60), has_short_timeout=True, in_app=True),
    fault_case("a byte now and then", RequestTimeoutError, raw_response(VALID_BODY, body_writer=body_writers.slow_chunks(1, 0.02)), has_short_timeout=True),
    fault_case("a length too long", DisconnectedError, raw_response(VALID_BODY, body_writer=body_writers.wrong_content_length(len(VALID_BODY) * 2))),
    fault_case("a length too short", ServiceUnavailableError, raw_response(VALID_BODY, body_writer=body_writers.wrong_content_length(50)), in_app=True),
    fault_case("a length that is none", DisconnectedError,
        raw_response(b"", body_writer=body_writers.raw_bytes(b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n{}"))),
    fault_case("two lengths", DisconnectedError,
        raw_response(b"", body_writer=body_writers.raw_bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3"
                                     b"\r\n\r\n{}x"))),
    fault_case("not HTTP", DisconnectedError, Response(body_writer=body_writers.raw_bytes(b"SSH-2.0-OpenSSH_9.6\r\n"))),
    fault_case("headers without end", DisconnectedError, Response(body_writer=body_writers.endless_headers)),
    fault_case("chunks", None, raw_response(VALID_BODY, body_writer=body_writers.chunked(7))),
    fault_case("chunks that break", DisconnectedError, raw_response(VALID_BODY, body_writer=body_writers.broken_chunks), in_app=True),
    fault_case("the token's answer never came", DisconnectedError, Response(disconnect="before"), path_suffix=TOKEN_PATH, in_app=True),
    fault_case("the token's answer was reset", DisconnectedError, Response(disconnect="before", resets_connection=True), path_suffix=TOKEN_PATH),
    fault_case("no answer for a token", RequestTimeoutError, Response(delay=60), path_suffix=TOKEN_PATH, has_short_timeout=True),
]  # fmt: skip

BODY_CASES = [
    fault_case("a page in HTML", ServiceUnavailableError, MAINTENANCE_RESPONSE, in_app=True),
    fault_case("a page in HTML, 200", ServiceUnavailableError, raw_response("<html>점검</html>", headers=HTML_HEADERS)),
    fault_case("a page in HTML for a token", ServiceUnavailableError, MAINTENANCE_RESPONSE, path_suffix=TOKEN_PATH, in_app=True),
    fault_case("nothing", ServiceUnavailableError, Response(), in_app=True),
    fault_case("nothing, 204", ServiceUnavailableError, Response(status=204)),
    fault_case("not UTF-8", ServiceUnavailableError, raw_response(VALID_BODY.replace("\\uc0bc", "삼").encode("euc-kr"))),
    fault_case("half of it, well framed", ServiceUnavailableError, raw_response(VALID_BODY[:500])),
    fault_case("two answers in one", ServiceUnavailableError, raw_response(VALID_BODY + VALID_BODY)),
    fault_case("a list", ServiceUnavailableError, raw_response("[1]")),
    fault_case("nested without end", ServiceUnavailableError, raw_response('{"rt_cd":"0","a":' + "[" * 100_000)),
    fault_case("a number nested in lists", None, balance_response_with_raw_value("hldg_qty", "[" * 500 + "]" * 500)),
    fault_case("50 MB", MalformedResponseError, Response(body_writer=body_writers.oversized(50)), error_field="body", in_app=True),
    fault_case("chunks without end", MalformedResponseError, Response(body_writer=body_writers.endless_chunks), error_field="body",
        in_app=True),
    fault_case("a bomb of gzip", MalformedResponseError, body_writers.gzip_bomb(50), error_field="body", in_app=True),
    fault_case("a bomb in layers", MalformedResponseError, body_writers.gzip_bomb(50, layers=2), error_field="content-encoding"),
    fault_case("gzip that is none", MalformedResponseError, raw_response("zz", headers={"content-encoding": "gzip"}),
        error_field="content-encoding"),
    fault_case("an encoding not asked for", MalformedResponseError, raw_response(VALID_BODY, headers={"content-encoding": "br"}),
        error_field="content-encoding"),
    fault_case("a BOM", None, raw_response(b"\xef\xbb\xbf" + VALID_BODY.encode())),
    fault_case("another content type", None, raw_response(VALID_BODY, headers={"content-type": "text/plain"})),
    fault_case("a success with status 500", None, raw_response(VALID_BODY, status=500)),
]  # fmt: skip

FIELD_CASES = [
    fault_case("a row that is a list", MalformedResponseError, raw_response(json.dumps(balance_body([[1]]))), error_field="output1"),  # type: ignore[list-item]
    fault_case("rows that are a number", MalformedResponseError, balance_response(output1=7), error_field="output1"),
    fault_case("rows that are null", None, balance_response(output1=None), in_app=True),
    fault_case("a success without anything", MalformedResponseError, raw_response('{"rt_cd":"0","msg_cd":"KIOK0510"}'),
        error_field="output1", in_app=True),
    fault_case("a success without rows", MalformedResponseError,
        raw_response(json.dumps({"rt_cd": "0", "output2": [BALANCE_SUMMARY]})), error_field="output1"),
    fault_case("a summary that is text", MalformedResponseError, balance_response(output2="5000000"), error_field="output2"),
    fault_case("NaN", None, balance_response_with_raw_value("hldg_qty", "NaN")),
    fault_case("Infinity", None, balance_response_with_raw_value("prpr", "-Infinity")),
    fault_case("1e999", None, balance_response({"evlu_amt": "1e999"}), in_app=True),
    fault_case("1e999 as a number", None, balance_response_with_raw_value("evlu_amt", "1e999")),
    fault_case("a number of 400 digits", None, balance_response_with_raw_value("evlu_amt", "1" + "0" * 400)),
    fault_case("a number of 5,000 digits", ServiceUnavailableError, balance_response_with_raw_value("evlu_amt", "1" * 5000)),
    fault_case("text of 400 digits", None, balance_response({"evlu_amt": "9" * 400})),
    fault_case("full-width digits", None, balance_response({"hldg_qty": "１０"})),
    fault_case("Arabic digits", None, balance_response({"hldg_qty": "١٠"})),
    fault_case("commas", None, balance_response({"evlu_amt": "750,000"})),
    fault_case("a day that is none", None, balance_response({"loan_dt": "20260230"})),
    fault_case("half a share", None, balance_response({"hldg_qty": "0.5"})),
    fault_case("a minus before zero", None, balance_response({"bfdy_cprs_icdc": "-0", "fltt_rt": "-0.00"}),
        in_app=True),
    fault_case("a blank", None, balance_response({"hldg_qty": "", "prpr": "  "})),
    fault_case("null", None, balance_response({"hldg_qty": None, "prdt_name": None})),
    fault_case("numbers that are numbers", None, balance_response({"hldg_qty": 10, "prpr": 75000.5})),
    fault_case("the largest number", None, balance_response({"evlu_amt": "9" * 19}), in_app=True),
    fault_case("fields it does not know", None, balance_response({"new": [float("nan")]}, output3={"x": [1]})),
    fault_case("fields it misses", None, raw_response(json.dumps(balance_body([{"pdno": "005930"}], output2=[]))),
        in_app=True),
    fault_case("a name of 1 MB", None, balance_response({"prdt_name": "가" * 2**20}), in_app=True),
    fault_case("a name of 5,000 digits", None, balance_response({"prdt_name": "1" * 5000}), in_app=True),
    fault_case("a name of surrogates", None, balance_response({"prdt_name": "\ud800\u202e삼성"})),
]  # fmt: skip

PAGING_CASES = [
    fault_case("the same page for ever", PaginationError, in_app=True,
        reply=balance_response(ctx_area_nk100=PAGE_KEYS[0]) and Response(
            body=balance_response(ctx_area_nk100=PAGE_KEYS[0]).body, headers=CONTINUED_HEADERS)),
    fault_case("a page without rows, and more to come", PaginationError, request_count=1,
        reply=raw_response(json.dumps(balance_body([], ctx_area_nk100=PAGE_KEYS[0])), headers=CONTINUED_HEADERS)),
    fault_case("more to come and no key", None, raw_response(VALID_BODY, headers=CONTINUED_HEADERS)),
    fault_case("a key that is a list", MalformedResponseError, error_field="ctx_area_nk100",
        reply=raw_response(json.dumps(balance_body([BALANCE_ROW], ctx_area_nk100=["a"])), headers=CONTINUED_HEADERS)),
    fault_case("a key of lone surrogates", MalformedResponseError, error_field="ctx_area_nk100",
        reply=raw_response(json.dumps(balance_body([BALANCE_ROW], ctx_area_nk100="\ud800")), headers=CONTINUED_HEADERS)),
    fault_case("a key of 1 MB", MalformedResponseError, error_field="ctx_area_nk100",
        reply=raw_response(json.dumps(balance_body([BALANCE_ROW], ctx_area_nk100="k" * 2**20)), headers=CONTINUED_HEADERS)),
    fault_case("a mark KIS has never had", None, raw_response(VALID_BODY, headers={"tr_cont": "X"})),
]  # fmt: skip

TOKEN_CASES = [
    *(
        fault_case(f"sent elsewhere, {status}", ServiceUnavailableError,
            Response(status=status, headers={"location": "{elsewhere}"}), path_suffix=at, in_app=status == 302)
        for status in (301, 302, 303, 307, 308) for at in (BALANCE_PATH, TOKEN_PATH)
    ),
    *(
        fault_case(f"the server's clock: {date}", None, raw_response(VALID_BODY, headers={"date": date}))
        for date in ("Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT",
                     "Mon, 01 Jan 0001 00:00:00 GMT", "Mon, 23 Nov 2026 06:32:07 GMT", "soon", "",
                     "Mon, 23 Nov 2026 01:32:07 +99999999999999999999", "١ Nov 2026".encode()
                     .decode("latin-1"))
    ),
    *(
        fault_case(f"no token: {name}", MalformedResponseError, raw_response(text), path_suffix=TOKEN_PATH, error_field=where)
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


def _first_code_case(error: type[KistuiError] | None) -> FaultCase:
    return next(fault for fault in CODE_CASES if fault.in_app and fault.error is error)


FAULT_CASES: list[FaultCase] = [
    *CODE_CASES,
    *CONNECTION_CASES,
    *BODY_CASES,
    *FIELD_CASES,
    *PAGING_CASES,
    *TOKEN_CASES,
]
APP_CASES = [
    fault
    for fault in FAULT_CASES
    # One code per meaning is enough.
    if fault.in_app and (fault not in CODE_CASES or fault == _first_code_case(fault.error))
]


def case_id(fault: FaultCase) -> str:
    return f"{fault.name} at {fault.path_suffix}"


def group_faults(faults: Iterable[FaultCase]) -> dict[str, list[FaultCase]]:
    """Return the rows that can be run one after another: of one reaction and one read timeout."""
    groups: dict[str, list[FaultCase]] = {}
    for fault in faults:
        timeout = ", short timeout" if fault.has_short_timeout else ""
        groups.setdefault(f"{fault.reaction.name}{timeout}", []).append(fault)
    return groups
