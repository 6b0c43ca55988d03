"""chk-holiday (국내휴장일조회): which days the exchange is open, from a day on."""

from datetime import date, datetime, timedelta

from kistui.simulator.call import Call
from kistui.simulator.korea import KST
from kistui.simulator.replies import Reply, invalid, not_found, success

KEY_WIDTH = 20
DAYS = 25
"""In one answer."""
FIELDS = ("BASS_DT", "CTX_AREA_NK", "CTX_AREA_FK")
SATURDAY = 5
HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in (
        "2026-01-01", "2026-02-16", "2026-02-17", "2026-02-18", "2026-03-02", "2026-05-01",
        "2026-05-05", "2026-05-25", "2026-06-03", "2026-08-17", "2026-09-24", "2026-09-25",
        "2026-10-05", "2026-10-09", "2026-12-25", "2026-12-31", "2027-01-01",
    )
)  # fmt: skip
"""Weekdays on which the exchange is closed."""


def answer(call: Call) -> Reply:
    """A stretch of days, or why the query is refused; there is always a next stretch."""
    missing = next((name for name in FIELDS if name not in call.query), None)
    if missing:
        return not_found(missing)
    asked = call.query["BASS_DT"]
    key = call.query["CTX_AREA_NK"].strip() if call.headers.get("tr_cont") == "N" else ""
    first = _day(key or asked)
    if first is None:
        return invalid("BASS_DT")
    return success(
        "KIOK0500",
        {
            "ctx_area_nk": f"{first + timedelta(days=DAYS):%Y%m%d}".ljust(KEY_WIDTH),
            "ctx_area_fk": asked.ljust(KEY_WIDTH),
            "output": [_row(first + timedelta(days=number)) for number in range(DAYS)],
        },
        headers={"tr_cont": "M"},
    )


def is_open(day: date) -> bool:
    """Whether the exchange trades on a day."""
    return day.weekday() < SATURDAY and day not in HOLIDAYS


def _day(text: str) -> date | None:
    """A `YYYYMMDD` with a stretch of days after it."""
    if len(text) != len("YYYYMMDD"):
        return None
    try:
        day = datetime.strptime(text, "%Y%m%d").replace(tzinfo=KST).date()
        day + timedelta(days=DAYS)
    except (ValueError, OverflowError):
        return None
    return day


def _row(day: date) -> dict[str, str]:
    opens = is_open(day)
    return {
        "bass_dt": f"{day:%Y%m%d}",
        "wday_dvsn_cd": f"{day.isoweekday() % 7 + 1:02d}",
        "bzdy_yn": _yes_no(opens),
        # KIS has been seen to say so of a Saturday on which nothing is traded.
        "tr_day_yn": _yes_no(opens or day.weekday() == SATURDAY),
        "opnd_yn": _yes_no(opens),
        "sttl_day_yn": _yes_no(opens),
    }


def _yes_no(is_so: bool) -> str:
    return "Y" if is_so else "N"
