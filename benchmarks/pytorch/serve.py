"""Times one training step of a PyTorch counterpart, on request.

Reads one JSON request per line from standard input, {"case", "options", "threads", "steps"}, and answers each with one
JSON line, {"ms"}: the mean milliseconds of a step, after warm-up. The process stays alive between requests, so that
rounds can be interleaved with ours.
"""

import importlib
import json
import sys
import time

import torch

cases = {}


def warm_up(step):
    """Twenty steps, or two of those that take long."""
    start = time.perf_counter()
    for count in range(20):
        if count >= 2 and time.perf_counter() - start > 2:
            break
        step()


def measure(case, options, threads, steps):
    torch.set_num_threads(threads)
    key = (case, *options, threads)
    if key not in cases:
        cases[key] = importlib.import_module(case).make_step(*options)
        warm_up(cases[key])
    step = cases[key]
    start = time.perf_counter()
    for _ in range(steps):
        step()
    return (time.perf_counter() - start) / steps * 1000


print(json.dumps({"torch": torch.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps({"ms": measure(**request)}), flush=True)
