"""Times a program of ours with the compiler that JAX itself uses: what jaxlib-contender.ts talks to.

Says {"jax"}, reads {"text", "arguments", "results", "length"}, compiles, and from then on answers each {"steps"} by {"ms"}, the mean
milliseconds of a step. The batches are the same in every run, and are copied to the device for each.
"""

import json
import pathlib
import sys
import time

import jax
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "packages/runtime/test/xla"))
from xla_server import DEVICE, array_of, compile_text, numbers_of  # noqa: E402


class Loop:
    def __init__(self, text, arguments, results, length):
        self.executable = compile_text(text)
        self.results, self.length, self.taken = results, length, 0
        self.kept, self.fed = {}, {}
        for place, argument in enumerate(arguments):
            if argument["kind"] in ("state", "frozen", "constant"):
                self.kept[place] = array_of(argument)
            elif argument["kind"] == "input":
                self.fed[place] = numbers_of(argument)
            elif argument["kind"] == "key":
                self.fed[place] = np.int64(7)
            else:
                self.fed[place] = None
        self.count, self.first = ([a["kind"] for a in arguments].index(kind) for kind in ("count", "first"))

    def run(self, count):
        self.fed[self.count], self.fed[self.first] = np.int32(count), np.int64(self.taken)
        copied = {place: jax.device_put(numbers, DEVICE) for place, numbers in self.fed.items()}
        operands = [array for _, array in sorted({**self.kept, **copied}.items())]
        made = self.executable.execute_sharded(operands).disassemble_into_single_device_arrays()
        arrays = [array[0] if isinstance(array, list) else array for array in made]
        for result, array in zip(self.results, arrays):
            if result["kind"] == "state":
                self.kept[result["argument"]] = array
        np.asarray(arrays[-1])
        self.taken += count

    def measure(self, steps):
        start = time.perf_counter()
        for begin in range(0, steps, self.length):
            self.run(min(self.length, steps - begin))
        return (time.perf_counter() - start) / steps * 1000


if __name__ == "__main__":
    jax.config.update("jax_enable_x64", True)
    print(json.dumps({"jax": jax.__version__}), flush=True)
    loop = Loop(**json.loads(sys.stdin.readline()))
    print(json.dumps({"compiled": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps({"ms": loop.measure(json.loads(line)["steps"])}), flush=True)
