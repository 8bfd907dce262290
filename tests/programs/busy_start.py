"""A server that computes before it listens, and bears only so many that do so beside it. It answers its pid.

    busy_start.py PORT FOLDER AT_ONCE SECONDS
"""

import http.server
import os
import sys
import time

port, folder, at_once, seconds = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])

mark = os.path.join(folder, str(os.getpid()))
open(mark, "w").close()
if len(os.listdir(folder)) > at_once:
    sys.exit("too many start at once")
while time.process_time() < seconds:
    pass
os.unlink(mark)


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = str(os.getpid()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET


http.server.ThreadingHTTPServer(("127.0.0.1", port), Answers).serve_forever()
