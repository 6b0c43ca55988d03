"""The body of an answer, never more of it than fits: neither sent, nor after unpacking."""

import zlib
from collections.abc import Callable

import httpx

from kistui.errors import MalformedResponseError

MAX_BODY_SIZE = 8 * 1024 * 1024
"""Bytes; a page of 50 rows has about 45,000."""
ACCEPT_ENCODING = "gzip"
"""What is asked for. httpx would unpack a small bomb whole, and several layers of it."""

Decompress = Callable[[bytes, int], bytes]
"""From what came and how much there is room for."""


async def read_limited_body(response: httpx.Response) -> bytes:
    """The whole body, unpacked; raises Malformed when it is too long or packed otherwise."""
    content = bytearray()
    unpack, is_whole = _decompressor_for(response.headers.get("content-encoding", ""))
    async for piece in response.aiter_raw():
        content += unpack(piece, MAX_BODY_SIZE + 1 - len(content))
        if len(content) > MAX_BODY_SIZE:
            raise MalformedResponseError(where="body")
    if not is_whole():
        raise MalformedResponseError(where="content-encoding")
    return bytes(content)


def _decompressor_for(encoding: str) -> tuple[Decompress, Callable[[], bool]]:
    """How to unpack a piece, and whether the end has come."""
    match encoding.strip().lower():
        case "" | "identity":
            return lambda piece, _room: piece, lambda: True
        case "gzip" | "x-gzip":
            stream = zlib.decompressobj(wbits=31)

            def unpack(piece: bytes, room: int) -> bytes:
                try:
                    return stream.decompress(piece, room)
                except zlib.error:
                    raise MalformedResponseError(where="content-encoding") from None

            return unpack, lambda: stream.eof
    raise MalformedResponseError(where="content-encoding")
