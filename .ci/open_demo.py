"""Open `kistui --demo` in a pseudo-terminal, wait for the balance, quit with `q`.

Usage: open_demo.py PATH_TO_KISTUI
"""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import tempfile
import termios
import time

TIMEOUT = 60.0
"""Seconds to wait for the balance, and for the end."""
BALANCE_LOADED = "╭".encode()
"""The corner of a box: boxes appear with the figures."""


def main(kistui: str) -> int:
    """Return 0 when the balance appears and `q` ends the process with 0."""
    with tempfile.TemporaryDirectory() as home:
        environ = {"HOME": home, "PATH": os.environ["PATH"], "TERM": "xterm-256color"}
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(kistui, [kistui, "--demo", "--lang", "en"], environ)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        output, has_balance = read_until(terminal, BALANCE_LOADED)
        has_ended = False
        if has_balance:
            os.write(terminal, b"q")
            _, has_ended = read_until(terminal, None)
        if not has_ended:
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    if not has_balance:
        sys.stderr.write(f"{output[-300:]!a}\n{kistui} --demo showed no balance\n")
        return 1
    code = os.waitstatus_to_exitcode(status)
    print(f"{kistui} --demo: opened and {'closed' if has_ended else 'killed'}, exit code {code}")
    return code


def read_until(terminal: int, expected: bytes | None) -> tuple[bytes, bool]:
    """Return the output, and whether `expected` came, or the end of the process if it is None.

    Reads until then, but not longer than the timeout.
    """
    output, deadline = b"", time.monotonic() + TIMEOUT
    while expected is None or expected not in output:
        seconds_left = max(deadline - time.monotonic(), 0)
        if not select.select([terminal], [], [], seconds_left)[0]:
            return output, False
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # Linux: the other side is closed
            chunk = b""
        if not chunk:
            return output, expected is None
        output += chunk
    return output, True


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1])))
