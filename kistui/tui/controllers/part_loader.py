"""Read a page's figures part by part; what has arrived stays if the read ends early."""

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, runtime_checkable

from kistui.errors import KistuiError
from kistui.models.account import Profile
from kistui.models.calls import OnProgress, ProgressEvent
from kistui.tui.messages import PartLoaded, ReadEnded, ReadMessage, ReadProgressed
from kistui.tui.workers import start_worker

if TYPE_CHECKING:
    from datetime import datetime

    from kistui.services.session import Session
    from kistui.tui.screens.page import PageContext, PageScreen

LOAD_GROUP = "parts"

ContentT = TypeVar("ContentT")
Part = tuple[int, ContentT | None]
"""The number of parts read, and the content so far; `None` if nothing can be shown yet."""
ReadParts = Callable[["Session", OnProgress], AsyncIterator[Part[ContentT]]]


class PartialReport(Protocol):
    """A report that is read in parts and counts them."""

    @property
    def parts_read(self) -> int:
        """The number of parts read."""


ReportT = TypeVar("ReportT", bound=PartialReport)


async def with_counts(reports: AsyncIterator[ReportT]) -> AsyncIterator[tuple[int, ReportT]]:
    """Yield reports, each with the number of its parts that have been read."""
    async for report in reports:
        yield report.parts_read, report


@runtime_checkable
class Dated(Protocol):
    """Content with the time of its figures, which are older than the read after a failed part."""

    @property
    def read_at(self) -> "datetime | None":
        """When the newest figures came; `None` before the first."""


class PartLoader(Generic[ContentT]):
    """Holds what was read for `profile`; a new read cancels the one before it.

    Its worker posts messages to `page`, which passes them to `handle` as every `PageScreen` does.
    The page is shown again after every change, and only its status while the read waits.
    """

    def __init__(self, page: "PageScreen", context: "PageContext") -> None:
        self._page = page
        self._session_pool = context.session_pool
        self._clock = context.clock
        self._request_id = 0
        self.profile: Profile | None = context.profile
        self.content: ContentT | None = None
        self.loaded_at: datetime | None = None
        self.error: KistuiError | None = None
        self.progress: ProgressEvent | None = None
        self.parts_read = 0
        self.is_loading = False
        self.was_stopped = False

    def load(self, read: ReadParts[ContentT], *, keeps_content: bool) -> None:
        """Read in a worker; without `keeps_content` nothing old is shown meanwhile."""
        if self.profile is None:
            return
        self._request_id += 1
        if not keeps_content:
            self.content, self.loaded_at = None, None
        self.error, self.progress, self.parts_read = None, None, 0
        self.is_loading, self.was_stopped = True, False
        start_worker(
            self._page,
            self._read,
            self._request_id,
            self.profile,
            read,
            group=LOAD_GROUP,
            is_exclusive=True,
        )
        self._show_change()

    def stop(self) -> None:
        """Cancel the read; what has arrived stays."""
        if self.is_loading:
            self._page.workers.cancel_group(self._page, LOAD_GROUP)
            self._request_id += 1
            self.is_loading, self.was_stopped = False, True
            self._show_change()

    def handle(self, message: ReadMessage) -> None:
        """Apply what the worker posted; an answer to an earlier read changes nothing."""
        if message.request_id != self._request_id:
            return
        match message:
            case ReadProgressed():
                self.progress = message.progress
                if self._page.is_mounted:
                    self._page.refresh_status()
                return
            case PartLoaded():
                self.parts_read = message.parts_read
                if message.content is not None:
                    content: Any = message.content
                    self.content, self.loaded_at = content, message.loaded_at
            case ReadEnded():
                self.is_loading, self.error, self.progress = False, message.error, None
        self._show_change()

    def _show_change(self) -> None:
        if self._page.is_mounted:
            self._page.refresh_view()

    async def _read(self, request_id: int, profile: Profile, read: ReadParts[ContentT]) -> None:
        page = self._page

        def report(progress: ProgressEvent | None) -> None:
            page.post_message(ReadProgressed(self, request_id, progress))

        try:
            session = await self._session_pool.get(profile, report)
            async for parts_read, content in read(session, report):
                read_at = content.read_at if isinstance(content, Dated) else self._clock()
                page.post_message(PartLoaded(self, request_id, content, parts_read, read_at))
        except KistuiError as error:
            page.post_message(ReadEnded(self, request_id, error))
        else:
            page.post_message(ReadEnded(self, request_id))
