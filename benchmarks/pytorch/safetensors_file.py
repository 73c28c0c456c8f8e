"""Reads and writes float32 tensors as safetensors files: a length, a header in JSON, the numbers."""

import json
import os
import struct

import torch


def read_tensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        numbers = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)
    header.pop("__metadata__", None)
    return {name: numbers[slice(*places(entry))].reshape(entry["shape"]) for name, entry in header.items()}


def places(entry):
    return (offset // 4 for offset in entry["data_offsets"])


def write_tensors(path, tensors):
    """Writes the file under another name first, so that it appears whole or not at all."""
    header, parts, size = {}, [], 0
    for name, tensor in tensors.items():
        parts.append(tensor.detach().contiguous().numpy().tobytes())
        header[name] = {
            "dtype": "F32",
            "shape": list(tensor.shape),
            "data_offsets": [size, size + len(parts[-1])],
        }
        size += len(parts[-1])
    encoded = json.dumps(header).encode()
    with open(f"{path}.tmp", "wb") as file:
        file.write(struct.pack("<Q", len(encoded)) + encoded)
        file.writelines(parts)
    os.replace(f"{path}.tmp", path)
