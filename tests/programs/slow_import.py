"""A FastAPI program that takes half a second of processor time to start, and all such programs share one core."""

import os
import time

os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

from fastapi import FastAPI  # noqa: E402: the import is of that half second

app = FastAPI()

while time.process_time() < 0.5:
    pass


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/who")
def who():
    return {"pid": os.getpid()}
