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
import tomllib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from kistui.cli import run_process
from tests.fork_server import IMPORTED, become

AT_ONCE = 6
GIVE_UP_SECONDS = 20.0
"""A process that spins stays for ever; one that ends is given time on a busy machine."""
READY = "도움말".encode(), b"password?"
"""What shows that a process can be acted on: the footer, or a command's question."""
KEYS = {
    "quit": b"q",
    "palette": b":",
    "export": b"2e\r",
    "refresh": b"r",
    "suspended": b"\x1a",
    "quit by Ctrl+Q": b"\x11",
    "holdings": b"2",
    "detail": b"2\r",
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
    "theme": b"t\x1b[B",
    "columns": b"2c",
    "chart": b"2\r ",
    "raw fields": b"f",
    "period": b"6w",
    "tax sheet": b"7u",
    "year of dividends": b"8\x1b[D",
    "allocation": b"9v",
    "deposit": b"hn",
    "new account": b"4n",
    "issue of a token": b"3n\r",
    "help over a dialog": b",?",
    "live prices": b"2_",
}
SIGNALS = {"hangup": signal.SIGHUP, "terminate": signal.SIGTERM, "interrupt": signal.SIGINT}
COMMANDS = {
    "command": ("import time; time.sleep(60)", False),
    "command quit": ("import time; time.sleep(60)", False),
    "command that asks": ("print('password?', file=open('/dev/tty', 'w')); input()", True),
}
"""States in which a `secret_command` is waited for: its script, and whether it asks."""
STATES = ("start", "idle", "unreachable", "unreachable quit", *COMMANDS, *SIGNALS, *KEYS)
KIND_COUNT = STATES.index("suspended") + 1
"""So many of the states, the first, differ in what must end; the others are further pages."""


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
    is_unreachable = closing.state.startswith("unreachable")
    is_asked = closing.state in COMMANDS
    home = closing.home
    environ = {"HOME": home, "TMPDIR": home, "TERM": "xterm-256color", "LANG": "ko_KR.UTF-8"}
    environ |= {f"XDG_{name}_HOME": home for name in ("CONFIG", "STATE", "DATA", "CACHE")}
    if is_unreachable:
        environ |= {"KIS_APP_KEY": "P" * 36, "KIS_APP_SECRET": "s" * 180}
        environ |= {"KIS_ACCOUNT": "12345678-01", "KISTUI_BASE_URL": silent_server}
    become(environ, (slave, slave, slave))
    if is_asked:
        write_config(Path(home, "kistui"), *COMMANDS[closing.state], silent_server)
    os.chdir(home)  # exports go there
    sys.argv[1:] = [] if is_unreachable or is_asked else ["--demo"]
    run_process()


def write_config(folder: Path, script: str, asks: bool, server: str) -> None:
    """Write a profile whose app key a Python script prints."""
    folder.mkdir(mode=0o700)
    path = folder / "config.toml"
    command = json.dumps([sys.executable, "-c", script])
    path.write_text(
        f'[profiles.main]\nenvironment = "real"\naccount = "12345678-01"\nbase_url = "{server}"\n'
        f'secrets = "command"\nsecret_command = {command}\n'
        f"secret_command_asks = {str(asks).lower()}\n"
    )
    path.chmod(0o600)


def act(closing: Closing) -> None:
    """Bring the process into its state."""
    if closing.state in SIGNALS:
        os.kill(closing.pid, SIGNALS[closing.state])
    keys = b"q" if closing.state.endswith(" quit") else KEYS.get(closing.state, b"")
    os.write(closing.master, keys)


def advance(closing: Closing, now: float) -> bool:
    """Do what is due; return whether the process has ended or been given up."""
    if closing.acted_at is None:
        is_ready = closing.state == "start" or any(text in closing.output for text in READY)
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
    for suffix, parse in (("json", json.loads), ("toml", tomllib.loads)):
        for path in Path(closing.home).rglob(f"*.{suffix}"):
            try:
                parse(path.read_text())
            except ValueError:
                problems.append(f"half written: {path.name}")
    problems += [f"stays: {path.name}" for path in Path(closing.home).glob("kistui-demo-*")]
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


def main() -> int:
    """Run the command line; return the exit code."""
    problems = run(int(sys.argv[1]), int(sys.argv[2]))
    print("\n".join(problems) or "all ended")
    return int(bool(problems))


if __name__ == "__main__":
    raise SystemExit(main())
