"""Models whose graph holds operations of TensorFlow as nodes: TFOpLambda and SlicingOpLambda.

    python Tests/Generators/tf_operations.py        (needs tf_keras, the Keras 2 of TensorFlow 2.16 and later)

writes Tests/Fixtures/tf_operations/: model.h5, model.keras, input x.npy and expected.npz with the outputs.
"""

import pathlib

import numpy as np
import tensorflow as tf
import tf_keras as keras

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "tf_operations"
FOLDER.mkdir(parents=True, exist_ok=True)
keras.utils.set_random_seed(3)

x = keras.Input((5, 4), name="x")
y = keras.layers.LSTM(3, return_sequences=True, name="lstm")(tf.tanh(x * 2.0))
first = y[:, 0]
last = y[:, -1, :]
middle = y[..., 1:4:2, :]
total = tf.reduce_sum(middle, axis=1) + tf.reduce_mean(y, axis=[1])
joined = tf.concat([first, last, total], axis=-1)
scaled = 1.0 - joined / 2.0
picked = tf.where(scaled > 0.9, scaled, tf.zeros_like(scaled))
shaped = tf.transpose(tf.reshape(picked, [-1, 3, 3]), perm=[0, 2, 1])
stacked = tf.stack([first, last], axis=1)
squared = tf.squeeze(tf.expand_dims(tf.square(stacked), axis=-1), axis=[-1])
soft = tf.nn.softmax(tf.matmul(squared, tf.math.maximum(shaped, 0.1)))
h = keras.layers.LSTM(2, name="lstm_1")(soft)
out = tf.math.sigmoid(h) - tf.cast(tf.math.greater(h, 0.0), tf.float32)
model = keras.Model(x, [out, shaped, tf.math.exp(-tf.abs(total))])
model.save(FOLDER / "model.h5")
# A .keras cannot hold an ellipsis.
first_part = keras.Model(x, [tf.math.abs(first) + last[:, ::-1], tf.reduce_max(y[:, 1:4:2], axis=-1, keepdims=True)])
first_part.save(FOLDER / "model.keras")
values = np.random.default_rng(4).normal(size=(2, 5, 4)).astype("float32")
np.save(FOLDER / "x.npy", values)
arrays = {}
for name, made in [("h5", model), ("keras", first_part)]:
    for index, output in enumerate(made(values)):
        arrays[f"{name}/output_{index}"] = np.array(output)
np.savez_compressed(FOLDER / "expected.npz", **arrays)
