"""The game, with ways to misbehave: what a player's program may do without touching another's."""

import gzip
import os
import subprocess
import sys
import time

from fastapi import Request, Response

from game import app


@app.post("/who")
def who():
    return {"pid": os.getpid(), "environment": sorted(os.environ), "player": os.environ["PARLOR_PLAYER"]}


@app.post("/crash")
def crash():
    print("about to crash", file=sys.stderr, flush=True)
    os._exit(3)


@app.post("/loop")
async def loop():
    while True:  # async: it takes the whole program's only loop
        pass


@app.post("/eat")
def eat():
    eaten = []
    while True:
        eaten.append(bytearray(16 * 1024 * 1024))


@app.post("/spawn")
def spawn():
    # A process that leaves the group, the session and its parent.
    subprocess.run(["setsid", "sh", "-c", "sleep 1000 & sleep 1000 &"], check=True)
    return {}


@app.post("/slow")
def slow(seconds: float):
    time.sleep(seconds)
    return {"slept": seconds}


@app.post("/echo/{rest:path}")
async def echo(rest: str, request: Request):
    body = await request.body()
    headers = {name: request.headers[name] for name in ("content-type", "idempotency-key", "parlor-player")
               if name in request.headers}
    return {"path": rest, "query": request.url.query, "headers": headers, "bytes": len(body)}


@app.post("/lines")
def lines():
    # What is about the answer, and what is not the program's to say.
    return Response(gzip.compress(b"hello"), status_code=201, media_type="text/plain", headers={
        "location": "games/7", "content-encoding": "gzip", "cache-control": "no-store", "vary": "Accept-Encoding",
        "set-cookie": "a=b", "keep-alive": "timeout=7", "x-request-id": "mine", "access-control-allow-origin": "x"})


@app.post("/large")
def large(size: int):
    return Response(b"x" * size, media_type="application/octet-stream")
