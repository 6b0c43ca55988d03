"""Recording after refreshes: the file of a profile, what is not recorded, and failures."""

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from kistui.errors import HistoryFileError
from kistui.models.account import AccountNumber, Credentials, Environment, Profile, SecretBackend
from kistui.models.history import CashFlow
from kistui.models.load_state import Loaded
from kistui.models.overseas import OverseasBalance
from kistui.models.text import Secret
from kistui.models.totals import with_overseas
from kistui.services.call_log import CallLog
from kistui.services.profiles import ProfileService
from tests.services.token_stampede import create_profiles
from tests.support import MORNING, FakeClock, make_balance, make_lot

MAIN = Profile(
    "main", Environment.REAL, AccountNumber("50071234"), secret_backend=SecretBackend.PLAIN
)
KEYS = Credentials(Secret("k" * 36), Secret("s" * 180))
WHOLE = with_overseas(make_balance(make_lot()), Loaded(OverseasBalance(), MORNING))


@pytest.fixture
def profile_service(tmp_path: Path, clock: FakeClock) -> ProfileService:
    profiles = create_profiles(tmp_path, clock, {})
    profiles.add(MAIN, KEYS)
    return profiles


def test_a_refresh_is_recorded_and_the_next_day_again(
    profile_service: ProfileService, clock: FakeClock
) -> None:
    profile_service.history.record_refresh(MAIN, WHOLE, clock())
    clock.advance(days=1)
    profile_service.history.record_refresh(MAIN, WHOLE, clock())
    days = [record.day for record in profile_service.history.read(MAIN).days]
    assert days == [date(2026, 11, 23), date(2026, 11, 24)]


def test_part_of_an_account_is_not_recorded(profile_service: ProfileService) -> None:
    assert not profile_service.history.record(MAIN, make_balance(make_lot()), MORNING)
    assert not profile_service.history.path(MAIN).exists()
    pension = replace(MAIN, account=AccountNumber("50071234", "29"))
    assert profile_service.history.record(pension, make_balance(make_lot()), MORNING)
    assert not profile_service.history.read(pension).days[0].covers_overseas


def test_the_setting_switches_recording_off(profile_service: ProfileService) -> None:
    profile_service.settings.save("history", False)
    profile_service.history.record_refresh(MAIN, WHOLE, MORNING)
    assert not profile_service.history.path(MAIN).exists()


def test_hidden_amounts_are_recorded(profile_service: ProfileService) -> None:
    profile_service.settings.save("hidden", True)
    profile_service.history.record_refresh(MAIN, WHOLE, MORNING)
    assert profile_service.history.path(MAIN).exists()


def test_a_failure_is_logged_once_and_raises_nothing(tmp_path: Path, clock: FakeClock) -> None:
    log = tmp_path / "kistui.log"
    profile_service = create_profiles(tmp_path, clock, {}, CallLog(log, clock=clock))
    profile_service.add(MAIN, KEYS)
    profile_service.history.record_refresh(MAIN, WHOLE, MORNING)
    path = profile_service.history.path(MAIN)
    path.write_text("# kistui history 9\n")
    for _ in range(3):
        profile_service.history.record_refresh(MAIN, WHOLE, MORNING)
    (line,) = log.read_text().splitlines()
    assert line.endswith("event=history profile=main outcome=bad_history")
    assert path.read_text() == "# kistui history 9\n"
    with pytest.raises(HistoryFileError):
        profile_service.history.record(MAIN, WHOLE, MORNING)


def test_known_holidays_have_no_record(profile_service: ProfileService, tmp_path: Path) -> None:
    from kistui.storage.paths import AppPaths
    from kistui.storage.state_files import HolidayStore

    paths = AppPaths(tmp_path / "config", tmp_path / "state")
    HolidayStore(paths.holidays_file).write(MORNING.date(), [MORNING.date()])
    profile_service.history.record_refresh(MAIN, WHOLE, MORNING)
    assert [record.day for record in profile_service.history.read(MAIN).days] == [
        date(2026, 11, 20)
    ]


def test_an_import_says_what_is_new(profile_service: ProfileService, tmp_path: Path) -> None:
    profile_service.history.record_refresh(MAIN, WHOLE, MORNING)
    own = profile_service.history.read(MAIN).days[0]
    path = tmp_path / "old.csv"
    path.write_text(
        "kind,date,total,amount,note\nday,2026-11-20,100,,\nday,2026-11-23,200,,\n"
        "deposit,2026-11-20,,50,bonus\n"
    )
    result = profile_service.history.import_file(MAIN, path)
    assert (result.days, result.new_days, result.new_cash_flows) == (2, 1, 1)
    assert profile_service.history.read(MAIN).get(own.day) == own
    again = profile_service.history.import_file(MAIN, path, replace_days=True)
    assert (again.days, again.new_days, again.new_cash_flows) == (2, 1, 0)
    assert profile_service.history.read(MAIN).days[-1].total_value == 200
    assert profile_service.history.remove_cash_flow(MAIN, CashFlow(date(2026, 11, 20), 50))


def test_a_removed_profile_leaves_its_history_unless_its_removal_is_asked_for(
    profile_service: ProfileService,
) -> None:
    profile_service.history.record_refresh(MAIN, WHOLE, MORNING)
    path = profile_service.history.path(MAIN)
    assert profile_service.has_sole_history(MAIN)
    profile_service.remove(MAIN)
    assert path.exists()
    other = replace(MAIN, name="other")
    profile_service.add(MAIN, KEYS)
    profile_service.add(other, KEYS)
    assert profile_service.history.read(other).days
    profile_service.remove(MAIN, with_history=True)
    assert path.exists()  # `other` shows it
    profile_service.remove(other, with_history=True)
    assert not path.exists()


def test_the_account_of_the_environment_is_not_guessable(tmp_path: Path, clock: FakeClock) -> None:
    def path(app_key: str) -> Path:
        environ = {
            "KIS_APP_KEY": app_key * 36, "KIS_APP_SECRET": "s" * 180, "KIS_ACCOUNT": "50071234-01",
        }  # fmt: skip
        profile = ProfileService.resolve(service := create_profiles(tmp_path, clock, environ))
        assert profile is not None
        return service.history.path(profile)

    assert path("k") != path("j")
