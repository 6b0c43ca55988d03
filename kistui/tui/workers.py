"""Workers: what pages and controllers run beside the screen."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVarTuple

from textual.dom import DOMNode

Arguments = TypeVarTuple("Arguments")


def start_worker(
    owner: DOMNode,
    function: Callable[[*Arguments], Awaitable[object]],
    *arguments: *Arguments,
    group: str,
    name: str = "",
    is_exclusive: bool = False,
) -> None:
    """Run an async function in a worker of `owner`; an exclusive one cancels others of its group.

    Textual gets the function, because a coroutine object that is cancelled before it starts makes
    a warning, for example when the app ends during its start.
    """
    work: Any = partial(function, *arguments)
    owner.run_worker(work, group=group, name=name, exclusive=is_exclusive)
