"""Requests and answers over one connection, one after the other: HTTP/1.1 as h11 knows it."""

from collections.abc import AsyncIterator

import h11
import httpx

from kistui.client.line import Line, Seconds, told

MOST_HEAD = 100 * 1024
"""Bytes of an answer's head, or of a chunk's."""


class Exchange:
    """A connection's talk; it is dropped unless `is_over` after an answer."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.idle_since = 0.0
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD)

    async def ask(self, request: httpx.Request, write: Seconds, read: Seconds) -> h11.Response:
        """Send a request; the head of its answer. Raises of httpx's RequestError tree."""
        await self.line.write(self._written(request, await request.aread()), write)
        async with told(request, "http11.receive_response_headers"):
            while isinstance(event := await self._next(read), h11.InformationalResponse):
                pass  # 100 or 103: the answer is still to come
        if not isinstance(event, h11.Response):
            raise httpx.RemoteProtocolError("no answer")
        return event

    async def pieces(self, read: Seconds) -> AsyncIterator[bytes]:
        """The answer's body as it comes."""
        while isinstance(event := await self._next(read), h11.Data):
            yield bytes(event.data)

    def is_over(self) -> bool:
        """Whether the answer was whole and both sides would go on; then another may be asked."""
        is_done = self._http.our_state is self._http.their_state is h11.DONE
        # What comes after an answer was not asked for, and would be taken for the next one.
        if not is_done or self._http.trailing_data[0]:
            return False
        self._http.start_next_cycle()
        return True

    def _written(self, request: httpx.Request, body: bytes) -> bytes:
        events: list[h11.Event] = [h11.Data(data=body)] if body else []
        try:
            head = h11.Request(
                method=request.method, target=request.url.raw_path, headers=request.headers.raw
            )
            return b"".join(
                self._http.send(event) or b"" for event in (head, *events, h11.EndOfMessage())
            )
        except h11.LocalProtocolError:  # its text has the header in it
            raise httpx.LocalProtocolError("not a request of HTTP/1.1") from None

    async def _next(self, read: Seconds) -> object:
        """What h11 makes of what comes next."""
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                self._http.receive_data(await self.line.read(read))
        except h11.RemoteProtocolError as error:
            raise httpx.RemoteProtocolError("not an answer of HTTP/1.1") from error
        return event
