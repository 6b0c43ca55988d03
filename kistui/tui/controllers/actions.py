"""Run the actions of a page in workers, which report with messages and touch no widget."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, ParamSpec

from textual.screen import Screen
from textual.worker import WorkerState

from kistui.errors import KistuiError
from kistui.tui.key_queue import OPENS_DIALOG
from kistui.tui.messages import ActionFailed, NoticePosted
from kistui.tui.workers import start_worker

P = ParamSpec("P")
ACTION_GROUP = "action"


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
        """Return whether an action is running or waits for an answer."""
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
