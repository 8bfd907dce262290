"""The scenarios by name, in the order in which they run."""

from . import cold, many, micro, play, sessions, sweep, threads, watch, wire

ALL = {"wire": wire, "threads": threads, "cold": cold, "many": many, "sweep": sweep, "play": play,
       "sessions": sessions, "watch": watch, "micro": micro}
