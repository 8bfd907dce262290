#!/usr/bin/env python3
"""Makes the data folder of this test, and what must be true of it, with a built `parlor`:

    tests/data_folder/make.py build/release/http/parlor

The program serves and players play; in the middle of several moves it is killed, at a moment at
which it has committed them and still owes what they tell other actors. Such a moment is found by
trying: nothing in the folder is written by anything but the program. Then the same program serves a
copy, and what it answers there is written to expected.json. README.md tells what is played.
"""
import calendar
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
PLAYERS = ["ann", "bob", "cam", "dee", "eve"]
ROOMS = ["tictactoe/play", "tictactoe/alone", "tictactoe/over", "tictactoe/again", "tictactoe/gone",
         "gomoku/long", "gomoku/waits", "rock_paper_scissors/secret", "rock_paper_scissors/left"]
LOBBIES = ["tictactoe", "gomoku", "rock_paper_scissors"]
SETTLED = 0.1  # s: what a command tells other actors has come by then


class Server:
    """The program on a folder."""

    def __init__(self, program, folder, config=""):
        self.program, self.folder = program, folder
        settings = folder.parent / "parlor.toml"
        settings.write_text(config)
        self.process = subprocess.Popen(
            [program, "serve", "--address", "127.0.0.1", "--port", "0", "--threads", "2",
             "--data", folder, "--config", settings], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            # What is killed is the server itself: when it has ended, nothing writes to the folder.
            env={**os.environ, "PARLOR_START_AGAIN": "false"})
        line = self.process.stdout.readline()
        while " on 2 threads" not in line:
            line = self.process.stdout.readline()
        self.port = int(re.search(r"http://127.0.0.1:(\d+)/", line).group(1))
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port)

    def ask(self, token, method, path, body=None, key=None):
        self.connection.request(method, path, body, headers(token, body, key))
        answer = self.connection.getresponse()
        return answer.status, answer.getheader("ETag") or "", answer.read().decode()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def headers(token, body, key):
    given = {"Authorization": f"Bearer {token}"}
    if body:
        given["Content-Type"] = "application/json"
    if key:
        given["Idempotency-Key"] = key
    return given


def step_of(player, path, body, key):
    return {"player": player, "method": "POST", "path": f"/api/{path}", "key": key,
            "body": json.dumps(body) if body else ""}


def tokens_for(program, folder):
    def token(player, *more):
        made = subprocess.run(
            [program, "token", "--player", player, "--ttl", "36500d", "--data", folder, *more],
            capture_output=True, text=True, check=True)
        return made.stdout.strip()
    return {**{player: token(player) for player in PLAYERS}, "root": token("root", "--admin")}


class Play:
    """Commands of players, each under a key of its own; remembers them, and what was answered."""

    def __init__(self, server, tokens, keys="key"):
        self.server, self.tokens, self.keys, self.made = server, tokens, keys, []

    def __call__(self, player, path, body=None, status=200):
        step = step_of(player, path, body, f"{self.keys}-{len(self.made) + 1}")
        step["status"], step["etag"], step["answer"] = self.server.ask(
            self.tokens[player], "POST", step["path"], step["body"], step["key"])
        assert step["status"] == status, step
        self.made.append(step)
        time.sleep(SETTLED)
        return json.loads(step["answer"])

    def seat(self, room, *players):
        for player in players:
            self(player, f"{room}/join")

    def cells(self, room, *moves):
        for player, cell in moves:
            self(player, f"{room}/place", {"cell": cell})

    def stones(self, room, *moves):
        for player, x, y in moves:
            self(player, f"{room}/place", {"x": x, "y": y})

    def hands(self, room, *moves):
        for player, hand in moves:
            self(player, f"{room}/choose", {"hand": hand})


def play_a_room_that_goes(play):
    play.seat("tictactoe/gone", "ann", "bob")
    play.cells("tictactoe/gone", ("ann", 0), ("bob", 3), ("ann", 1), ("bob", 4), ("ann", 2))
    time.sleep(2)


def play_most(play):
    """Everything that is not under way at the kill. Returns the rooms that the lobbies named."""
    play.seat("tictactoe/play", "ann", "bob")
    play.cells("tictactoe/play", ("ann", 4), ("bob", 0), ("ann", 2))
    play.seat("tictactoe/alone", "cam")
    play.seat("gomoku/waits", "bob")
    play("bob", "gomoku/waits/invite", {"player": "dee"})
    play.seat("tictactoe/over", "bob", "ann")
    play.cells("tictactoe/over", ("bob", 0), ("ann", 3), ("bob", 1), ("ann", 4), ("bob", 2))
    play("ann", "tictactoe/over/rematch")
    play.seat("tictactoe/again", "cam", "bob")
    play.cells("tictactoe/again", ("cam", 6), ("bob", 3), ("cam", 7), ("bob", 4), ("cam", 8))
    play("cam", "tictactoe/again/rematch")
    play("bob", "tictactoe/again/rematch")
    play.seat("gomoku/long", "ann", "cam")
    for x in range(3):
        play.stones("gomoku/long", ("ann", x, 7), ("cam", x, 9))
    play.seat("rock_paper_scissors/secret", "bob", "cam")
    play.hands("rock_paper_scissors/secret", ("bob", "rock"), ("cam", "scissors"), ("cam", "paper"))
    play.seat("rock_paper_scissors/left", "ann", "bob")
    play("bob", "rock_paper_scissors/left/leave")
    for message in ("Will it rain?", "And tomorrow?"):
        play("ann", "fortune/chat", {"message": message})
    listed = play("ann", "tictactoe", status=201)["id"]
    play.seat(f"tictactoe/{listed}", "ann")
    play("ann", f"tictactoe/{listed}/invite", {"player": "eve"})
    return [f"tictactoe/{listed}"]


def play_until_killed(server, play, listed, wait):
    """The last commands, all at once and not waited for; then the kill."""
    quick = play("cam", "gomoku/join")
    last = [("bob", "tictactoe/play/place", {"cell": 6}),
            ("ann", "gomoku/long/place", {"x": 3, "y": 7}),
            ("dee", f"{listed[0]}/join", None), ("dee", "tictactoe/alone/join", None),
            ("bob", "tictactoe/again/place", {"cell": 0})]
    sockets = []
    for number, (player, path, body) in enumerate(last):
        step = step_of(player, path, body, f"last-{number + 1}")
        play.made.append(step)
        lines = [f"POST {step['path']} HTTP/1.1", "Host: parlor",
                 f"Content-Length: {len(step['body'])}"]
        lines += [f"{name}: {value}" for name, value in
                  headers(play.tokens[player], step["body"], step["key"]).items()]
        sockets.append((socket.create_connection(("127.0.0.1", server.port)),
                        ("\r\n".join(lines) + "\r\n\r\n" + step["body"]).encode()))
    for s, request in sockets:
        s.sendall(request)
    time.sleep(wait)
    server.kill()
    return listed + [f"gomoku/{quick['id']}"]


def owed_in(folder, scratch):
    """What the folder owes, seen in a copy: to look into a database is to write to its log."""
    copy = scratch / "looked_at"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    with sqlite3.connect(copy / "parlor.db") as db:
        messages = db.execute(
            "SELECT to_kind, to_name, command FROM messages ORDER BY id").fetchall()
        last = db.execute("SELECT count(*) FROM replies WHERE key LIKE 'last-%'").fetchone()[0]
        reminders = db.execute(
            "SELECT kind, actor, name, due_ms FROM reminders ORDER BY due_ms").fetchall()
    return messages, last, reminders


class Record:
    """What the program answers on a copy."""

    def __init__(self, server, tokens):
        self.server, self.tokens = server, tokens

    def look(self, player, path, method="GET", body="", key=""):
        status, etag, answer = self.server.ask(self.tokens[player], method, path, body, key)
        return {"player": player, "method": method, "path": path, "key": key, "body": body, "status": status,
                "etag": etag, "answer": answer}

    def again(self, step):
        return self.look(step["player"], step["path"], "POST", step["body"], step["key"])

    def views(self, rooms):
        return ([self.look(player, f"/api/{room}") for room in rooms for player in ("ann", "cam", "eve")] +
                [self.look(player, "/api/session") for player in PLAYERS] +
                [self.look("ann", "/api/fortune")] + [self.look("ann", f"/api/{kind}") for kind in LOBBIES])

    def feeds(self, rooms):
        return ([self.look(player, "/api/session/events?after=0&wait=0") for player in PLAYERS] +
                [self.look("ann", f"/api/{room}/events?after=0&wait=0") for room in rooms])

    def actors(self, names):
        """Each as it is stored, without how long it has been awake."""
        looks = [self.look("root", f"/api/admin/actors/{name}") for name in names]
        for look in looks:
            look["answer"] = re.sub(r'"awake":{.*?},"reminders"', '"awake":null,"reminders"', look["answer"])
        return looks


def play_on(play, listed):
    """Every game to its end."""
    play.cells("tictactoe/play", ("ann", 3), ("bob", 5), ("ann", 1), ("bob", 7), ("ann", 8))
    play.cells("tictactoe/again", ("cam", 4), ("bob", 1), ("cam", 6), ("bob", 2))
    play("bob", "tictactoe/over/rematch")
    play.cells("tictactoe/over", ("ann", 0), ("bob", 3), ("ann", 1), ("bob", 4), ("ann", 2))
    play.stones("gomoku/long", ("cam", 3, 9), ("ann", 4, 7))
    play.hands("rock_paper_scissors/secret", ("bob", "scissors"))
    play("dee", f"{listed[0]}/leave")
    play.cells("tictactoe/alone", ("cam", 0), ("dee", 4))
    play.seat(listed[1], "eve")
    play.stones(listed[1], ("cam", 7, 7), ("eve", 8, 8))
    play("ann", "fortune/chat", {"message": "And next week?"})


def milliseconds(text):
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")) * 1000 + int(text[20:23])


def timeless(text, killed_ms, opened_ms):
    """Has what was noted while the copy was served be noted when the test opens the folder."""
    opened = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(opened_ms / 1000)) + ".000Z"
    text = re.sub(r'("last_active\\*":\\*")(\d[^"\\]*)',
                  lambda m: m[1] + (opened if milliseconds(m[2]) > killed_ms else m[2]), text)
    return re.sub(r'("last_active_ms\\*":)(\d+)',
                  lambda m: m[1] + (str(opened_ms) if int(m[2]) > killed_ms else m[2]), text)


def reminders_shown(actors):
    shown = [json.loads(look["answer"]) for look in actors if look["status"] == 200]
    return sorted((a["kind"], a["id"], r["name"], milliseconds(r["due"])) for a in shown for r in a["reminders"])


def record(program, folder, scratch, made, listed, killed_ms, reminders):
    copy = scratch / "recorded"
    shutil.copytree(folder, copy)
    tokens = tokens_for(program, copy)
    server = Server(program, copy)
    time.sleep(1)
    rooms = ROOMS + listed
    recorder = Record(server, tokens)
    names = rooms + [f"session/{player}" for player in PLAYERS] + ["fortune/ann"] + [f"lobby/{k}" for k in LOBBIES]
    opened_ms = (killed_ms // 1000 + 5) * 1000
    expected = {"opened_ms": opened_ms, "tokens": tokens, "actors": recorder.actors(names)}
    expected["reminders"] = [{"path": f"/api/admin/actors/{kind}/{actor}", "name": name, "due_ms": due_ms}
                             for kind, actor, name, due_ms in reminders]
    assert reminders_shown(expected["actors"]) == sorted(reminders)
    expected["again"] = [recorder.again(step) for step in made]
    expected["views"] = recorder.views(rooms)
    expected["feeds"] = recorder.feeds(rooms)
    on = Play(server, tokens, "on")
    play_on(on, listed)
    expected["on"] = on.made
    expected["ended"] = recorder.views(rooms)
    server.stop()
    text = json.dumps(expected, indent=1)
    return timeless(text, killed_ms, opened_ms) + "\n"


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        before = scratch / "before"
        server = Server(program, before, '[kinds.tictactoe]\nfinished_after = "1s"\n')
        tokens = tokens_for(program, before)
        play_a_room_that_goes(Play(server, tokens))
        server.stop()
        server = Server(program, before)
        play = Play(server, tokens)
        listed = play_most(play)
        server.stop()
        for attempt in range(500):
            folder = scratch / "data"
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(before, folder)
            server = Server(program, folder)
            tried = Play(server, tokens)
            tried.made = list(play.made)
            rooms = play_until_killed(server, tried, listed, random.uniform(0.0005, 0.006))
            killed_ms = int(time.time() * 1000)
            owed, committed, reminders = owed_in(folder, scratch)
            print(attempt, committed, owed)
            if committed == 5 and {"news", "turn", "entered"} <= {command for _, _, command in owed}:
                break
        else:
            sys.exit("it never owed enough")
        text = record(program, folder, scratch, tried.made, rooms, killed_ms, reminders)
        (HERE / "expected.json").write_text(text)
        shutil.rmtree(HERE / "data", ignore_errors=True)
        (HERE / "data").mkdir()
        for file in ("parlor.db", "parlor.db-wal", "secret"):
            shutil.copy(folder / file, HERE / "data" / file)


main()
