"""Why a run ends: something that makes its numbers worthless. One sentence for who started it."""


class Failed(Exception):
    pass
