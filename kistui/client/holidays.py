"""The days on which the exchange is closed: one answer of 국내휴장일조회."""

from datetime import date

from kistui.client import wire


def params(first: date) -> dict[str, str]:
    """The query for the days from a Korean date on."""
    return {"BASS_DT": f"{first:%Y%m%d}", "CTX_AREA_NK": "", "CTX_AREA_FK": ""}


def read_closed_days(body: wire.Json) -> frozenset[date]:
    """The days that are not open; raises Malformed.

    `opnd_yn` alone says so: `tr_day_yn` has been seen to be Y on a Saturday.
    """
    days = {
        wire.read_date("bass_dt", row.get("bass_dt")): wire.read_text("opnd_yn", row.get("opnd_yn"))
        for row in wire.rows(body, "output")
    }
    return frozenset(day for day, is_open in days.items() if is_open.strip() != "Y")
