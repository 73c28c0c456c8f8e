"""Compiles StableHLO text with XLA's compiler for processors and runs it: a peer for the tests of the lowering.

Each line of standard input is a JSON object {text, arguments: [{shape, type, data}]}; data is base64. Each answer is
{results: [base64 of float32 …]} or {error}. Written against jaxlib 0.10; private names may move between versions.
"""

import base64
import functools
import json
import sys

import jax
import numpy as np
from jax._src.interpreters import mlir
from jax._src.lib import xla_client as xc
from jax._src.lib.mlir import ir

DEVICE = jax.devices("cpu")[0]
TYPES = {"f32": np.float32, "i32": np.int32, "i1": np.bool_, "ui8": np.uint8, "i64": np.int64, "ui32": np.uint32, "ui64": np.uint64}


@functools.lru_cache(maxsize=8)
def compile_text(text):
    client = DEVICE.client
    with mlir.make_ir_context():
        module = ir.Module.parse(text)
        devices = xc.DeviceList((DEVICE,))
        return client.compile_and_load(mlir.module_to_bytecode(module), devices, xc.CompileOptions())


def numbers_of(argument):
    return np.frombuffer(base64.b64decode(argument["data"]), TYPES[argument["type"]]).reshape(argument["shape"])


def array_of(argument):
    return jax.device_put(numbers_of(argument), DEVICE)


def run(request):
    executable = compile_text(request["text"])
    results = executable.execute_sharded([array_of(argument) for argument in request["arguments"]])
    arrays = [np.asarray(a[0] if isinstance(a, list) else a) for a in results.disassemble_into_single_device_arrays()]
    return {"results": [base64.b64encode(a.astype(np.float32).tobytes()).decode() for a in arrays]}


if __name__ == "__main__":
    jax.config.update("jax_enable_x64", True)
    print(json.dumps({"jax": jax.__version__}), flush=True)
    for line in sys.stdin:
        try:
            answer = run(json.loads(line))
        except Exception as error:  # the test shows it
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)
