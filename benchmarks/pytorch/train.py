"""Trains a counterpart on transitions from a file, on one thread, as far as it is asked to.

Reads one JSON request per line from standard input, {"until", "actor"}: trains to that step, writes the layers of the
policy's deterministic actor as a safetensors file, and answers with one JSON line, {"seconds"}: what training took so
far. A checkpoint lets it go on where it was stopped, and ends as if it had not been.

Usage: train.py CASE TRANSITIONS CHECKPOINT SEED SETTINGS, the settings in JSON
"""

import importlib
import json
import os
import sys
import time

import torch

from safetensors_file import read_tensors, write_tensors

case, transitions, checkpoint, seed, settings = sys.argv[1:]


def start():
    torch.manual_seed(int(seed))
    learner = importlib.import_module(case).Learner(read_tensors(transitions), **json.loads(settings))
    if not os.path.exists(checkpoint):
        return learner, {"step": 0, "seconds": 0.0}
    saved = torch.load(checkpoint, weights_only=False)
    vars(learner).update(saved["learner"])
    torch.set_rng_state(saved["random"])
    return learner, saved["progress"]


def train(learner, progress, until):
    """Takes the steps that are left, and leaves a checkpoint behind."""
    begun = time.perf_counter()
    while progress["step"] < until:
        learner.step()
        progress["step"] += 1
    progress["seconds"] += time.perf_counter() - begun
    kept = {name: part for name, part in vars(learner).items() if name != "data"}
    saved = {"learner": kept, "random": torch.get_rng_state(), "progress": progress}
    torch.save(saved, f"{checkpoint}.tmp")
    os.replace(f"{checkpoint}.tmp", checkpoint)


def write_actor(path, layers):
    """Weights become [in, out]."""
    named = enumerate(layers)
    write_tensors(path, {f"actor/{i}/{name}": tensor for i, layer in named for name, tensor in layer.items()})


def main():
    torch.set_num_threads(1)
    learner, progress = start()
    print(json.dumps({"torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        train(learner, progress, request["until"])
        write_actor(request["actor"], learner.layers())
        print(json.dumps({"seconds": progress["seconds"]}), flush=True)


main()
