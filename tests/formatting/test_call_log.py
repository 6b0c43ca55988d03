"""The table of calls fits the smallest terminal, whatever was called."""

import pytest

from kistui.client.endpoints import ALLOWED_ENDPOINTS
from kistui.formatting.boxes import pair_lines
from kistui.formatting.call_log import call_log_table
from kistui.formatting.cells import line_width, plain_text
from kistui.i18n import load_translations
from kistui.models.calls import CallRecord, RateLimitWait
from tests.support import MORNING

SMALLEST_WIDTH = 58


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_calls_fit_the_smallest_terminal(language: str) -> None:
    calls = [
        CallRecord(
            started_at=MORNING,
            name=endpoint.name,
            method=endpoint.method,
            path=endpoint.path,
            tr_id="TTTC8434R",
            outcome="timeout",
            duration=12.3,
            rate_limit_wait=RateLimitWait(1.05, 0.1),
            page=12,
            attempt=3,
            status=500,
            msg_cd="EGW00201",
        )
        for endpoint in ALLOWED_ENDPOINTS
    ]
    layout = call_log_table(calls, load_translations(language)).lay_out(SMALLEST_WIDTH)
    assert all(line_width(line) <= SMALLEST_WIDTH for line in (layout.header, *layout.rows))
    assert all("EGW00201" in plain_text(line) for line in layout.rows)


@pytest.mark.parametrize("width", [-1, 0, 1, 2, 5])
def test_a_wide_character_has_a_line_of_its_own_where_it_does_not_fit(width: int) -> None:
    text = "".join(plain_text(line).strip() for line in pair_lines([("종목", "삼성전자")], width))
    assert text == "종목 삼성전자"
