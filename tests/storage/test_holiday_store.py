"""The file of days without trading: private, whole or nothing, one call a day for all."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from kistui.errors import UnsafeFileError
from kistui.storage.paths import AppPaths
from kistui.storage.state_files import HolidayStore

TODAY = date(2026, 12, 21)
CLOSED = frozenset({date(2026, 12, 31), date(2026, 12, 25), date(2027, 1, 1)})
NOTHING: tuple[None, frozenset[date]] = (None, frozenset())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return AppPaths(tmp_path / "config", tmp_path / "state").holidays_file


def test_holidays_are_read_back(path: Path) -> None:
    assert HolidayStore(path).read() == NOTHING
    HolidayStore(path).write(TODAY, CLOSED)
    assert HolidayStore(path).read() == (TODAY, CLOSED)


def test_the_file_is_private_and_in_the_state_folder(path: Path, tmp_path: Path) -> None:
    HolidayStore(path).write(TODAY, CLOSED)
    assert path == tmp_path / "state" / "holidays.toml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    days = [line.strip(" ,") for line in path.read_text().splitlines() if line.startswith(" ")]
    assert days == ["2026-12-25", "2026-12-31", "2027-01-01"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"asked_on = ",
        b"schema = 1",
        b"schema = 2\nasked_on = 2026-12-21\nclosed = []",
        b"schema = 1\nasked_on = 2026-12-21",
        b"schema = 1\nasked_on = '2026-12-21'\nclosed = []",
        b"schema = 1\nasked_on = 2026-12-21T09:00:00Z\nclosed = []",
        b"schema = 1\nasked_on = 2026-12-21\nclosed = 5",
        b"schema = 1\nasked_on = 2026-12-21\nclosed = [2026-12-25, 'x']",
        b"schema = 1\nasked_on = 2026-12-21\nclosed = [[2026-12-25]]",
        b"schema = 1\nasked_on = 2026-12-32\nclosed = []",
        b"a = " + b"[" * 5000,
    ],
)
def test_an_invalid_file_counts_as_empty(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    store = HolidayStore(path)
    assert store.read() == NOTHING
    assert store.claim_daily_request(TODAY)
    assert store.read() == (TODAY, frozenset())


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to(tmp_path / "elsewhere")
    for act in (HolidayStore(path).read, lambda: HolidayStore(path).write(TODAY, CLOSED)):
        with pytest.raises(UnsafeFileError):
            act()


def test_a_day_is_claimed_once_and_keeps_what_is_known(path: Path) -> None:
    HolidayStore(path).write(TODAY - timedelta(days=1), CLOSED)
    assert HolidayStore(path).claim_daily_request(TODAY)
    assert not HolidayStore(path).claim_daily_request(TODAY)
    assert HolidayStore(path).read() == (TODAY, CLOSED)
    assert HolidayStore(path).claim_daily_request(TODAY + timedelta(days=1))


def test_one_of_many_threads_claims_the_day(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _: HolidayStore(path).claim_daily_request(TODAY), range(16)))
    assert claims.count(True) == 1
