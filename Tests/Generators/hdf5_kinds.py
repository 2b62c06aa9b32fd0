"""Makes the files of Tests/Fixtures/hdf5_kinds: small, with one of each kind of thing that HDF5 has.

    python3 Tests/Generators/hdf5_kinds.py

Needs h5py and numpy. Run by hand; the files are committed, and the tests never run this.
"""

import pathlib

import h5py
import numpy as np

folder = pathlib.Path(__file__).parent.parent / "Fixtures" / "hdf5_kinds"

with h5py.File(folder / "hdf5_kinds.h5", "w", userblock_size=512) as file:
    file.attrs["text"] = "héllo"
    file.attrs["fixed"] = np.array([b"one", b"three"])
    file.attrs["variable"] = np.array(["a", "bc"], dtype=h5py.string_dtype())
    file.attrs["empty"] = np.array([], dtype="f8")
    file.attrs["null"] = h5py.Empty("f4")
    file.attrs["integer"] = 3
    file.attrs["floats"] = [1.5, -2.5]
    file.attrs["split0"] = np.array([b"a", b"b"])
    file.attrs["split1"] = np.array([b"c"])
    for name in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]:
        file["little/" + name] = np.array([[0, 1, 2], [3, 4, 5]], dtype="<" + name)
        file["big/" + name] = np.array([[0, 1, 2], [3, 4, 5]], dtype=">" + name)
    file["flags"] = np.array([True, False, True])
    file["scalar"] = np.float32(7)
    file["none"] = np.zeros((0, 3), "f4")
    file["bfloat16"] = np.frombuffer(bytes([0x80, 0x3F, 0x20, 0xC0]), dtype="V2")
    file["bfloat16"].attrs["dtype"] = "bfloat16"
    file.create_dataset("never_written", (2, 2), "f4", chunks=(1, 1), fillvalue=9)
    file["alias"] = h5py.SoftLink("/little/f4")
    file["optimizer/vars/0"] = np.zeros(3, "f4")
    file["optimizer_weights/m"] = np.zeros(3, "f4")

with h5py.File(folder / "hdf5_refused.h5", "w") as file:
    file["good"] = np.ones(3, "f4")
    file["outside"] = h5py.ExternalLink("hdf5_kinds.h5", "/scalar")
    file["through"] = h5py.SoftLink("/outside")
    file["dangling"] = h5py.SoftLink("/nowhere")
    file["group/cycle"] = file["/"]
    file.create_dataset("lzf", data=np.zeros((40, 40), "f4"), compression="lzf")
    file.create_dataset("elsewhere", (4,), "f4", external=[("hdf5_kinds.h5", 0, 16)])
    layout = h5py.VirtualLayout(shape=(1,), dtype="f4")
    layout[0] = h5py.VirtualSource("hdf5_kinds.h5", "scalar", shape=())
    file.create_virtual_dataset("virtual", layout)
    file["words"] = np.array([b"abc", b"de"])
    file["complex"] = np.zeros(2, "c8")

with h5py.File(folder / "hdf5_huge.h5", "w") as file:
    file.create_dataset("huge", (1 << 20, 1 << 20), "f4", chunks=(64, 64))
