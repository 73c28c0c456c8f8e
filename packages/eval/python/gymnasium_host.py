"""Plays environments of Gymnasium for another process. Needs gymnasium and numpy.

    python gymnasium_host.py ID KWARGS

Says one line of JSON, {"protocol": 1, "gymnasium": VERSION}, then answers every line of JSON with one:

    {"op": "make"}                                    {"environment": 0, "observations": SPACE, "actions": SPACE, "steps": 1000 or null}
    {"op": "reset", "environment": 0, "seed": 7}      {"observation": [...]}          a seed of null goes on with the stream of before
    {"op": "step", "environment": 0, "action": [...]} {"observation": [...], "reward": 1.0, "terminated": false, "truncated": false}
    {"op": "close", "environment": 0}                 {}

A SPACE is {"kind": "box", "shape", "dtype", "low", "high"}, {"kind": "discrete", "count"}, {"kind": "dict", "spaces": {NAME: SPACE}} or
{"kind": "other", "name"}. Observations are flat, row by row; those of a dict follow one another in the order of its names. An action of a
discrete space is [class]. What goes wrong is answered with {"error": TEXT, "code": CODE}. It ends with its input.
"""

import json
import os
import sys

# Whatever an environment prints must not come between the answers.
out = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)


def say(answer):
    out.write(json.dumps(answer, allow_nan=False) + "\n")
    out.flush()


try:
    import gymnasium
    import numpy as np
except ImportError as error:
    say({"error": str(error), "code": "gymnasium-unavailable"})
    sys.exit(0)


def describe(space):
    if isinstance(space, gymnasium.spaces.Box):
        bounds = {name: [finite(value) for value in np.ravel(getattr(space, name))] for name in ("low", "high")}
        return {"kind": "box", "shape": list(space.shape), "dtype": str(space.dtype), **bounds}
    if isinstance(space, gymnasium.spaces.Discrete):
        return {"kind": "discrete", "count": int(space.n)}
    if isinstance(space, gymnasium.spaces.Dict):
        return {"kind": "dict", "spaces": {name: describe(part) for name, part in space.spaces.items()}}
    return {"kind": "other", "name": str(space)}


def finite(value):
    return float(value) if np.isfinite(value) else None


def flat(space, observation):
    if isinstance(space, gymnasium.spaces.Dict):
        return [number for name, part in space.spaces.items() for number in flat(part, observation[name])]
    return np.ravel(observation).tolist()


def act(space, action):
    if isinstance(space, gymnasium.spaces.Discrete):
        return int(action[0]) + int(space.start)
    return np.asarray(action, dtype=space.dtype).reshape(space.shape)


environments = {}
made = 0


def answer(name, kwargs, request):
    global made
    op = request["op"]
    if op == "make":
        environment = gymnasium.make(name, **kwargs)
        environments[made] = environment
        made += 1
        return {
            "environment": made - 1,
            "observations": describe(environment.observation_space),
            "actions": describe(environment.action_space),
            "steps": environment.spec.max_episode_steps if environment.spec else None,
        }
    environment = environments[request["environment"]]
    if op == "reset":
        observation, _ = environment.reset(seed=request["seed"])
        return {"observation": flat(environment.observation_space, observation)}
    if op == "step":
        action = act(environment.action_space, request["action"])
        observation, reward, terminated, truncated, _ = environment.step(action)
        return {
            "observation": flat(environment.observation_space, observation),
            "reward": float(reward),
            "terminated": bool(terminated),
            "truncated": bool(truncated) and not terminated,
        }
    environments.pop(request["environment"]).close()
    return {}


name, kwargs = sys.argv[1], json.loads(sys.argv[2])
say({"protocol": 1, "gymnasium": gymnasium.__version__})
for line in sys.stdin:
    try:
        say(answer(name, kwargs, json.loads(line)))
    except gymnasium.error.UnregisteredEnv as error:
        say({"error": str(error), "code": "unknown-environment"})
    except Exception as error:  # whatever an environment throws is told, and the others go on
        say({"error": f"{type(error).__name__}: {error}", "code": "gymnasium-failed"})
