"""A server that does what a well-behaved one does not, by its first argument.

    rude.py WAY PORT_OR_SOCKET [FOLDER]
"""

import http.server
import os
import signal
import socketserver
import sys
import time

way, place = sys.argv[1], sys.argv[2]


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(b"{}")

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if way == "writes down":
            with open(sys.argv[3], "a") as file:
                file.write(self.path + "\n")
        self.answer(str(os.getpid()).encode())
        if way == "closes its door" and self.path == "/close":
            self.server.socket.close()
            time.sleep(1000)
        if way == "folder for a socket":
            os.unlink(place)
            os.makedirs(os.path.join(place, "full"))

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def address_string(self):
        return "somebody"


class AtSocket(socketserver.ThreadingUnixStreamServer):
    pass


if way in ("deaf", "writes down"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if place.isdigit():
    # One connection at a time, each for as long as its client likes.
    server = http.server.HTTPServer(("127.0.0.1", int(place)), Answers)
else:
    server = AtSocket(place, Answers)
server.serve_forever()
