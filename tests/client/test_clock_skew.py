"""Clock skew is measured from the Date header; an invalid header is ignored."""

from datetime import UTC, datetime, timedelta

import pytest

from kistui.client.http_client import clock_skew

NOW = datetime(2026, 11, 24, 0, 44, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("Tue, 24 Nov 2026 00:44:08 GMT", 0),
        ("Tue, 24 Nov 2026 00:45:08 GMT", 60),
        ("Tue, 24 Nov 2026 00:43:08 GMT", -60),
    ],
)
def test_the_skew_is_the_servers_time_minus_ours(header: str, seconds: int) -> None:
    assert clock_skew(header, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "yesterday",
        "Tue, 24 Nov 2026 00:44:08 -0000",
        "Tue, 24 Nov 2026 00:44:08 +99999999999999",
        "Mon, 01 Jan 1500 00:00:00 GMT",
    ],
)
def test_an_unusable_date_is_no_measurement(header: str) -> None:
    assert clock_skew(header, NOW) is None
