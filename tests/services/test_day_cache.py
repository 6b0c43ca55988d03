"""What was read is kept for a day, and not more of it than an app needs."""

from datetime import date, timedelta

from kistui.services.day_cache import DayCache

TODAY = date(2026, 11, 23)


def test_results_of_another_day_are_dropped() -> None:
    cache = DayCache()
    cache.store("key", TODAY, 1)
    assert cache.get("key", TODAY) == 1
    assert cache.get("key", TODAY + timedelta(1)) is None
    cache.store("other", TODAY + timedelta(1), 2)
    assert len(cache) == 1


def test_the_least_used_results_are_dropped() -> None:
    cache = DayCache(max_results=3)
    for number in range(3):
        cache.store(number, TODAY, number)
    assert cache.get(0, TODAY) == 0
    cache.store(3, TODAY, 3)
    assert [cache.get(number, TODAY) for number in range(4)] == [0, None, 2, 3]
