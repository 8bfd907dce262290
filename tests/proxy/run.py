"""parlor behind Debian's nginx, with the files that docs/nginx gives operators: python3 tests/proxy/run.py PARLOR"""

import http.client
import os
import re
import subprocess
import sys
import threading
import tomllib
import unittest

from stage import NAME, ROOT, SECONDS, Answer, Client, Deaf, Folder, Nginx, Parlor, eventually, sample

PARLOR = sys.argv.pop(1)
GUESTS_AT_ONCE = 3
RESTARTS, MOVES = 3, 30


def setUpModule():
    global folder, parlor, nginx
    folder = Folder()
    unittest.addModuleCleanup(folder.remove)
    parlor = Parlor(PARLOR, folder, "--guests-burst", str(GUESTS_AT_ONCE), "--guests-per-minute", "1",
                    "--guest-rate", "0")
    unittest.addModuleCleanup(lambda: parlor.running.kill())
    nginx = Nginx(parlor.port, folder)
    unittest.addModuleCleanup(nginx.stop)


def titles():
    """The server's title of each word."""
    with open(os.path.join(ROOT, "runtime", "values", "failure.cpp"), encoding="utf-8") as file:
        return dict(re.findall(r'\{"(\w+)", \w+, "([^"]+)",', file.read()))


def plain(port, path, **headers):
    """An answer without TLS."""
    connection = http.client.HTTPConnection("127.0.0.1", port, SECONDS)
    connection.request("GET", path, headers=headers)
    answer = Answer(connection.getresponse())
    connection.close()
    return answer


class Case(unittest.TestCase):
    def client(self, address=None, at=None):
        made = Client(at or nginx, folder, address)
        self.addCleanup(made.leave)
        return made

    def guest(self, at=None):
        return self.client(at=at).introduce()

    def seat_two(self, room, at=None):
        """Two guests whose game begins."""
        players = [self.guest(at) for _ in range(2)]
        for player in players:
            player.post(f"/api/{room}/join")
        return players

    def stream(self, watcher, path, **headers):
        made = watcher.stream(path, **headers)
        self.addCleanup(made.leave)
        return made

    def nginx_with(self, swaps, port=None):
        """nginx with another line here or there, or before another server."""
        other = Nginx(port or parlor.port, folder, swaps)
        self.addCleanup(other.stop)
        return other

    def begin_long_poll(self, watcher, path):
        """Waits on the watcher's own connection for what comes next; the server knows of it."""
        after = watcher.get(path).json["next"]
        watcher.connection.request("GET", f"{path}?after={after}&wait=60",
                                   headers={"Authorization": f"Bearer {watcher.token}"})
        self.assertTrue(eventually(lambda: parlor.metric("parlor_watchers") == 1))

    def check_problem(self, answer, code, status):
        """It is as the server itself would say it."""
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (status, "application/problem+json"))
        told = dict(answer.json)
        told.pop("detail")
        self.assertEqual(told, {"type": f"urn:parlor:problem:{code}", "title": titles()[code], "status": status,
                                "code": code})
        # Pages from elsewhere may read it.
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")


class Games(Case):
    def test_a_game_is_played_over_tls(self):
        players = self.seat_two("tictactoe/tls")
        self.assertIn(players[0].connection.sock.version(), ("TLSv1.2", "TLSv1.3"))
        for turn, cell in enumerate([0, 3, 1, 4, 2]):
            room = players[turn % 2].post("/api/tictactoe/tls/place", {"cell": cell})
            self.assertEqual(room.status, 200)
        self.assertEqual(room.json["outcome"]["winner"], 0)
        again = players[1].get("/api/tictactoe/tls", If_None_Match=room.headers["ETag"])
        self.assertEqual(again.status, 304)
        self.assertEqual(players[1].post("/api/tictactoe/tls/place", {"cell": 9}).code, "bad_arguments")

    def test_without_tls_a_client_is_sent_to_tls(self):
        answer = plain(nginx.plain_port, "/api/tictactoe?limit=1", Host=NAME)
        self.assertEqual((answer.status, answer.headers["Location"]), (308, f"https://{NAME}/api/tictactoe?limit=1"))

    def test_a_browser_gets_http_2_and_a_stream_over_it(self):
        ann = self.guest()
        ann.post("/api/gomoku/two/join")
        curl = subprocess.Popen(
            ["curl", "-sNi", "--http2", "--max-time", str(SECONDS), "--cacert", folder.certificate,
             "--resolve", f"{NAME}:{nginx.port}:127.0.0.1", "-H", "Accept: text/event-stream",
             f"https://{NAME}:{nginx.port}/api/gomoku/two/events"],
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(curl.stdout.close)
        self.addCleanup(curl.wait, SECONDS)
        self.addCleanup(curl.kill)
        self.assertEqual(curl.stdout.readline(), "HTTP/2 200 \n")
        lines = iter(curl.stdout.readline, "")
        self.assertIn("event: snapshot\n", lines)
        self.guest().post("/api/gomoku/two/join")
        self.assertIn("event: version\n", lines)

    def test_pages_come_compressed_as_the_server_made_them(self):
        for path in "/", "/main.js", "/openapi.json":
            page = self.client().get(path, Accept_Encoding="gzip, br")
            made = plain(parlor.port, path, **{"Accept-Encoding": "gzip"})
            self.assertEqual((page.headers["Content-Encoding"], page.headers["ETag"]), ("gzip", made.headers["ETag"]))
            self.assertEqual(page.bytes, made.bytes)
            self.assertIsNone(self.client().get(path).headers["Content-Encoding"])
            again = self.client().get(path, Accept_Encoding="gzip", If_None_Match=page.headers["ETag"])
            self.assertEqual(again.status, 304)

    def test_connections_to_the_server_are_kept(self):
        ann = self.client()
        ann.get("/readyz")
        before = parlor.metric("parlor_connections_accepted_total")
        for _ in range(10):
            ann.get("/readyz")
        # The look at the metrics is one.
        self.assertEqual(parlor.metric("parlor_connections_accepted_total") - before, 1)


class Feeds(Case):
    def test_a_stream_tells_events_as_they_happen_and_goes_on_where_it_was(self):
        ann, bob = self.seat_two("tictactoe/feed")
        stream = self.stream(bob, "/api/tictactoe/feed/events")
        self.assertIn("event: snapshot", stream.until("event: snapshot"))
        # Nobody sees one of these unless nginx passes on each byte as it comes.
        self.assertIn(":\n", stream.until(":"))
        ann.post("/api/tictactoe/feed/place", {"cell": 4})
        self.assertIn('"version":3', stream.until("event: version"))
        stream.leave()
        bob.post("/api/tictactoe/feed/place", {"cell": 0})
        resumed = self.stream(bob, "/api/tictactoe/feed/events", Last_Event_ID=stream.last)
        told = resumed.until("event: version")
        self.assertIn('"version":4', told)
        self.assertNotIn("snapshot", told)

    def test_a_stream_ends_on_the_server_when_its_client_leaves(self):
        stream = self.stream(self.seat_two("tictactoe/left")[0], "/api/tictactoe/left/events")
        stream.until("event: snapshot")
        stream.leave()
        self.assertTrue(eventually(lambda: parlor.metric("parlor_streams") == 0))

    def test_a_long_poll_waits_and_is_answered(self):
        ann, bob = self.seat_two("tictactoe/poll")
        after = bob.get("/api/tictactoe/poll/events").json["next"]
        answers = []
        poll = threading.Thread(
            target=lambda: answers.append(bob.get(f"/api/tictactoe/poll/events?after={after}&wait=60")))
        poll.start()
        self.assertTrue(eventually(lambda: parlor.metric("parlor_watchers") == 1))
        self.assertEqual(answers, [])
        ann.post("/api/tictactoe/poll/place", {"cell": 4})
        poll.join()
        self.assertEqual([event["event"] for event in answers[0].json["events"]], ["version"])

    def test_a_long_poll_ends_on_the_server_when_its_client_leaves(self):
        ann = self.seat_two("tictactoe/gone")[0]
        self.begin_long_poll(ann, "/api/tictactoe/gone/events")
        ann.leave()
        self.assertTrue(eventually(lambda: parlor.metric("parlor_watchers") == 0))


class Addresses(Case):
    def test_clients_at_two_addresses_are_counted_apart(self):
        one, other = self.client("127.0.0.2"), self.client("127.0.0.3")
        for _ in range(GUESTS_AT_ONCE):
            self.assertEqual(one.post("/api/guest").status, 201)
        self.assertEqual(one.post("/api/guest").code, "too_many_requests")
        self.assertEqual(other.post("/api/guest").status, 201)
        self.assertEqual(self.client("127.0.0.2").post("/api/guest").status, 429)

    def test_no_client_can_pretend_to_be_elsewhere(self):
        one = self.client("127.0.0.4")
        for _ in range(GUESTS_AT_ONCE):
            one.post("/api/guest")
        for name in "X_Forwarded_For", "Forwarded", "X_Real_IP":
            for pretended in "198.51.100.7", "127.0.0.1", "for=198.51.100.7":
                self.assertEqual(one.post("/api/guest", **{name: pretended}).status, 429, (name, pretended))

    def test_another_proxy_before_nginx_is_believed_by_its_address(self):
        second = self.nginx_with({"# set_real_ip_from 203.0.113.7;": "set_real_ip_from 127.0.0.8;",
                                  "# real_ip_header": "real_ip_header"})
        first = self.client("127.0.0.8", second)
        for _ in range(GUESTS_AT_ONCE):
            self.assertEqual(first.post("/api/guest", X_Forwarded_For="198.51.100.7, 203.0.113.1").status, 201)
        self.assertEqual(first.post("/api/guest", X_Forwarded_For="198.51.100.8, 203.0.113.1").status, 429)
        self.assertEqual(first.post("/api/guest", X_Forwarded_For="203.0.113.2").status, 201)
        # Nobody else's word counts.
        self.assertEqual(self.client("127.0.0.9", second).post("/api/guest", X_Forwarded_For="203.0.113.1").status, 201)

    def test_an_address_has_so_many_requests_under_way(self):
        few = self.nginx_with({"limit_conn parlor_addresses 2000;": "limit_conn parlor_addresses 1;"})
        ann = self.seat_two("tictactoe/few", few)[0]
        self.stream(ann, "/api/tictactoe/few/events").until("event: snapshot")
        self.check_problem(ann.get("/readyz"), "too_many_connections", 429)
        self.assertEqual(self.client(at=few).get("/readyz").status, 200)


class Operators(Case):
    PATHS = "/metrics", "/api/admin/actors", "/api/admin/denials", "/%61pi/admin/actors"

    def administrator(self, at, address=None):
        root = self.client(address, at)
        root.token = subprocess.run([PARLOR, "token", "--player", "root", "--admin", "--data", f"{folder.path}/data"],
                                    check=True, capture_output=True, text=True, env={}).stdout.strip()
        return root

    def test_nginx_passes_nobody_on_to_them(self):
        root = self.administrator(nginx)
        for path in (*self.PATHS, "/console", "/console/"):
            refused = root.get(path)
            self.assertEqual((refused.status, refused.code), (403, "forbidden"), path)
            self.assertEqual(refused.json["detail"], "nginx refuses this")
        # A kind may have such a name.
        self.assertEqual(root.get("/api/administrators").code, "unknown_kind")

    def test_the_server_takes_nobody_from_a_proxy_and_names_the_setting(self):
        ajar = self.nginx_with({"# allow 198.51.100.0/24;": "allow 127.0.0.7;"})
        self.assertEqual(self.administrator(ajar).get("/metrics").json["detail"], "nginx refuses this")
        root = self.administrator(ajar, "127.0.0.7")
        for path in self.PATHS:
            refused = root.get(path)
            self.assertEqual((refused.status, refused.code), (403, "forbidden"), path)
            setting = "metrics" if path == "/metrics" else "operators_through_proxy"
            self.assertIn(f"see the setting {setting}", refused.json["detail"], path)


class Refusals(Case):
    def test_what_nginx_refuses_it_refuses_as_the_server_does(self):
        self.check_problem(self.client().post("/api/guest", "x" * 70_000), "body_too_large", 413)
        self.check_problem(self.client().get("/" + "x" * 9_000), "target_too_long", 414)
        self.check_problem(self.client().get("/", X_Long="x" * 9_000), "head_too_large", 431)
        twice = self.client()
        twice.connection.putrequest("GET", "/", skip_host=True)
        twice.connection.putheader("Host", NAME)
        twice.connection.putheader("Host", NAME)
        twice.connection.endheaders()
        self.check_problem(Answer(twice.connection.getresponse()), "bad_request", 400)

    def test_the_server_s_own_refusals_come_as_they_are(self):
        refused = self.client().get("/" + "x" * 8_050)
        self.assertEqual(refused.code, "target_too_long")
        self.assertNotEqual(refused.json.get("detail"), "nginx refuses this")
        self.assertEqual(self.client().ask("PUT", "/api/guest").code, "method_not_allowed")
        self.assertEqual(self.client().get("/api/nothing/r").code, "unknown_kind")


class Restarts(Case):
    def tearDown(self):
        if not parlor.running.running():
            parlor.start()

    def test_who_asks_while_the_server_is_away_is_told_when_to_come_again(self):
        ann, bob = self.seat_two("gomoku/away")
        stream = self.stream(ann, "/api/gomoku/away/events")
        stream.until("event: snapshot")
        self.assertEqual(parlor.stop(), 0)
        self.assertIsNotNone(stream.until("never"))
        move = {"body": {"x": 7, "y": 7}, "Idempotency_Key": "one"}
        for answer in ann.get("/api/gomoku/away"), ann.post("/api/gomoku/away/place", **move):
            self.check_problem(answer, "dropped", 503)
            self.assertEqual(answer.headers["Retry-After"], "1")
        # An EventSource that gets any other status never comes again, and neither does one from elsewhere without this.
        waiting = self.stream(ann, "/api/gomoku/away/events", Last_Event_ID=stream.last)
        self.assertEqual(waiting.answer.status, 200)
        self.assertEqual(waiting.answer.headers["Content-Type"], "text/event-stream")
        self.assertEqual(waiting.answer.headers["Access-Control-Allow-Origin"], "*")
        self.assertRegex(waiting.until("never"), r"\Aretry: [12]\d{3}\n\n\Z")
        parlor.start()
        self.assertEqual(ann.post("/api/gomoku/away/place", **move).status, 200)
        resumed = self.stream(ann, "/api/gomoku/away/events", Last_Event_ID=stream.last)
        self.assertNotIn("snapshot", resumed.until("event: version"))

    def test_who_lost_an_answer_is_told_that_the_outcome_is_unknown(self):
        ann = self.seat_two("gomoku/lost")[0]
        self.begin_long_poll(ann, "/api/gomoku/lost/events")
        parlor.running.kill()
        self.check_problem(Answer(ann.connection.getresponse()), "outcome_unknown", 504)
        parlor.start()

    def test_a_game_goes_on_through_restarts_and_each_move_counts_once(self):
        players, refused = self.seat_two("gomoku/on"), set()
        # No five of a seat stand in a line.
        cells = [[{"x": x, "y": y} for y in range(15) for x in range(15) if (x + 2 * y) % 4 // 2 == seat]
                 for seat in range(2)]

        def is_made(turn):
            player, cell = players[turn % 2], cells[turn % 2][turn // 2]
            answer = player.post("/api/gomoku/on/place", cell, Idempotency_Key=f"k{turn}")
            if answer.status != 200:
                refused.add((answer.status, answer.code))
            return answer.status == 200

        for restart in range(RESTARTS):
            under_way = threading.Thread(target=parlor.restart)
            under_way.start()
            for turn in range(restart * MOVES, (restart + 1) * MOVES):
                self.assertTrue(eventually(lambda: is_made(turn)))
            under_way.join()
        self.assertEqual(players[0].get("/api/gomoku/on").json["version"], 2 + RESTARTS * MOVES)
        self.assertIn((503, "dropped"), refused)
        self.assertLessEqual(refused, {(503, "stopping"), (503, "dropped"), (504, "outcome_unknown")})

    def test_nginx_sends_a_get_again_and_no_post(self):
        deaf = Deaf()
        self.addCleanup(deaf.stop)
        ann = self.client(at=self.nginx_with({}, deaf.port))
        # On the connection that is kept the second request gets no answer.
        self.assertEqual([ann.get("/readyz").status for _ in range(2)], [200, 200])
        self.check_problem(ann.post("/api/guest"), "outcome_unknown", 504)
        self.assertEqual(deaf.heard, ["GET", "GET", "GET", "POST"])


class Figures(Case):
    def test_the_sample_s_figures_fit_the_server_s(self):
        text = subprocess.run([PARLOR, "config"], check=True, capture_output=True, text=True, env={}).stdout
        server = tomllib.loads(text)
        found = dict(re.findall(r"^ *(\w+) (?:parlor_addresses )?(\d+)[sk]?;", sample(), re.M))
        nginx_s = {name: int(number) for name, number in found.items()}
        seconds = {name: int(server[name][:-1]) * {"s": 1, "m": 60}[server[name][-1]]
                   for name in ("keep_alive", "receive_within", "start_turn_within")}
        self.assertLess(nginx_s["keepalive_timeout"], seconds["keep_alive"])
        self.assertEqual(nginx_s["client_header_timeout"], seconds["receive_within"])
        self.assertEqual(nginx_s["client_max_body_size"] * 1024, server["body_bytes_max"])
        self.assertEqual(nginx_s["limit_conn"], server["address_connections_max"])
        longest_poll = 60
        self.assertGreater(nginx_s["proxy_read_timeout"], max(longest_poll, seconds["start_turn_within"]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
