"""A stage for cases of parlor behind nginx: both programs, with the files that docs/nginx gives operators, and clients.

nginx is Debian's, in a folder of its own, with docs/nginx/parlor.conf as it stands there but for ports, and the paths
of a certificate that is made here.
"""

import http.client
import itertools
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLE = os.path.join(ROOT, "docs", "nginx", "parlor.conf")
NAME = "play.example.org"
SECONDS = 20  # whatever is waited for comes by then

# What Debian's nginx.conf says around the sample, in a folder that needs no root.
AROUND = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
    default_type application/octet-stream;
    sendfile on;
    tcp_nopush on;
    gzip on;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/parlor.conf;
}}
"""


def sample():
    with open(SAMPLE, encoding="utf-8") as file:
        return file.read()


def eventually(happens):
    """Waits until `happens()` is true; what it was at last."""
    until = time.monotonic() + SECONDS
    while not (found := happens()) and time.monotonic() < until:
        time.sleep(0.01)
    return found


def free_ports(count):
    """Ports of this machine that nobody listens on."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Folder:
    """A scratch folder with a certificate. nginx's worker may be another user: the folder can be entered."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="parlor-proxy-")
        os.chmod(self.path, 0o755)
        self.certificate, self.key = f"{self.path}/certificate.pem", f"{self.path}/key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-days", "1", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
                        "-keyout", self.key, "-out", self.certificate], check=True, capture_output=True)

    def remove(self):
        shutil.rmtree(self.path)


class Program:
    """A program whose output is read, so that no pipe fills up."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True, env={})
        self.said = ""
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.said += line

    def running(self):
        return self.process.poll() is None

    def send(self, which):
        self.process.send_signal(which)

    def ends(self):
        """Its exit status."""
        status = self.process.wait(SECONDS)
        self.reader.join()
        self.process.stderr.close()
        return status

    def kill(self):
        if self.running():
            self.send(signal.SIGKILL)
        self.ends()


class Parlor:
    """The server on the operator's settings for nginx. Addresses of this machine count, for clients here have no
    others; and heartbeats come soon."""

    def __init__(self, program, folder, *more):
        self.command = [program, "serve", "--config", os.path.join(ROOT, "docs", "nginx", "parlor.toml"),
                        "--threads", "2", "--data", f"{folder.path}/data", "--limit-loopback", "true",
                        "--heartbeat", "1s", *more]
        self.port = 0
        self.start()

    def start(self):
        self.running = Program(*self.command, "--port", str(self.port))
        ready = eventually(lambda: re.search(r"ready http://127\.0\.0\.1:(\d+)/", self.running.said)
                           or not self.running.running())
        if not isinstance(ready, re.Match):
            raise RuntimeError(f"parlor did not start: {self.running.said}")
        self.port = int(ready.group(1))

    def stop(self):
        """As an operator stops it; its exit status."""
        self.running.send(signal.SIGTERM)
        return self.running.ends()

    def restart(self):
        self.stop()
        self.start()

    def metric(self, name):
        """A number of its metrics, which it tells whoever asks past nginx."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=SECONDS) as page:
            return float(re.search(rf"^{re.escape(name)} (\S+)$", page.read().decode(), re.M).group(1))


class Nginx:
    """nginx with the sample, before a server at `port`. `swaps` are pieces of it and what stands in their place."""

    def __init__(self, port, folder, swaps=None):
        found = shutil.which("nginx") or os.path.join(ROOT, "build", "tools", "nginx")
        if not os.path.exists(found):
            raise RuntimeError("nginx is missing: .ci/install proxy puts it into build/tools")
        self.folder = tempfile.mkdtemp(prefix="nginx-", dir=folder.path)
        os.chmod(self.folder, 0o755)
        self.port, self.plain_port, *others = free_ports(4)
        text = sample()
        places = {"127.0.0.1:8080": f"127.0.0.1:{port}",
                  f"/etc/ssl/{NAME}.pem": folder.certificate, f"/etc/ssl/{NAME}.key": folder.key,
                  # Not every machine has IPv6.
                  "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
                  "listen 443 ": f"listen 127.0.0.1:{self.port} ",
                  "listen [::]:80;": f"listen 127.0.0.1:{others[0]};",
                  "listen [::]:443 ": f"listen 127.0.0.1:{others[1]} "}
        for old, new in {**places, **(swaps or {})}.items():
            if text.count(old) != 1:
                raise RuntimeError(f"docs/nginx/parlor.conf does not have one {old}")
            text = text.replace(old, new)
        for name, content in ("parlor.conf", text), ("nginx.conf", AROUND.format(folder=self.folder)):
            with open(f"{self.folder}/{name}", "w", encoding="utf-8") as file:
                file.write(content)
        self.program = Program(found, "-e", "stderr", "-p", self.folder, "-c", f"{self.folder}/nginx.conf")
        if not eventually(lambda: self.listens() or not self.program.running()) or not self.program.running():
            raise RuntimeError(f"nginx did not start: {self.program.said}")

    def listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), SECONDS).close()
            return True
        except ConnectionRefusedError:
            return False

    def stop(self):
        self.program.send(signal.SIGTERM)
        self.program.ends()


class Deaf:
    """A server that answers the first request of a connection, and leaves at the second without a word."""

    def __init__(self):
        self.heard = []  # methods
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.door.accept()
            except OSError:
                return
            with connection:
                self._hear(connection)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                self._hear(connection)

    def _hear(self, connection):
        if request := connection.recv(65536):
            self.heard.append(request.split()[0].decode())

    def stop(self):
        self.door.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.door.close()


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.bytes = b"" if response.getheader("Content-Type") == "text/event-stream" else response.read()
        self.response = response

    @property
    def json(self):
        return json.loads(self.bytes)

    @property
    def code(self):
        """The stable word of a problem, or the type of what is none."""
        kind = self.headers["Content-Type"]
        return self.json["code"] if kind == "application/problem+json" else kind


class Connection(http.client.HTTPSConnection):
    """A connection to nginx on this machine, by the name that its certificate has."""

    def __init__(self, nginx, certificate, address):
        super().__init__(NAME, nginx.port, timeout=SECONDS, context=ssl.create_default_context(cafile=certificate))
        self.address = address

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.port), self.timeout, (self.address, 0))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = self._context.wrap_socket(plain, server_hostname=NAME)


ADDRESSES = (f"127.0.1.{n}" for n in itertools.count(1))


class Client:
    """Somebody at an address of their own, on one connection that is kept; perhaps with a token."""

    def __init__(self, nginx, folder, address=None):
        self.nginx, self.folder = nginx, folder
        self.address = address or next(ADDRESSES)
        self.connection = Connection(nginx, folder.certificate, self.address)
        self.token = None

    def ask(self, method, path, body=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if isinstance(body, dict):
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        self.connection.request(method, path, body, headers)
        return Answer(self.connection.getresponse())

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def post(self, path, body=None, **headers):
        return self.ask("POST", path, body or {}, **headers)

    def introduce(self):
        """Becomes a guest."""
        guest = self.post("/api/guest").json
        self.player, self.token = guest["player"], guest["token"]
        return self

    def stream(self, path, **headers):
        """A feed on a connection of its own."""
        watcher = Client(self.nginx, self.folder, self.address)
        watcher.token = self.token
        return Stream(watcher, watcher.get(path, Accept="text/event-stream", **headers))

    def leave(self):
        self.connection.close()


class Stream:
    """Server-sent events as they come."""

    def __init__(self, client, answer):
        self.client, self.answer = client, answer
        self.last = None  # the last id

    def until(self, line):
        """All up to the block that has this line; up to the end if none has it."""
        read, block = "", ""
        while text := self.answer.response.readline().decode():
            block += text
            if text != "\n":
                continue
            read += block
            if "id: " in block:
                self.last = re.search("^id: (.*)$", block, re.M).group(1)
            if f"{line}\n" in block:
                break
            block = ""
        return read

    def leave(self):
        self.answer.response.close()
        self.client.leave()
