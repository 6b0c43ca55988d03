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
        output = read_until(terminal, BALANCE_LOADED)
        if BALANCE_LOADED not in output:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            sys.stderr.write(f"{output[-300:]!a}\n{kistui} --demo showed no balance\n")
            return 1
        os.write(terminal, b"q")
        read_until(terminal, None)
        _, status = os.waitpid(pid, 0)
    print(f"{kistui} --demo: opened and closed, exit code {os.waitstatus_to_exitcode(status)}")
    return os.waitstatus_to_exitcode(status)


def read_until(terminal: int, expected: bytes | None) -> bytes:
    """Return the output up to `expected`, to the end of the process, or to the timeout."""
    output, deadline = b"", time.monotonic() + TIMEOUT
    while expected is None or expected not in output:
        if not select.select([terminal], [], [], deadline - time.monotonic())[0]:
            break
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # Linux: the other side is closed
            break
        if not chunk:
            break
        output += chunk
    return output


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1])))
