"""How the bytes of an answer leave: whole, in pieces, for ever, or not as HTTP has it.

A manner turns a reply into steps: bytes to send, or seconds to wait before the next.
"""

import zlib
from collections.abc import Iterator
from http.client import responses
from itertools import repeat

from kistui.simulator.replies import Manner, Reply, Step

PIECE = b" " * (1 << 16)
"""Blanks: a reader that takes all of them still finds no answer."""


def whole(reply: Reply) -> Iterator[Step]:
    """All in one piece; half of the body where the reply is cut during it."""
    body = reply.body[: len(reply.body) // 2] if reply.cut == "during" else reply.body
    yield head(reply, f"content-length: {len(reply.body)}") + body


def trickled(size: int, pause: float) -> Manner:
    """The body a few bytes at a time, with a pause before each."""

    def steps(reply: Reply) -> Iterator[Step]:
        yield head(reply, f"content-length: {len(reply.body)}")
        for start in range(0, len(reply.body), size):
            yield pause
            yield reply.body[start : start + size]

    return steps


def chunked(size: int) -> Manner:
    """As HTTP/1.1 has it for a body of a length not known before."""

    def steps(reply: Reply) -> Iterator[Step]:
        yield head(reply, "transfer-encoding: chunked")
        for start in range(0, len(reply.body), size):
            yield _chunk(reply.body[start : start + size])
        yield _chunk(b"")

    return steps


def broken_chunks(reply: Reply) -> Iterator[Step]:
    """One chunk, then what is the length of none."""
    yield head(reply, "transfer-encoding: chunked") + _chunk(reply.body) + b"not a length\r\n"


def endless_chunks(reply: Reply) -> Iterator[Step]:
    """Chunks until the reader has enough."""
    yield head(reply, "transfer-encoding: chunked")
    yield from repeat(_chunk(PIECE))


def endless_head(reply: Reply) -> Iterator[Step]:
    """Header lines until the reader has enough."""
    yield f"HTTP/1.1 {reply.status} OK\r\n".encode()
    yield from repeat(b"x-more: " + b"x" * 4096 + b"\r\n")


def swollen(megabytes: int) -> Manner:
    """Blanks of that length, never held in memory as a whole."""

    def steps(reply: Reply) -> Iterator[Step]:
        yield head(reply, f"content-length: {megabytes << 20}")
        yield from repeat(PIECE, (megabytes << 20) // len(PIECE))

    return steps


def declared(length: int) -> Manner:
    """A content-length that is not the body's."""

    def steps(reply: Reply) -> Iterator[Step]:
        yield head(reply, f"content-length: {length}") + reply.body

    return steps


def raw(content: bytes) -> Manner:
    """These bytes and nothing else."""
    return lambda _reply: iter((content,))


def bomb(megabytes: int, *, layers: int = 1) -> Reply:
    """A small body that gzip makes large, and larger in several layers."""
    import gzip  # noqa: PLC0415  # for this scene alone

    packer = zlib.compressobj(9, wbits=31)
    content = b"".join(packer.compress(PIECE) for _ in range((megabytes << 20) // len(PIECE)))
    content += packer.flush()
    for _ in range(layers - 1):
        content = gzip.compress(content, mtime=0)
    return Reply(body=content, headers={"content-encoding": ", ".join(["gzip"] * layers)})


def head(reply: Reply, framing: str) -> bytes:
    """Status line and headers, with the one that says where the body ends."""
    lines = [f"HTTP/1.1 {reply.status} {responses.get(reply.status, '')}"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    return "\r\n".join([*lines, framing, "", ""]).encode("latin-1")


def _chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"
