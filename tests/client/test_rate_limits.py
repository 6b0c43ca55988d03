"""Rate limiters space calls by an injected clock, so that no test waits."""

import asyncio

from kistui.client.rate_limits import RateLimiter, RateLimits


class Time:
    """A monotonic clock moved by its own `sleep`."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


async def test_the_first_call_passes_at_once_and_the_next_waits_its_interval() -> None:
    time = Time()
    limiter = RateLimiter(1.1, monotonic=time.monotonic, sleep=time.sleep)
    for _ in range(3):
        await limiter.acquire()
    assert time.slept == [1.1, 1.1]


async def test_a_late_call_does_not_wait() -> None:
    time = Time()
    limiter = RateLimiter(1.0, monotonic=time.monotonic, sleep=time.sleep)
    await limiter.acquire()
    time.now += 5
    await limiter.acquire()
    assert time.slept == []


async def test_concurrent_calls_pass_one_at_a_time() -> None:
    time = Time()
    limiter = RateLimiter(1.0, monotonic=time.monotonic, sleep=time.sleep)
    await asyncio.gather(*(limiter.acquire() for _ in range(4)))
    assert time.slept == [1.0, 1.0, 1.0]


async def test_accounts_have_their_own_rate_limit_and_share_that_of_the_key() -> None:
    time = Time()
    limits = RateLimits(0.1, 1.05, monotonic=time.monotonic, sleep=time.sleep)
    await limits.acquire("a")
    await limits.acquire("b")
    assert time.slept == [0.1]
    await limits.acquire("a")
    assert time.slept == [0.1, 0.95]


async def test_unlimited_calls_never_wait() -> None:
    limits = RateLimits.unlimited()
    for _ in range(100):
        await limits.acquire("a")


async def test_a_cancelled_wait_uses_up_no_turn() -> None:
    class Cancelling(Time):
        async def sleep(self, seconds: float) -> None:
            raise asyncio.CancelledError

    time = Cancelling()
    limiter = RateLimiter(1.0, monotonic=time.monotonic, sleep=time.sleep)
    await limiter.acquire()
    for _ in range(2):
        task = asyncio.ensure_future(limiter.acquire())
        await asyncio.wait([task])
        assert task.cancelled()
    time.now += 1.0
    await limiter.acquire()


class Turns:
    """Turns of other processes: each limit has the delays that `take` returns, one by one."""

    def __init__(self, **delays: list[float]) -> None:
        self.delays = delays
        self.taken: list[tuple[str, float]] = []
        self.postponed: list[tuple[str, float]] = []

    def take(self, limit: str, interval: float) -> float:
        self.taken.append((limit, interval))
        delays = self.delays.get(limit)
        return delays.pop(0) if delays else 0.0

    def postpone(self, limit: str, delay: float) -> None:
        self.postponed.append((limit, delay))


async def test_a_call_waits_for_the_turns_of_other_processes() -> None:
    time, turns = Time(), Turns(a=[0.7, 1.05, 0.2])
    limits = RateLimits(0.1, 1.05, shared_turns=turns, monotonic=time.monotonic, sleep=time.sleep)
    reported: list[float] = []
    wait = await limits.acquire("a", lambda waited: reported.append(round(waited, 3)))
    assert time.slept == [0.7, 1.05, 0.2]
    assert reported == [0.0, 0.7]  # a short wait is not reported
    assert round(wait.account, 3) == 1.95
    assert turns.taken == [("a", 1.05)] * 4 + [("app key", 0.1)]


async def test_other_processes_wait_from_the_answer_on() -> None:
    turns = Turns()
    limits = RateLimits(0.1, 1.05, shared_turns=turns)
    await limits.acquire("a")
    await limits.on_response("a")
    await limits.on_response("never called")
    await limits.on_response()
    assert turns.postponed == [("a", 1.0)]


async def test_without_limits_no_turn_is_taken() -> None:
    turns = Turns(a=[5.0])
    await RateLimits(0, 0, shared_turns=turns).acquire("a")
    assert turns.taken == []
