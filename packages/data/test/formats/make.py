"""Makes the files beside this one: `python make.py` with NumPy 2.4, h5py 3.16 and pyarrow 25, in this folder."""

import json
import os
import pickle

import h5py
import numpy as np
import pyarrow
from pyarrow import dataset as tables


def trajectory(rows, kind="f4", order="C"):
    """Observations that count up, actions of a half, rewards 0, 1, 2 …, terminal at the end."""
    observations = np.arange(2 * rows).reshape(rows, 2)
    return {
        "observations": np.asarray(observations, dtype=kind, order=order),
        "actions": np.full((rows, 1), 0.5, kind),
        "rewards": np.arange(rows, dtype="f8"),
        "terminals": np.arange(rows) == rows - 1,
    }


def save(name, value, protocol=4):
    with open(f"{name}.pkl", "wb") as file:
        pickle.dump(value, file, protocol)


for protocol in range(2, 6):
    save(f"protocol-{protocol}", [trajectory(2), trajectory(3, order="F")], protocol)
save("big-endian", [trajectory(3, ">f4")])
save("one-dict", trajectory(4))
scalars = [np.float32(0.5), np.float32(-0.5)]
save("lists", [{"observations": [[1.0, 2.0], [3, 4]], "actions": scalars, "rewards": [1, 2], "dones": [False, True]}])
save("protocol-0", [{"a": 1}], 0)
save("a-list-of-numbers", [1, 2, 3])


class Program:
    def __reduce__(self):
        return os.system, ("touch harmed",)


class Thing:
    pass


save("program", [{"observations": Program()}])
save("object", [{"observations": Thing()}])
save("objects", [{**trajectory(2), "observations": np.array([None, "text"], dtype=object)}])

# OGBench: the last row of each trajectory has what was observed at its end, and an action that was not taken.
ogbench = {
    "observations": np.arange(12, dtype="f4").reshape(6, 2),
    "actions": np.arange(6, dtype="f4").reshape(6, 1) / 10,
    "terminals": np.array([0, 0, 1, 0, 0, 1], "f4"),
    "qpos": np.arange(18, dtype="f8").reshape(6, 3),
}
np.savez_compressed("ogbench.npz", **ogbench)
np.savez("stored.npz", **trajectory(4, order="F"))
np.savez_compressed("deflated.npz", **trajectory(4, ">f8"))
np.savez("text.npz", **{**trajectory(2), "observations": np.array(["a", "b"])})

# Minari's two layouts, an episode of three rows each.
box = {"type": "Box", "dtype": "float64", "shape": [2], "low": [-np.inf] * 2, "high": [np.inf] * 2}
act = {"type": "Discrete", "dtype": "int64", "start": 1, "n": 3}
seen = np.arange(8, dtype="f8").reshape(4, 2)


def describe(layout):
    os.makedirs(f"minari-{layout}/data", exist_ok=True)
    about = {"total_episodes": 1, "total_steps": 3, "data_format": layout, "dataset_id": f"test/{layout}-v0"}
    spaces = {"observation_space": json.dumps(box), "action_space": json.dumps(act)}
    with open(f"minari-{layout}/data/metadata.json", "w") as file:
        json.dump({**about, **spaces}, file)


describe("hdf5")
with h5py.File("minari-hdf5/data/main_data.hdf5", "w", track_order=True) as file:
    episode = file.create_group("episode_0")
    arrays = {"observations": seen, "actions": np.array([1, 3, 2]), "rewards": np.arange(3.0)}
    flags = {"terminations": np.array([False, False, True]), "truncations": np.array([False, False, True])}
    for key, data in {**arrays, **flags}.items():
        episode.create_dataset(key, data=data, chunks=True, maxshape=(None, *data.shape[1:]))

describe("arrow")
rows = {
    "episode_id": np.zeros(4, "i4"),
    "observations": pyarrow.FixedSizeListArray.from_arrays(seen.reshape(-1), 2),
    "actions": np.array([1, 3, 2, 0]),
    "rewards": np.array([0.0, 1, 2, 0]),
    "terminations": [False, False, True, False],
    "truncations": [False, False, True, False],
}
batch = pyarrow.RecordBatch.from_pydict(rows)
tables.write_dataset(batch, "minari-arrow/data", format="arrow", partitioning=["episode_id"], existing_data_behavior="overwrite_or_ignore")
