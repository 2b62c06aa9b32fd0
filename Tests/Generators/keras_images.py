"""Records whole models that read images before their LSTM, one with constants among its operations, one with attention.

    KERAS_BACKEND=tensorflow python Tests/Generators/keras_images.py
    python Tests/Generators/keras_images.py tf_keras

Written with Keras 3.15.1 and tf-keras 2.21 on TensorFlow 2.21: folders Tests/Fixtures/graph_<name>/ as those of
keras_graphs.py.
"""

import numpy as np

from keras_graphs import keras, layers, normal, ops, record


def lines():
    """Reads the letters of a picture column by column, as recognizers of printed lines do."""
    image = keras.Input((10, 8, 1), name="image")
    y = layers.Conv2D(3, 3, padding="same", activation="relu", name="edges")(image)
    y = layers.BatchNormalization(name="even")(y)
    y = layers.MaxPooling2D((2, 2), name="half")(y)
    y = layers.DepthwiseConv2D(2, padding="same", depth_multiplier=2, name="depthwise")(y)
    y = layers.SeparableConv2D(4, 3, padding="same", activation="relu", name="separable")(y)
    y = layers.ZeroPadding2D(((0, 0), (1, 0)), name="pad")(y)
    y = layers.Cropping2D(((0, 0), (0, 1)), name="crop")(y)
    y = layers.Reshape((5, 16), name="columns")(y)
    y = layers.Bidirectional(layers.LSTM(3, return_sequences=True), name="both")(layers.Dense(4, name="narrow")(y))
    wide = layers.Conv1DTranspose(2, 3, strides=2, padding="same", name="wider")(y)
    return keras.Model(image, [layers.Dense(5, activation="softmax", name="letters")(y), wide], name="lines")


def frames():
    """An LSTM over the pictures of a film."""
    film = keras.Input((3, 6, 6, 2), name="film")
    y = layers.TimeDistributed(layers.Conv2D(3, 3, activation="relu"), name="each")(film)
    y = layers.TimeDistributed(layers.GlobalAveragePooling2D(), name="mean")(y)
    return keras.Model(film, layers.Dense(2, activation="softmax", name="kind")(layers.LSTM(4, name="rnn")(y)), name="frames")


def constants():
    x = keras.Input((6, 4), name="x")
    y = layers.LSTM(4, return_sequences=True, name="rnn")(x + ops.expand_dims(ops.arange(6.0), -1) * np.full((6, 4), 0.1, "float32"))
    weights = ops.softmax(ops.einsum("btf,bsf->bts", y, y) / ops.sqrt(4.0), axis=-1)
    ids = ops.argmax(y, axis=-1)
    return keras.Model(x, [ops.matmul(weights, y), ops.one_hot(ids, 4), ops.take(y, -1, axis=1)], name="constants")


def heads():
    """Attention over what an LSTM put out, as in a transformer's layer."""
    x = keras.Input((6, 4), name="x")
    y = layers.LSTM(8, return_sequences=True, name="rnn")(x)
    told = layers.MultiHeadAttention(2, 3, name="heads")(y, value=y)
    y = layers.LayerNormalization(name="even")(layers.Add(name="sum")([y, told]))
    z = layers.MultiHeadAttention(2, 4, name="more")(y, y[:, :3] if ops else y)
    return keras.Model(x, layers.Dense(2, name="out")(layers.GlobalAveragePooling1D(name="mean")(z)), name="heads")


if __name__ == "__main__":
    record("lines", "Convolutions and pooling over an image, whose columns a Bidirectional reads", lines(), {"image": normal(2, 10, 8, 1)})
    record("frames", "A convolution for each picture of a film, and an LSTM over them", frames(), {"film": normal(2, 3, 6, 6, 2)})
    if ops:
        record("constants", "Tensors and arrays that Keras wrote into the configuration", constants(), {"x": normal(2, 6, 4)},
               ("model.keras",))
    record("heads", "MultiHeadAttention, the value by name and by place", heads(), {"x": normal(2, 6, 4)})
