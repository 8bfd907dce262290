"""A few requests of the harness's own: to make rooms, to read the statistics, to see how large a
reply is."""

import json
import socket

from .failed import Failed

TIMEOUT_SECONDS = 10


def post_bytes(port, path, token, body="", key=None):
    """A request as the load generators send it, byte for byte."""
    keyed = f"Idempotency-Key: {key}\r\n" if key else ""
    return (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{keyed}\r\n"
            f"{body}").encode()


def get_bytes(port, path):
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()


class Connection:
    """One keep-alive connection."""

    def __init__(self, port):
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def ask(self, request):
        """Sends bytes and returns the whole reply, head and body; it must be a 200."""
        self.socket.sendall(request)
        received = b""
        while True:
            more = self.socket.recv(65536)
            if not more:
                raise Failed("a server closed the connection instead of answering")
            received += more
            head, end, body = received.partition(b"\r\n\r\n")
            length = _content_length(head) if end else None
            if length is not None and len(body) >= length:
                break
        if not received.startswith(b"HTTP/1.1 200 "):
            raise Failed(f"not a 200: {received.decode(errors='replace')}")
        return received

    def get_json(self, path):
        return json.loads(self.ask(get_bytes(self.port, path)).partition(b"\r\n\r\n")[2])

    def post(self, path, token, body="", key=None):
        return self.ask(post_bytes(self.port, path, token, body, key))


def _content_length(head):
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise Failed("a reply without Content-Length")


def room_id(number):
    return f"room{number:016d}"
