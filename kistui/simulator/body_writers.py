"""Writers that send a response body whole, in chunks, slowly, endlessly or malformed.

A body writer turns a response into steps: bytes to send, or seconds to wait before the next step.
"""

import struct
import zlib
from collections.abc import Iterator
from functools import cache
from http.client import responses
from itertools import repeat

from kistui.simulator.responses import BodyWriter, Response, WriteStep

FILLER = b" " * (1 << 16)
"""A block of blanks, which contains no JSON however much of it is read."""


def normal(response: Response) -> Iterator[WriteStep]:
    """Send head and body in one step; with `disconnect` "during", half of the body."""
    body = (
        response.body[: len(response.body) // 2]
        if response.disconnect == "during"
        else response.body
    )
    yield response_head(response, f"Content-Length: {len(response.body)}") + body


def slow_chunks(size: int, pause: float) -> BodyWriter:
    """Return a writer that sends `size` bytes of the body at a time after `pause` seconds each."""

    def steps(response: Response) -> Iterator[WriteStep]:
        yield response_head(response, f"Content-Length: {len(response.body)}")
        for start in range(0, len(response.body), size):
            yield pause
            yield response.body[start : start + size]

    return steps


def chunked(size: int) -> BodyWriter:
    """Return a writer that uses chunked transfer encoding with chunks of `size` bytes."""

    def steps(response: Response) -> Iterator[WriteStep]:
        yield response_head(response, "Transfer-Encoding: chunked")
        for start in range(0, len(response.body), size):
            yield _chunk(response.body[start : start + size])
        yield _chunk(b"")

    return steps


def broken_chunks(response: Response) -> Iterator[WriteStep]:
    """Send one valid chunk, then an invalid chunk length."""
    yield (
        response_head(response, "Transfer-Encoding: chunked")
        + _chunk(response.body)
        + b"not a length\r\n"
    )


def endless_chunks(response: Response) -> Iterator[WriteStep]:
    """Send chunks until the client disconnects."""
    yield response_head(response, "Transfer-Encoding: chunked")
    yield from repeat(_chunk(FILLER))


def endless_headers(response: Response) -> Iterator[WriteStep]:
    """Send header lines until the client disconnects."""
    yield f"HTTP/1.1 {response.status} OK\r\n".encode()
    yield from repeat(b"x-more: " + b"x" * 4096 + b"\r\n")


def oversized(megabytes: int) -> BodyWriter:
    """Return a writer that streams a body of `megabytes` MiB without holding it in memory."""

    def steps(response: Response) -> Iterator[WriteStep]:
        yield response_head(response, f"Content-Length: {megabytes << 20}")
        yield from repeat(FILLER, (megabytes << 20) // len(FILLER))

    return steps


def wrong_content_length(length: int) -> BodyWriter:
    """Return a writer that declares `length` as content-length, whatever the body's size."""

    def steps(response: Response) -> Iterator[WriteStep]:
        yield response_head(response, f"Content-Length: {length}") + response.body

    return steps


def raw_bytes(content: bytes) -> BodyWriter:
    """Return a writer that sends `content` instead of an HTTP response."""
    return lambda _response: iter((content,))


def gzip_bomb(megabytes: int, *, layers: int = 1) -> Response:
    """Return a response of `megabytes` MiB of blanks, compressed with `layers` layers of gzip."""
    import gzip  # noqa: PLC0415  # only this scene needs it

    content = _gzip_blanks(megabytes)
    for _ in range(layers - 1):
        content = gzip.compress(content, mtime=0)
    return Response(body=content, headers={"content-encoding": ", ".join(["gzip"] * layers)})


@cache
def _gzip_blanks(megabytes: int) -> bytes:
    """Return gzip of blanks; a MiB is compressed once, and repeated."""
    blanks = b" " * (1 << 20)
    compressor = zlib.compressobj(9, wbits=-15)
    block = compressor.compress(blanks) + compressor.flush(zlib.Z_FULL_FLUSH)
    checksum = 0
    for _ in range(megabytes):
        checksum = zlib.crc32(blanks, checksum)
    header = b"\x1f\x8b\x08" + bytes(7)
    end = compressor.flush() + struct.pack("<LL", checksum, megabytes << 20)
    return header + block * megabytes + end


def response_head(response: Response, framing: str) -> bytes:
    """Return status line and headers; `framing` is the header that delimits the body.

    KIS writes its own headers, such as `tr_id`, in lower case and those of HTTP in title case: its
    Python sample makes an identifier of every name in lower case.
    """
    lines = [f"HTTP/1.1 {response.status} {responses.get(response.status, '')}"]
    lines += [
        f"{name if '_' in name else name.title()}: {value}"
        for name, value in response.headers.items()
    ]
    return "\r\n".join([*lines, framing, "", ""]).encode("latin-1")


def _chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"
