"""How the bytes of an answer leave: whole, in pieces, for ever, or not as HTTP has it.

A manner turns a reply into steps: bytes to send, or seconds to wait before the next.
"""

import zlib
from collections.abc import Iterator
from http.client import responses
from itertools import repeat

from kistui.simulator.responses import BodyWriter, Response, WriteStep

FILLER = b" " * (1 << 16)
"""Blanks: a reader that takes all of them still finds no answer."""


def normal(response: Response) -> Iterator[WriteStep]:
    """All in one piece; half of the body where the reply is cut during it."""
    body = (
        response.body[: len(response.body) // 2]
        if response.disconnect == "during"
        else response.body
    )
    yield response_head(response, f"content-length: {len(response.body)}") + body


def slow_chunks(size: int, pause: float) -> BodyWriter:
    """The body a few bytes at a time, with a pause before each."""

    def steps(reply: Response) -> Iterator[WriteStep]:
        yield response_head(reply, f"content-length: {len(reply.body)}")
        for start in range(0, len(reply.body), size):
            yield pause
            yield reply.body[start : start + size]

    return steps


def chunked(size: int) -> BodyWriter:
    """As HTTP/1.1 has it for a body of a length not known before."""

    def steps(reply: Response) -> Iterator[WriteStep]:
        yield response_head(reply, "transfer-encoding: chunked")
        for start in range(0, len(reply.body), size):
            yield _chunk(reply.body[start : start + size])
        yield _chunk(b"")

    return steps


def broken_chunks(response: Response) -> Iterator[WriteStep]:
    """One chunk, then what is the length of none."""
    yield (
        response_head(response, "transfer-encoding: chunked")
        + _chunk(response.body)
        + b"not a length\r\n"
    )


def endless_chunks(response: Response) -> Iterator[WriteStep]:
    """Chunks until the reader has enough."""
    yield response_head(response, "transfer-encoding: chunked")
    yield from repeat(_chunk(FILLER))


def endless_headers(response: Response) -> Iterator[WriteStep]:
    """Header lines until the reader has enough."""
    yield f"HTTP/1.1 {response.status} OK\r\n".encode()
    yield from repeat(b"x-more: " + b"x" * 4096 + b"\r\n")


def oversized(megabytes: int) -> BodyWriter:
    """Blanks of that length, never held in memory as a whole."""

    def steps(reply: Response) -> Iterator[WriteStep]:
        yield response_head(reply, f"content-length: {megabytes << 20}")
        yield from repeat(FILLER, (megabytes << 20) // len(FILLER))

    return steps


def wrong_content_length(length: int) -> BodyWriter:
    """A content-length that is not the body's."""

    def steps(reply: Response) -> Iterator[WriteStep]:
        yield response_head(reply, f"content-length: {length}") + reply.body

    return steps


def raw_bytes(content: bytes) -> BodyWriter:
    """These bytes and nothing else."""
    return lambda _reply: iter((content,))


def gzip_bomb(megabytes: int, *, layers: int = 1) -> Response:
    """A small body that gzip makes large, and larger in several layers."""
    import gzip  # noqa: PLC0415  # for this scene alone

    packer = zlib.compressobj(9, wbits=31)
    content = b"".join(packer.compress(FILLER) for _ in range((megabytes << 20) // len(FILLER)))
    content += packer.flush()
    for _ in range(layers - 1):
        content = gzip.compress(content, mtime=0)
    return Response(body=content, headers={"content-encoding": ", ".join(["gzip"] * layers)})


def response_head(response: Response, framing: str) -> bytes:
    """Status line and headers, with the one that says where the body ends."""
    lines = [f"HTTP/1.1 {response.status} {responses.get(response.status, '')}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    return "\r\n".join([*lines, framing, "", ""]).encode("latin-1")


def _chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"
