"""A balance call as plain dictionaries, from the environment that `bench.server` makes."""

import os

PATH = "/uapi/domestic-stock/v1/trading/inquire-balance"


def params(condition: str, key: str) -> dict[str, str]:
    """The query of one page."""
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


def headers(token: str) -> dict[str, str]:
    """What a balance call carries."""
    return {
        "authorization": f"Bearer {token}",
        "appkey": os.environ["KIS_APP_KEY"],
        "appsecret": os.environ["KIS_APP_SECRET"],
        "content-type": "application/json; charset=utf-8",
        "custtype": "P",
        "tr_id": "TTTC8434R",
    }
