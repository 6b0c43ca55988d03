"""Make the requests of `kistui balance --market kr --format json`, and nothing else.

python -m bench.bare_script reads the token that kistui stored, then fetches and prints every page.
"""

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import httpx

PATH = "/uapi/domestic-stock/v1/trading/inquire-balance"


def query(condition: str, key: str) -> dict[str, str]:
    """Return the query of one page."""
    number, product = os.environ["KIS_ACCOUNT"].split("-")
    return {
        "CANO": number,
        "ACNT_PRDT_CD": product,
        "AFHR_FLPR_YN": "N",
        "OFL_YN": "",
        "INQR_DVSN": "01",
        "UNPR_DVSN": "01",
        "FUND_STTL_ICLD_YN": "N",
        "FNCG_AMT_AUTO_RDPT_YN": "N",
        "PRCS_DVSN": "00",
        "CTX_AREA_FK100": condition,
        "CTX_AREA_NK100": key,
    }


def headers(token: str, continuation: str = "") -> dict[str, str]:
    """Return the headers of one page."""
    return {
        "authorization": f"Bearer {token}",
        "appkey": os.environ["KIS_APP_KEY"],
        "appsecret": os.environ["KIS_APP_SECRET"],
        "content-type": "application/json; charset=utf-8",
        "custtype": "P",
        "tr_id": "TTTC8434R",
        "tr_cont": continuation,
    }


def cached_token() -> str:
    """Return the token in kistui's state folder, which has only one."""
    folder = Path.home() / ".local/state/kistui/tokens"
    for path in folder.glob("*.toml"):
        record = tomllib.loads(path.read_text(encoding="utf-8"))
        if "token" in record:
            return str(record["token"]["value"])
    raise LookupError("no token is cached")


def read_pages(client: httpx.Client, token: str) -> list[dict[str, Any]]:
    """Return the body of every page."""
    bodies, condition, key, continuation = [], "", "", ""
    while True:
        response = client.get(
            PATH, params=query(condition, key), headers=headers(token, continuation)
        )
        body = response.json()
        bodies.append(body)
        if response.headers["tr_cont"] not in {"F", "M"}:
            return bodies
        condition, key, continuation = body["ctx_area_fk100"], body["ctx_area_nk100"], "N"


def main() -> None:
    """Print every page."""
    # Like kistui, it looks for neither certificates nor a proxy on loopback.
    url = os.environ["KISTUI_BASE_URL"]
    with httpx.Client(base_url=url, verify=False, trust_env=False) as client:
        print(json.dumps(read_pages(client, cached_token()), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
