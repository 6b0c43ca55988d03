"""A balance by another library, timed where it can be imported.

    python -m bench.peer_fetch mojito|pykis TOKEN

Prints `ready` and how many rows it read, then milliseconds for each line of its standard input.
No kistui is imported. Each library gets the one correction without which it reads nothing here.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any


def mojito(token: str) -> Callable[[], int]:
    """mojito2's `fetch_balance`; it leaves out `tr_cont`, so that pages never end."""
    requests = import_module("requests")
    module = import_module("mojito.koreainvestment")

    class Correcting:
        @staticmethod
        def get(url: str, headers: dict[str, str], params: dict[str, str]) -> Any:
            more = {"tr_cont": "N"} if params["CTX_AREA_NK100"] else {}
            return requests.get(url, headers=headers | more, params=params)

    module.__dict__["requests"] = Correcting

    class Simulated(module.KoreaInvestment):  # type: ignore[misc,name-defined]
        def set_base_url(self, mock: bool = True) -> None:
            self.base_url = os.environ["KISTUI_BASE_URL"]

        def check_access_token(self) -> bool:
            return True

        def load_access_token(self) -> None:
            self.access_token = f"Bearer {token}"

    broker = Simulated(
        os.environ["KIS_APP_KEY"], os.environ["KIS_APP_SECRET"], os.environ["KIS_ACCOUNT"]
    )
    return lambda: len(broker.fetch_balance()["output1"])


def pykis(token: str) -> Callable[[], int]:
    """python-kis's balance, without its limit of calls a second; it asks for a withdrawn form."""
    module, library = import_module("pykis.kis"), import_module("pykis")
    module.__dict__["REAL_DOMAIN"] = os.environ["KISTUI_BASE_URL"]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        until = datetime.now(UTC) + timedelta(days=1)
        file.write(
            f'{{"access_token": "{token}", "token_type": "Bearer", "expires_in": 86400,'
            f' "access_token_token_expired": "{until:%Y-%m-%d %H:%M:%S}"}}'
        )
        file.flush()
        kept = library.KisAccessToken.load(file.name)
    kis = library.PyKis(
        id="bench",
        account=os.environ["KIS_ACCOUNT"],
        appkey=os.environ["KIS_APP_KEY"],
        secretkey=os.environ["KIS_APP_SECRET"],
        token=kept,
        use_websocket=False,
    )
    request = kis.request

    def correcting(*args: Any, params: dict[str, str], **more: Any) -> Any:
        return request(*args, params=params | {"INQR_DVSN": "01"}, **more)

    kis.request = correcting
    limiter = import_module("pykis.utils.rate_limit").RateLimiter
    kis._rate_limiters["real"] = limiter(1_000_000, 1)  # noqa: SLF001
    return lambda: len(kis.account().balance(country="KR").stocks)


def main() -> None:
    read = {"mojito": mojito, "pykis": pykis}[sys.argv[1]](sys.argv[2])
    print("ready", read(), flush=True)
    for _ in sys.stdin:
        began = time.perf_counter()
        read()
        print((time.perf_counter() - began) * 1000, flush=True)


if __name__ == "__main__":
    main()
