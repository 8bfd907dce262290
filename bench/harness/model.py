"""A language model that knows one answer: what the scenario `sessions` has instead of a real one.

Run as a program it prints `port N` and `ready`, as every server of the harness does, and serves until
it is ended.
"""

import asyncio
import json

BODY = json.dumps({"choices": [{"index": 0, "message": {"role": "assistant", "content": "x" * 200}}]})
REPLY = ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
         f"Content-Length: {len(BODY)}\r\n\r\n{BODY}").encode()


class Speaker(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.received = b""

    def data_received(self, data):
        self.received += data
        while (whole := self._request_bytes()) and len(self.received) >= whole:
            self.received = self.received[whole:]
            self.transport.write(REPLY)

    def _request_bytes(self):
        """How long the first request is; 0 while that is not known."""
        head, end, _ = self.received.partition(b"\r\n\r\n")
        if not end:
            return 0
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        return len(head) + len(end) + length


async def serve():
    server = await asyncio.get_running_loop().create_server(Speaker, "127.0.0.1", 0, backlog=1000)
    print("port", server.sockets[0].getsockname()[1])
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
