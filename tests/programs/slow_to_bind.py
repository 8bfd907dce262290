"""A server that is late for its port: the first time it waits until somebody else has it, and gives up."""

import http.server
import os
import sys
import time

port, told, taken = int(sys.argv[1]), sys.argv[2], sys.argv[3]

if not os.path.exists(told):
    with open(told + ".new", "w") as file:
        file.write(str(port))
    os.rename(told + ".new", told)
    while not os.path.exists(taken):
        time.sleep(0.01)
    sys.exit("the port is taken")


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET


http.server.ThreadingHTTPServer(("127.0.0.1", port), Answers).serve_forever()
