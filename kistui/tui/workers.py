"""Workers: what pages and controllers run beside the screen.

A worker reports with messages and touches no widget.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, ParamSpec, TypeVarTuple

from textual.dom import DOMNode
from textual.screen import Screen
from textual.worker import WorkerState

from kistui.errors import KistuiError
from kistui.tui.key_queue import OPENS_DIALOG
from kistui.tui.messages import ActionFailed, NoticePosted

Arguments = TypeVarTuple("Arguments")
P = ParamSpec("P")
ACTION_GROUP = "action"


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


class ActionRunner:
    """Runs coroutine functions in workers of a page; a `KistuiError` becomes `ActionFailed`.

    Such a function raises what goes wrong, waits for dialogs with `push_screen_wait`, and posts
    messages to the page.
    """

    def __init__(self, page: Screen[Any]) -> None:
        self._page = page

    def start(
        self, action: Callable[P, Awaitable[object]], /, *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Run what the user asked for; it clears the notice and cancels the action before it."""
        self._page.post_message(NoticePosted())
        self._run(partial(action, *args, **kwargs), ACTION_GROUP)

    def open_dialog(
        self, action: Callable[P, Awaitable[object]], /, *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Run an action that begins with a dialog: keys pressed meanwhile wait for the dialog."""
        self._page.post_message(NoticePosted())
        self._run(partial(action, *args, **kwargs), ACTION_GROUP, name=OPENS_DIALOG)

    def load(
        self, function: Callable[P, Awaitable[object]], /, *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Run a read beside the action; it cancels the same read before it."""
        self._run(partial(function, *args, **kwargs), getattr(function, "__qualname__", "load"))

    @property
    def is_running(self) -> bool:
        """Whether an action is running or waits for an answer."""
        running = (WorkerState.PENDING, WorkerState.RUNNING)
        return any(
            worker.group == ACTION_GROUP and worker.node is self._page and worker.state in running
            for worker in self._page.workers
        )

    def cancel(self) -> None:
        """Cancel the running action."""
        self._page.workers.cancel_group(self._page, ACTION_GROUP)

    def _run(self, function: Callable[[], Awaitable[object]], group: str, name: str = "") -> None:
        async def report() -> None:
            try:
                await function()
            except KistuiError as error:
                self._page.post_message(ActionFailed(error))

        start_worker(self._page, report, group=group, name=name, is_exclusive=True)
