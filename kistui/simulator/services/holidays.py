"""국내휴장일조회 (chk-holiday): the days on which the exchange is open."""

from calendar import SATURDAY
from datetime import date, timedelta

from kistui.simulator.request import InvalidParamError, Request, parse_day
from kistui.simulator.responses import Response, success_response
from kistui.simulator.service import Service, service
from kistui.simulator.trading_days import is_trading_day

CURSOR_WIDTH = 20
DAYS_PER_RESPONSE = 25


@service(
    "/uapi/domestic-stock/v1/quotations/chk-holiday",
    "CTCA0903R",
    required_params=("BASS_DT", "CTX_AREA_NK", "CTX_AREA_FK"),
)
class HolidayService(Service):
    """국내휴장일조회: 25 days from a date; there is always a next page."""

    def handle(self, request: Request) -> Response:
        """Return a page of days; raises InvalidParamError."""
        base_date = request.query["BASS_DT"]
        key = request.query["CTX_AREA_NK"].strip() if request.headers.get("tr_cont") == "N" else ""
        first_day = parse_day(key or base_date)
        if first_day is None or date.max - first_day < timedelta(days=DAYS_PER_RESPONSE):
            raise InvalidParamError("BASS_DT")
        next_day = first_day + timedelta(days=DAYS_PER_RESPONSE)
        days = [first_day + timedelta(days=number) for number in range(DAYS_PER_RESPONSE)]
        return success_response(
            "KIOK0500",
            {
                "ctx_area_nk": f"{next_day:%Y%m%d}".ljust(CURSOR_WIDTH),
                "ctx_area_fk": base_date.ljust(CURSOR_WIDTH),
                "output": list(map(_row, days)),
            },
            headers={"tr_cont": "M"},
        )


def _row(day: date) -> dict[str, str]:
    opens = is_trading_day(day)
    return {
        "bass_dt": f"{day:%Y%m%d}",
        "wday_dvsn_cd": f"{day.isoweekday() % 7 + 1:02d}",
        "bzdy_yn": _format_flag(opens),
        # KIS was observed to send Y on Saturdays, though the exchange is closed.
        "tr_day_yn": _format_flag(opens or day.weekday() == SATURDAY),
        "opnd_yn": _format_flag(opens),
        "sttl_day_yn": _format_flag(opens),
    }


def _format_flag(flag: bool) -> str:
    return "Y" if flag else "N"
