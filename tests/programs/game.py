"""A turn-based game as a FastAPI program: the player guesses a number. One process is one player's game."""

import os
import random

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Game:
    def __init__(self):
        self.secret = random.randint(1, 100)
        self.moves = 0


class Move(BaseModel):
    guess: int


game = Game()


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/action")
def action(move: Move):
    game.moves += 1
    if move.guess == game.secret:
        hint = "right"
    else:
        hint = "higher" if move.guess < game.secret else "lower"
    return {"player": os.environ.get("PARLOR_PLAYER"), "moves": game.moves, "hint": hint}
