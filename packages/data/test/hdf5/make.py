"""Makes the HDF5 files beside this one that h5wasm cannot make: `python make.py` with h5py 3.16, in this folder.

`virtual.hdf5` and `raw.hdf5` keep their observations elsewhere, in files that are not there.
"""

import h5py
import numpy as np

ROWS = 20


def write(name, observations):
    with h5py.File(f"{name}.hdf5", "w", libver="latest") as file:
        file["actions"] = np.zeros((ROWS, 1), "f4")
        file["rewards"] = np.zeros(ROWS, "f4")
        file["terminals"] = np.zeros(ROWS, bool)
        observations(file)


def virtual(file):
    layout = h5py.VirtualLayout((ROWS, 2), "f4")
    layout[:] = h5py.VirtualSource("elsewhere.hdf5", "observations", (ROWS, 2))
    file.create_virtual_dataset("observations", layout)


def raw(file):
    external = [("elsewhere.bin", 0, h5py.h5f.UNLIMITED)]
    file.create_dataset("observations", (ROWS, 2), "f4", external=external)


def lzf(file):
    file.create_dataset("observations", data=np.ones((ROWS, 2), "f4"), compression="lzf")


def chunked(file):
    """A chunk index of the newer kind that points nowhere."""
    file.create_dataset("observations", (ROWS, 2), "f4", chunks=(5, 2), maxshape=(None, 2))


for make in (virtual, raw, lzf, chunked):
    write(make.__name__, make)
