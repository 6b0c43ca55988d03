"""Closes the terminal of many kistui processes at random moments, and prints which ones stayed.

    python -m tests.terminal.closings COUNT SEED

Processes are forked from one that has imported kistui: a hundred starts would take a minute of
processor time otherwise.
"""

import fcntl
import json
import os
import pty
import random
import select
import shutil
import signal
import socket
import struct
import sys
import tempfile
import termios
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from kistui.cli import main

AT_ONCE = 6
GIVE_UP_SECONDS = 20.0
"""A process that spins stays for ever; one that ends is given time on a busy machine."""
FIRST_FRAME = "도움말".encode()  # in the footer
KEYS = {
    "quit": b"q",
    "quit by Ctrl+Q": b"\x11",
    "holdings": b"2",
    "detail": b"2\r",
    "palette": b":",
    "settings": b",",
    "help": b"?",
    "filter": b"2/sam",
    "token": b"3",
    "accounts": b"4",
    "log": b"5",
    "trades": b"6",
    "profit": b"7",
    "dividends": b"8",
    "cash": b"9",
    "history": b"h",
    "refresh": b"r",
    "suspended": b"\x1a",
}
SIGNALS = {"hangup": signal.SIGHUP, "terminate": signal.SIGTERM, "interrupt": signal.SIGINT}
IMPORTED = (
    "anyio._backends._asyncio", "filelock", "httpcore", "kistui.cli.commands.app",
    "kistui.cli.context", "kistui.cli.parser", "kistui.client", "kistui.i18n.ko",
    "kistui.services.session", "kistui.simulator", "kistui.storage.log", "kistui.storage.themes",
    "kistui.tui.app", "kistui.tui.driver.cell_diff",
)  # fmt: skip
"""What every process needs, imported before it is forked."""
STATES = ("start", "idle", "unreachable", "unreachable quit", *KEYS, *SIGNALS)


@dataclass
class Closing:
    """One process, and when its terminal closes."""

    state: str
    act_after: float
    """Seconds from the first frame (from the start, in the state `start`) to keys or signal."""
    close_after: float
    """Seconds from there to the closing."""
    pid: int = 0
    master: int = -1
    home: str = ""
    output: bytes = b""
    ready_at: float | None = None
    acted_at: float | None = None
    closed_at: float | None = None
    status: int | None = None


def start(closing: Closing, silent_server: str) -> None:
    """Fork a process with a terminal of its own that runs the app; the child never returns."""
    closing.home = tempfile.mkdtemp(prefix="kistui-closing-")
    closing.master, slave = pty.openpty()
    fcntl.ioctl(closing.master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    closing.pid = os.fork()
    if closing.pid:
        os.close(slave)
        return
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for descriptor in range(3):
        os.dup2(slave, descriptor)
    os.closerange(3, 256)
    is_unreachable = closing.state.startswith("unreachable")
    home = closing.home
    os.environ.clear()
    os.environ.update(HOME=home, TMPDIR=home, TERM="xterm-256color", LANG="ko_KR.UTF-8")
    os.environ.update({f"XDG_{name}_HOME": home for name in ("CONFIG", "STATE", "DATA", "CACHE")})
    if is_unreachable:
        os.environ.update(KIS_APP_KEY="P" * 36, KIS_APP_SECRET="s" * 180)
        os.environ.update(KIS_ACCOUNT="12345678-01", KISTUI_BASE_URL=silent_server)
    raise SystemExit(main([] if is_unreachable else ["--demo"]))


def act(closing: Closing) -> None:
    """Bring the process into its state."""
    if closing.state in SIGNALS:
        os.kill(closing.pid, SIGNALS[closing.state])
    keys = b"q" if closing.state == "unreachable quit" else KEYS.get(closing.state, b"")
    os.write(closing.master, keys)


def advance(closing: Closing, now: float) -> bool:
    """Do what is due; return whether the process has ended or been given up."""
    if closing.acted_at is None:
        is_ready = closing.state == "start" or FIRST_FRAME in closing.output
        if is_ready and closing.ready_at is None:
            closing.ready_at = now
        if closing.ready_at is not None and now >= closing.ready_at + closing.act_after:
            act(closing)
            closing.acted_at = now
    elif closing.closed_at is None and now >= closing.acted_at + closing.close_after:
        os.close(closing.master)
        closing.master, closing.closed_at = -1, now
    pid, status = os.waitpid(closing.pid, os.WNOHANG)
    if pid:
        closing.status = status
    return bool(pid) or (
        closing.closed_at is not None and now > closing.closed_at + GIVE_UP_SECONDS
    )


def faults(closing: Closing) -> list[str]:
    """Return what is wrong with an ended process, in words."""
    problems = []
    if closing.status is None:
        os.kill(closing.pid, signal.SIGKILL)
        os.waitpid(closing.pid, 0)
        problems.append("still runs")
    if b"Traceback" in closing.output or "내부 오류".encode() in closing.output:
        problems.append("prints an error")
    for path in Path(closing.home).rglob("*.json"):
        try:
            json.loads(path.read_text())
        except ValueError:
            problems.append(f"half written: {path.name}")
    return [f"{closing.state} +{closing.close_after:.3f} s: {problem}" for problem in problems]


def finish(closing: Closing) -> None:
    """Release what the process had."""
    if closing.master >= 0:
        os.close(closing.master)
    shutil.rmtree(closing.home, ignore_errors=True)


def run(count: int, seed: int) -> list[str]:
    """Run `count` closings, a few at once; return what went wrong."""
    for name in IMPORTED:
        import_module(name)
    moments = random.Random(seed)
    waiting = [
        Closing(STATES[index % len(STATES)], moments.uniform(0, 0.3), moments.uniform(0, 0.2))
        for index in range(count)
    ]
    running: list[Closing] = []
    problems: list[str] = []
    server = socket.create_server(("127.0.0.1", 0))  # closed by each child with the rest
    silent_server = f"http://127.0.0.1:{server.getsockname()[1]}"
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            closing = waiting.pop()
            start(closing, silent_server)
            running.append(closing)
        masters = {closing.master: closing for closing in running if closing.master >= 0}
        for master in select.select(list(masters), [], [], 0.01)[0]:
            try:
                masters[master].output += os.read(master, 1 << 16)
            except OSError:  # the process has ended
                time.sleep(0.01)
        now = time.monotonic()
        for closing in [closing for closing in running if advance(closing, now)]:
            running.remove(closing)
            problems += faults(closing)
            finish(closing)
    server.close()
    return problems


if __name__ == "__main__":
    problems = run(int(sys.argv[1]), int(sys.argv[2]))
    print("\n".join(problems) or "all ended")
    raise SystemExit(bool(problems))
