"""The days on which the exchange is closed: one answer of 국내휴장일조회."""

from datetime import date

from kistui.client import response_parsing


def query_params(start_date: date) -> dict[str, str]:
    """The query for the days from a Korean date on."""
    return {"BASS_DT": f"{start_date:%Y%m%d}", "CTX_AREA_NK": "", "CTX_AREA_FK": ""}


def parse_holidays(body: response_parsing.JsonObject) -> frozenset[date]:
    """The days that are not open; raises Malformed.

    `opnd_yn` alone says so: `tr_day_yn` has been seen to be Y on a Saturday.
    """
    days = {
        response_parsing.parse_required_date(
            "bass_dt", row.get("bass_dt")
        ): response_parsing.parse_string("opnd_yn", row.get("opnd_yn"))
        for row in response_parsing.parse_rows(body, "output")
    }
    return frozenset(day for day, is_open in days.items() if is_open.strip() != "Y")
