"""Times a compiled block of steps on request: what the counterparts in this folder are run by.

Speaks the lines of pytorch/serve.py: says {"jax", "device"} first, then reads {"steps"} and answers {"ms"}, the mean
milliseconds of a step. JAX takes its device and precision from JAX_PLATFORMS and JAX_DEFAULT_MATMUL_PRECISION.
"""

import json
import sys
import time

import jax


def serve(take_block, state, data, length):
    """take_block(state, data, key) takes so many steps and returns the new state."""
    key = jax.random.PRNGKey(0)
    state = jax.block_until_ready(take_block(state, data, key))  # compiles
    device = jax.devices()[0]
    kind = "" if device.device_kind == device.platform else f" ({device.device_kind})"
    print(json.dumps({"jax": jax.__version__, "device": device.platform + kind}), flush=True)
    for line in sys.stdin:
        blocks = -(-json.loads(line)["steps"] // length)
        start = time.perf_counter()
        for _ in range(blocks):
            key, block_key = jax.random.split(key)
            state = take_block(state, data, block_key)
        jax.block_until_ready(state)
        print(json.dumps({"ms": (time.perf_counter() - start) / (blocks * length) * 1000}), flush=True)
