"""LaMo with its text loss, on text short enough for a quick comparison: LaMo itself takes 2 x 1024 tokens."""

import lamo


def make_step():
    return lamo.make_step(text=(1, 256))
