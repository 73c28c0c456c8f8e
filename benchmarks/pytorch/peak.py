"""Takes steps of one case in a process of its own and prints one JSON line: {"torch", "peak_mb"}.

Usage: peak.py CASE THREADS STEPS
"""

import importlib
import json
import resource
import sys

import torch


def peak_resident_mb():
    """Largest resident set of this process. On Linux not getrusage's, which starts at the peak of the parent."""
    try:
        with open("/proc/self/status") as status:
            line = next(line for line in status if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    except FileNotFoundError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


case, threads, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
step = importlib.import_module(case).make_step()
for _ in range(steps):
    step()
print(json.dumps({"torch": torch.__version__, "peak_mb": peak_resident_mb()}))
