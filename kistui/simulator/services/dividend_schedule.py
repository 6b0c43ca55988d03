"""예탁원정보 배당일정 (ksdinfo/dividend): what items announce to pay, for any account."""

from datetime import timedelta

from kistui.simulator.dividends import (
    ANNOUNCED_DAYS,
    HISTORY_DAYS,
    DividendEvent,
    dividend_events,
)
from kistui.simulator.options import KST
from kistui.simulator.request import Request, parse_days
from kistui.simulator.responses import Response, invalid_param, quote_response
from kistui.simulator.service import Service, service

YEAR_END_KIND, INTERIM_KIND = "1", "2"
FACE_VALUE = 5_000
MAX_ROWS = 100


@service(
    "/uapi/domestic-stock/v1/ksdinfo/dividend",
    "HHKDB669102C0",
    required_params=("CTS", "GB1", "F_DT", "T_DT", "SHT_CD", "HIGH_GB"),
)
class DividendScheduleService(Service):
    """Dividends by record date, of one item or of all; one page."""

    def handle(self, request: Request) -> Response:
        """Return the rows, newest first, or the error for an invalid date."""
        days = parse_days(request, "F_DT", "T_DT")
        if isinstance(days, str):
            return invalid_param(days)
        today = self.context.clock().astimezone(KST).date()
        first = max(days[0], today - timedelta(HISTORY_DAYS))
        last = min(days[1], today + timedelta(ANNOUNCED_DAYS))
        code = request.query["SHT_CD"].strip()
        rows = [
            _row(event, is_decided=event.is_decided(today))
            for item in self.context.domestic_instruments().values()
            if code in ("", item.code)
            for event in dividend_events(item, self.context.options.seed, first, last)
            if _is_of_kind(event, request.query["GB1"])
        ]
        rows.sort(key=lambda row: row["record_date"], reverse=True)
        return quote_response({"output1": rows[:MAX_ROWS]})


def _is_of_kind(event: DividendEvent, kind: str) -> bool:
    is_year_end = event.kind == "결산"
    return kind not in (YEAR_END_KIND, INTERIM_KIND) or (kind == YEAR_END_KIND) is is_year_end


def _row(event: DividendEvent, *, is_decided: bool) -> dict[str, str]:
    """Return a row; amounts are 0 and dates blank until they are decided."""
    plan = event.plan
    pay_date = f"{event.pay_date:%Y/%m/%d}" if is_decided else ""
    is_stock = bool(plan.stock_percent)
    return {
        "record_date": f"{event.record_date:%Y%m%d}",
        "sht_cd": event.item.code,
        "isin_name": event.item.name,
        "divi_kind": event.kind,
        "face_val": str(FACE_VALUE),
        "per_sto_divi_amt": str(plan.per_share if is_decided else 0),
        "divi_rate": f"{plan.per_share * 100 / FACE_VALUE if is_decided else 0:.2f}",
        "stk_divi_rate": f"{plan.stock_percent if is_decided else 0:.2f}",
        "divi_pay_dt": "" if is_stock else pay_date,
        "stk_div_pay_dt": pay_date if is_stock else "",
        "odd_pay_dt": pay_date if is_stock else "",
        "stk_kind": "보통",
        "high_divi_gb": "",
    }
