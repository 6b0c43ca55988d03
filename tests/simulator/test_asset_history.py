"""The simulator's past: the same every time, with gaps and deposits, agreeing with its balance."""

from itertools import pairwise
from pathlib import Path

import pytest

from kistui.cli.demo import demo_from_simulator
from kistui.models.history import missing_days, time_weighted_return
from kistui.services.profiles import ProfileService
from kistui.simulator import Simulator, SimulatorOptions
from kistui.simulator.trading_days import is_trading_day, krx_closed_days
from kistui.storage.paths import AppPaths
from tests.support import FakeClock


def service_of(simulator: Simulator, clock: FakeClock, folder: Path) -> ProfileService:
    """Return services whose demo is a simulator with a past."""
    paths = AppPaths(folder / "config", folder / "state")
    return ProfileService(
        paths,
        {},
        lambda: demo_from_simulator(simulator, clock, folder / "demo", has_history=True),
        clock,
    )


def test_the_past_has_sixty_trading_days_with_gaps(simulator: Simulator) -> None:
    days, deposits = simulator.asset_history()
    assert (days, deposits) == simulator.asset_history()
    assert len(days) == 57
    assert all(is_trading_day(day.day) for day in days)
    assert [deposit.amount for deposit in deposits] == [-1_500_000, 5_000_000]
    assert len({day.total for day in days}) == 57


async def test_the_last_day_agrees_with_yesterdays_total_of_the_balance(
    clock: FakeClock, tmp_path: Path
) -> None:
    with Simulator(SimulatorOptions(overseas=False), clock=clock) as simulator:
        service = service_of(simulator, clock, tmp_path)
        session = service.open_session(service.demo_profile())
        balance = await session.fetch_balance()
        await session.aclose()
        assert simulator.asset_history()[0][-1].total == balance.summary.total_yesterday


async def test_the_demo_opens_with_its_past_and_grows_by_a_day(
    simulator: Simulator, clock: FakeClock, tmp_path: Path
) -> None:
    service = service_of(simulator, clock, tmp_path)
    profile = service.demo_profile()
    history = service.history.read(profile)
    assert len(history.days) == 57
    assert len(history.cash_flows) == 2
    session = service.open_session(profile)
    for _ in range(2):
        balance = await session.fetch_full_balance(clock)
        service.history.record_refresh(profile, balance, clock())
        clock.advance(days=1)
    await session.aclose()
    grown = service.history.read(profile)
    assert grown.days[:57] == history.days
    assert len(grown.days) == 59
    change = abs(grown.days[57].total_value - grown.days[56].total_value)
    assert change < grown.days[56].total_value // 10
    assert (
        sum(
            bool(missing_days(earlier, later, krx_closed_days(2026)))
            for earlier, later in pairwise(grown.days)
        )
        == 2
    )
    assert time_weighted_return(grown) is not None
    assert not (tmp_path / "state" / "history").exists()


@pytest.mark.parametrize("scene", ["empty", "many", "credit", "hostile"])
def test_every_scene_has_a_past_or_none(scene: str, clock: FakeClock) -> None:
    with Simulator(SimulatorOptions(scene=scene), clock=clock) as simulator:
        days, _ = simulator.asset_history()
        assert len(days) in {0, 57}
