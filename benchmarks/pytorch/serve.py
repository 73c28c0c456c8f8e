"""Times one training step of a PyTorch counterpart, on request.

Reads one JSON request per line from standard input, {"case", "options", "threads", "steps"}, and answers each with one
JSON line, {"ms", "peak_mb"}: the mean milliseconds of a step, after warm-up, and the most memory that tensors took on a
GPU so far. The process stays alive between requests, so that rounds can be interleaved with ours.

Usage: serve.py [DEVICE [PRECISION]]: cpu or cuda, and float32, tf32 or bf16. Where there is no GPU, cuda becomes cpu; what
it is says the greeting, {"torch", "device"}.
"""

import importlib
import json
import sys
import time

import torch

wanted, precision = (sys.argv[1:] + ["cpu", "float32"][len(sys.argv) - 1 :])[:2]
device = wanted if wanted == "cpu" or torch.cuda.is_available() else "cpu"
torch.set_float32_matmul_precision({"float32": "highest", "tf32": "high", "bf16": "medium"}[precision])
cases = {}


def synchronize():
    if device == "cuda":
        torch.cuda.synchronize()


def warm_up(step):
    """Twenty steps, or two of those that take long."""
    start = time.perf_counter()
    for count in range(20):
        if count >= 2 and time.perf_counter() - start > 2:
            break
        step()
        synchronize()


def make_step(case, options):
    with torch.device(device):
        step = importlib.import_module(case).make_step(*options)
    if precision != "bf16":
        return step

    def step_in_bf16():
        with torch.autocast(device, torch.bfloat16):
            step()

    return step_in_bf16


def measure(case, options, threads, steps):
    torch.set_num_threads(threads)
    key = (case, *options, threads)
    if key not in cases:
        cases[key] = make_step(case, options)
        warm_up(cases[key])
    step = cases[key]
    synchronize()
    start = time.perf_counter()
    for _ in range(steps):
        step()
    synchronize()
    return (time.perf_counter() - start) / steps * 1000


name = f"cuda ({torch.cuda.get_device_name()})" if device == "cuda" else "cpu"
print(json.dumps({"torch": torch.__version__, "device": name}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    answer = {"ms": measure(**request)}
    if device == "cuda":
        answer["peak_mb"] = torch.cuda.max_memory_allocated() / (1 << 20)
    print(json.dumps(answer), flush=True)
