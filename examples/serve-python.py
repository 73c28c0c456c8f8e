"""Runs a policy's file in Python: python serve-python.py runs/iql/policy.onnx '{"room": 15, "weather": "rain"}'

Needs onnxruntime and numpy.
"""

import json
import math
import sys
from datetime import datetime, timezone

import numpy as np
import onnxruntime

path, given = sys.argv[1], json.loads(sys.argv[2])
session = onnxruntime.InferenceSession(path)
policy = json.loads(session.get_modelmeta().custom_metadata_map["lamo.policy"])
row = np.zeros((1, policy["observation"]["size"]), np.float32)


def encode(name, part, value):
    """The numbers that a value of a log became."""
    if "categories" in part:
        if str(value) not in part["categories"]:
            raise ValueError(f"{name}: {value} is none of {part['categories']}")
        return [float(str(value) == one) for one in part["categories"]]
    if part.get("encoding", "").startswith("time"):
        time = datetime.fromisoformat(value.replace("Z", "+00:00"))
        time = time.astimezone(timezone.utc) if time.tzinfo else time
        days = time.hour / 24 + time.minute / 1440 + time.second / 86400
        if part["encoding"] == "time-of-week":
            days = (time.weekday() + days) / 7
        return [math.sin(2 * math.pi * days), math.cos(2 * math.pi * days)]
    return value if isinstance(value, list) else [float(value)]


for name, part in policy["observation"]["space"]["parts"].items():
    value = given.get(name)
    if value is None:
        value = part.get("missing", {}).get("value")
    if value is None:
        raise ValueError(f"{name} has no value")
    row[0, part["start"] : part["end"]] = encode(name, part, value)

chosen = session.run(["actions"], {"observations": row})[0][0]
labels = policy["action"].get("space", {}).get("labels")
print(labels[int(chosen[0])] if labels else chosen)
