"""The official sample's requests, written from the reference: it is not on the package index."""

import json
import urllib.request
from collections import namedtuple
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from kistui.simulator import Simulator
from tests.peers.conftest import HOLDING_COUNT

PATH = "/uapi/domestic-stock/v1/trading/inquire-balance"


class Sample:
    """Sends what the sample sends, on a new connection each time."""

    def __init__(self, server: Simulator) -> None:
        self._server = server
        self._usual = {
            "Content-Type": "application/json",
            "Accept": "text/plain",
            "charset": "UTF-8",
            "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
        }
        keys = {"appkey": server.app_key, "appsecret": server.app_secret}
        _, token = self._send(
            "/oauth2/tokenP", self._usual, {"grant_type": "client_credentials", **keys}
        )
        self._usual |= {"authorization": f"Bearer {token.access_token}", **keys}

    def page(self, mark: str, condition: str, key: str) -> tuple[Any, Any]:
        """Return headers and body of one page, as the sample's named tuples."""
        number, _, product = self._server.account_number.partition("-")
        query = {
            "CANO": number, "ACNT_PRDT_CD": product, "AFHR_FLPR_YN": "N", "OFL_YN": "",
            "INQR_DVSN": "01", "UNPR_DVSN": "01", "FUND_STTL_ICLD_YN": "N",
            "FNCG_AMT_AUTO_RDPT_YN": "N", "PRCS_DVSN": "00",
            "CTX_AREA_FK100": condition, "CTX_AREA_NK100": key,
        }  # fmt: skip
        tr_id = "VTTC8434R" if self._server.options.is_paper else "TTTC8434R"
        headers = {**self._usual, "tr_id": tr_id, "custtype": "P", "tr_cont": mark}
        return self._send(f"{PATH}?{urlencode(query)}", headers)

    def _send(
        self, target: str, headers: dict[str, str], body: dict[str, str] | None = None
    ) -> tuple[Any, Any]:
        content = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self._server.url + target, content, headers)
        with urllib.request.urlopen(request, timeout=5) as response:
            # The sample keeps the headers whose names are in lower case and makes a named tuple of
            # them: one name that is no identifier, such as `content-type`, ends it.
            names = {name: value for name, value in response.getheaders() if name.islower()}
            values = json.loads(response.read())
        return (
            namedtuple("header", names)(**names),
            namedtuple("body", values)(**values),
        )


def test_the_client_gets_a_token_and_the_complete_balance(server: Simulator) -> None:
    sample = Sample(server)
    mark, condition, key = "", "", ""
    rows: list[str] = []
    for _ in range(HOLDING_COUNT):
        headers, body = sample.page(mark, condition, key)
        assert body.rt_cd == "0"
        assert len(body.output2) == 1
        rows += [row["pdno"] for row in body.output1]
        if headers.tr_cont not in {"M", "F"}:
            break
        mark, condition, key = "N", body.ctx_area_fk100, body.ctx_area_nk100
    assert len(rows) == len(set(rows)) == HOLDING_COUNT
    assert server.notice_count == 1


def test_only_the_headers_of_kis_are_in_lower_case(server: Simulator) -> None:
    headers, _ = Sample(server).page("", "", "")
    assert headers._fields == ("tr_id", "tr_cont", "gt_uid")
    connection = HTTPConnection(server.url.partition("://")[2], timeout=5)
    connection.request("POST", "/oauth2/tokenP", b"{}")
    names = {name for name, _ in connection.getresponse().getheaders()}
    connection.close()
    assert {"Content-Type", "Content-Length", "Date"} <= names
