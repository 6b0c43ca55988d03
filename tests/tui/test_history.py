"""The asset history in the app: what a refresh records, and the page that shows it."""

from textual.pilot import Pilot

from kistui.models.history import AssetHistory
from kistui.simulator import error_response
from tests.support import FakeClock
from tests.tui.conftest import OpenApp, app_of, settle


def recorded(pilot: Pilot[None]) -> AssetHistory:
    service = app_of(pilot).profile_service
    return service.history.read(service.demo_profile())


async def test_a_refresh_is_recorded_with_its_overseas_part(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app(overseas=True) as pilot:
        (record,) = recorded(pilot).days
        assert record.covers_overseas
        assert record.overseas
        clock.advance(days=1)
        await pilot.press("r")
        await settle(pilot)
        assert [day.day for day in recorded(pilot).days] == [record.day, clock().date()]


async def test_a_refresh_without_its_overseas_part_is_not_recorded(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app(overseas=True) as pilot:
        before = recorded(pilot)
        clock.advance(days=1)
        failed = error_response("APBK9999", "거절")
        app_of(pilot).simulator.script("inquire-present-balance", *[failed] * 9)
        await pilot.press("r")
        await settle(pilot)
        assert recorded(pilot) == before
