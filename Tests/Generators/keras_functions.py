"""What an .h5 of Keras 3 says of operations, and activations that are layers or the author's own functions.

    python Tests/Generators/keras_functions.py        (Keras 3.15.1)

writes Tests/Fixtures/keras_functions/: masked.h5 and masked.keras, whose mask goes through a Concatenate, for which
Keras puts ZerosLike with a dtype into the graph; layers.h5 and layers.keras, LSTMs with layers as activations;
custom.keras, whose second LSTM has an activation of its author's; the inputs, and expected.npz with the outputs.
For custom.keras that is what its first LSTM puts out.
"""

import pathlib

import keras
import numpy as np
from keras import layers

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "keras_functions"
FOLDER.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(11)
arrays = {}


def fill(model):
    for weight in model.weights:
        weight.assign(random.normal(0, 0.4, weight.shape))


ids = keras.Input((None,), dtype="int32", name="ids")
embedded = layers.Embedding(9, 3, mask_zero=True, name="embedding")(ids)
dense = layers.TimeDistributed(layers.Dense(2), name="dense")(embedded)
both = layers.Concatenate(name="both")([dense, embedded])
masked = keras.Model(ids, layers.LSTM(3, name="lstm")(layers.Add(name="add")([both, both])))
fill(masked)
values = np.array([[1, 2, 0, 0], [0, 3, 4, 0]], "int32")
np.save(FOLDER / "ids.npy", values)
arrays["masked"] = np.asarray(masked(values))
masked.save(FOLDER / "masked.h5")
masked.save(FOLDER / "masked.keras")

x = keras.Input((4, 2), name="x")
h = layers.LSTM(3, activation=layers.LeakyReLU(negative_slope=0.1), return_sequences=True, name="leaky")(x)
h = layers.LSTM(3, activation=layers.ReLU(), return_sequences=True, name="relu")(h)
h = layers.LSTM(3, activation=layers.ReLU(negative_slope=0.3), return_sequences=True, name="slope")(h)
h = layers.LSTM(3, activation=layers.ELU(alpha=0.5), return_sequences=True, name="elu")(h)
h = layers.LSTM(3, activation=layers.ReLU(max_value=6.0), name="relu6")(h)
made = keras.Model(x, h)
fill(made)
values = random.normal(0, 2, (2, 4, 2)).astype("float32")
np.save(FOLDER / "x.npy", values)
arrays["layers"] = np.asarray(made(values))
made.save(FOLDER / "layers.h5")
made.save(FOLDER / "layers.keras")


@keras.saving.register_keras_serializable("own")
def half(value):
    return keras.ops.tanh(value) * 0.5


first = layers.LSTM(3, return_sequences=True, name="before")(x)
custom = keras.Model(x, layers.LSTM(2, name="behind")(layers.LSTM(3, activation=half, return_sequences=True, name="own")(first)))
fill(custom)
arrays["custom"] = np.asarray(keras.Model(x, first)(values))
custom.save(FOLDER / "custom.keras")
np.savez_compressed(FOLDER / "expected.npz", **arrays)
