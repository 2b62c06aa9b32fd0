"""A float16 model whose carry passes what float16 holds, and what Keras makes of it.

    python Tests/Generators/half_overflow.py

writes Tests/Fixtures/half_overflow/: model.keras (dtype float16), mixed.keras (mixed_float16), x.npy and
expected.npz with h at every timestep and the final states, as Keras computes them: with infinities.
"""

import pathlib

import keras
import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "half_overflow"
STEPS, FEATURES, UNITS = 6, 2, 2


def build(dtype, name):
    inputs = keras.Input((STEPS, FEATURES), name="x")
    layer = keras.layers.LSTM(
        UNITS, activation="relu", return_sequences=True, return_state=True, dtype=dtype, name="lstm")
    model = keras.Model(inputs, layer(inputs))
    # Units of i f g o in turn: gates that stay open, a candidate that grows with h.
    kernel = np.zeros((FEATURES, 4 * UNITS), "float32")
    kernel[0, 4], kernel[1, 5] = 3, 0.5
    recurrent = np.zeros((UNITS, 4 * UNITS), "float32")
    recurrent[0, 4] = 12
    bias = np.repeat(np.array([8, 8, 0, 8], "float32"), UNITS)
    layer.set_weights([kernel, recurrent, bias])
    model.save(FOLDER / name)
    return model


FOLDER.mkdir(parents=True, exist_ok=True)
x = np.linspace(0.5, 1.5, STEPS * FEATURES, dtype="float32").reshape(1, STEPS, FEATURES)
np.save(FOLDER / "x.npy", x)
arrays = {}
for name, dtype in [("model", "float16"), ("mixed", "mixed_float16")]:
    results = build(dtype, f"{name}.keras")(x)
    for part, result in zip(["h", "h_final", "c_final"], results):
        arrays[f"{name}/{part}"] = np.array(result, dtype="float32")
        print(name, part, arrays[f"{name}/{part}"].tolist())
np.savez_compressed(FOLDER / "expected.npz", **arrays)
