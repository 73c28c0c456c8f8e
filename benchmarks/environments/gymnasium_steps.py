"""Steps an environment of Gymnasium on request, with random actions, and times it.

Takes its id as the argument. Says {"gymnasium", "mujoco"} first, then reads lines of {"steps"} and answers {"per_second"}.
"""

import json
import sys
import time

import gymnasium
import mujoco
import numpy as np

environment = gymnasium.make(sys.argv[1])
space = environment.action_space
rng = np.random.default_rng(0)
environment.reset(seed=0)
print(json.dumps({"gymnasium": gymnasium.__version__, "mujoco": mujoco.__version__}), flush=True)
for line in sys.stdin:
    steps = json.loads(line)["steps"]
    actions = rng.uniform(space.low, space.high, (steps, space.shape[0])).astype(np.float32)
    start = time.perf_counter()
    for action in actions:
        _, _, terminated, truncated, _ = environment.step(action)
        if terminated or truncated:
            environment.reset()
    print(json.dumps({"per_second": steps / (time.perf_counter() - start)}), flush=True)
