"""Waiting, on the command line, for what is done in an event loop."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


def result_of(work: Awaitable[T]) -> T:
    """What `work` comes to; raises what it raises."""
    results: list[T] = []

    # Not as the task's result: of that `asyncio.run` has the repr made, all the holdings' too.
    async def run() -> None:
        results.append(await work)

    asyncio.run(run())
    return results[0]
