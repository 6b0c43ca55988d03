"""HTTP/1.1 server on loopback: one thread per connection, one send per response."""

import socket
import struct
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from selectors import EVENT_READ, DefaultSelector
from socketserver import TCPServer
from ssl import SSLContext
from threading import Event, Lock, Thread
from typing import Any

from kistui.simulator.body_writers import normal
from kistui.simulator.request import Request, parse_request
from kistui.simulator.responses import Response

HOST = "127.0.0.1"
MAX_BODY_BYTES = 1 << 16
SHUTDOWN_TIMEOUT = 1.0
"""Seconds to wait for each connection's thread when the server is closed."""

_NO_LINGER = struct.pack("ii", 1, 0)

Responder = Callable[[Request], Response]


class LoopbackServer(ThreadingHTTPServer):
    """Serves from construction until `close`; raises OSError when the port is taken.

    With `tls` every connection begins with a handshake.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, respond: Responder, tls: SSLContext | None = None) -> None:
        self.respond = respond
        self._tls = tls
        self.stopping = Event()
        self._lock = Lock()
        self._connections: set[socket.socket] = set()
        self._connection_threads: list[Thread] = []
        """One for each connection; ended threads are removed when a new connection is accepted."""
        super().__init__((HOST, port), ConnectionHandler)
        self.socket.setblocking(False)
        self._wake, self._wake_receiver = socket.socketpair()
        self._thread = Thread(target=self._serve, name="kis-simulator", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        """Accept connections until `close`, without the polling of `serve_forever`."""
        with DefaultSelector() as selector:
            selector.register(self, EVENT_READ)
            selector.register(self._wake_receiver, EVENT_READ)
            while selector.select() and not self.stopping.is_set():
                try:
                    request, address = self.get_request()
                    if self._tls is not None:
                        # The connection's thread does the handshake: no other is blocked.
                        request = self._tls.wrap_socket(
                            request, server_side=True, do_handshake_on_connect=False
                        )
                except OSError:
                    continue  # the client disconnected before it was accepted
                self.process_request(request, address)

    def server_bind(self) -> None:
        """Bind without the DNS lookup of the host name that HTTPServer does."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.socket.getsockname()[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Handle the connection in a new thread and register both."""
        thread = Thread(
            target=self.process_request_thread, args=(request, client_address), daemon=True
        )
        with self._lock:
            self._connections.add(request)
            self._connection_threads = [*filter(Thread.is_alive, self._connection_threads), thread]
            thread.start()

    def shutdown_request(self, request: Any) -> None:
        """Close and unregister a connection, with an RST if SO_LINGER is 0 seconds."""
        with self._lock:
            self._connections.discard(request)
        if request.fileno() >= 0 and _resets_on_close(request):
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def drop_connections(self) -> None:
        """Disconnect every open connection."""
        with self._lock:
            for connection in self._connections:
                _disconnect(connection)

    def close(self) -> None:
        """Stop at once, interrupting slow responses and keep-alive connections."""
        self.stopping.set()
        self._wake.close()
        self._thread.join()
        self._wake_receiver.close()
        self.server_close()
        self.drop_connections()
        for thread in self._connection_threads:
            thread.join(SHUTDOWN_TIMEOUT)


class ConnectionHandler(BaseHTTPRequestHandler):
    """Reads requests from a connection and writes what the server answers."""

    server: LoopbackServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Serve until either side closes the connection; a client's disconnect is no error."""
        try:
            super().handle()
        except OSError:  # includes failed TLS handshakes
            self.close_connection = True

    def do_GET(self) -> None:
        """Answer a request of any method; the gateway routes by method."""
        request = parse_request(
            self.command, self.path, dict(self.headers.items()), self._read_body()
        )
        response = self.server.respond(request)
        is_over = self.server.stopping.wait(response.delay) or response.disconnect == "before"
        if not is_over:
            self._send(response)
        if response.resets_connection:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.close_connection |= (
            is_over or bool(response.disconnect) or response.body_writer is not None
        )

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Log nothing: the terminal belongs to the app."""

    def _send(self, response: Response) -> None:
        for step in (response.body_writer or normal)(response):
            if isinstance(step, bytes):
                self.wfile.write(step)
            elif self.server.stopping.wait(step):
                return

    def _read_body(self) -> bytes:
        declared = self.headers.get("content-length", "0")
        length = int(declared) if declared.isdecimal() else -1
        if not 0 <= length <= MAX_BODY_BYTES or "transfer-encoding" in self.headers:
            # The body's end is unknown, so no further request can be read.
            self.close_connection = True
            return b""
        return self.rfile.read(length)


def _resets_on_close(connection: socket.socket) -> bool:
    linger = connection.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(_NO_LINGER))
    return linger == _NO_LINGER


def _disconnect(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the client has already disconnected
