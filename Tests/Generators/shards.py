"""Weights that Keras saved in several files beside a list of them.

    python Tests/Generators/shards.py

writes Tests/Fixtures/shards/: model.weights.json with its model_*.weights.h5, config.json, x.npy and expected.npz.
"""

import pathlib

import keras
import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "shards"
FOLDER.mkdir(parents=True, exist_ok=True)
keras.utils.set_random_seed(6)
model = keras.Sequential(
    [
        keras.Input((4, 3)),
        keras.layers.Bidirectional(keras.layers.LSTM(6, return_sequences=True), name="bi"),
        keras.layers.LSTM(5, name="lstm"),
        keras.layers.Dense(2, name="dense"),
    ])
model.save_weights(FOLDER / "model.weights.json", max_shard_size=2e-6)
(FOLDER / "config.json").write_text(model.to_json())
x = np.random.default_rng(1).normal(size=(2, 4, 3)).astype("float32")
np.save(FOLDER / "x.npy", x)
np.savez_compressed(FOLDER / "expected.npz", output=np.array(model(x)))
