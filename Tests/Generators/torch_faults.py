"""Makes Keras models of PyTorch's weights with one fault each, and what PyTorch gave.

    TORCH_PYTHON=python-with-torch python Tests/Generators/torch_faults.py

TORCH_PYTHON runs this file again to record with PyTorch 2.13; Keras 3.15.1 writes the models. It rewrites
Tests/Fixtures/torch_faults: x.npy, and NAME.keras with NAME.npy for each case.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "torch_faults"
FEATURES, UNITS = 3, 4


def record(path):
    import torch

    torch.manual_seed(21)
    one = torch.nn.LSTM(FEATURES, UNITS, batch_first=True)
    both = torch.nn.LSTM(FEATURES, UNITS, 2, batch_first=True, bidirectional=True)
    x = torch.randn(3, 6, FEATURES)
    arrays = {"x": x}
    with torch.no_grad():
        y, states = one(x)
        arrays["state_kept"] = one(x, states)[0]
        output, (h_n, _) = both(x)
        arrays["halves"], arrays["last_position"] = output, output[:, -1]
        first = torch.nn.LSTM(FEATURES, UNITS, batch_first=True, bidirectional=True)
        for name in [n for n, _ in both.named_parameters() if "l0" in n]:
            getattr(first, name).copy_(getattr(both, name))
        arrays["not_turned"] = first(x)[0]
        for prefix, module in [("one", one), ("both", both)]:
            for name, value in module.named_parameters():
                arrays[f"{prefix}/{name}"] = value
    np.savez(path, **{key: value.detach().numpy() for key, value in arrays.items()})


def write(arrays):
    import keras
    from keras import layers

    def weights(prefix, end):
        return [
            arrays[f"{prefix}/weight_ih_{end}"].T, arrays[f"{prefix}/weight_hh_{end}"].T,
            arrays[f"{prefix}/bias_ih_{end}"] + arrays[f"{prefix}/bias_hh_{end}"],
        ]

    def both(layer):
        return weights("both", f"l{layer}") + weights("both", f"l{layer}_reverse")

    def lstm(**options):
        return layers.LSTM(UNITS, **options)

    def save(name, made, values, y):
        made.set_weights(values)
        made.save(FOLDER / f"{name}.keras")
        np.save(FOLDER / f"{name}.npy", y)

    sequences = dict(return_sequences=True)
    x = keras.Input((6, FEATURES), name="x")
    save("state_kept", keras.Model(x, lstm(name="rnn", **sequences)(x)), weights("one", "l0"), arrays["state_kept"])
    stack = layers.Bidirectional(lstm(**sequences), name="lower")(x)
    last = keras.Model(x, layers.Bidirectional(lstm(), name="upper")(stack))
    save("last_position", last, both(0) + both(1), arrays["last_position"])
    swapped = keras.Model(x, layers.Bidirectional(lstm(**sequences), name="upper")(stack))
    upper = both(1)
    save("halves_swapped", swapped, both(0) + upper[3:] + upper[:3], arrays["halves"])
    same = keras.Model(x, layers.Bidirectional(lstm(**sequences), name="upper")(stack))
    save("halves_same", same, both(0) + upper[:3] + upper[:3], arrays["halves"])
    ahead, back = lstm(name="ahead", **sequences)(x), lstm(name="back", go_backwards=True, **sequences)(x)
    joined = keras.Model(x, layers.Concatenate(name="joined")([ahead, back]))
    save("not_turned", joined, both(0), arrays["not_turned"])


if __name__ == "__main__":
    if sys.argv[1:]:
        record(sys.argv[1])
    else:
        FOLDER.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "torch.npz")
            subprocess.run([os.environ["TORCH_PYTHON"], __file__, path], check=True)
            arrays = dict(np.load(path))
        np.save(FOLDER / "x.npy", arrays["x"])
        write(arrays)
