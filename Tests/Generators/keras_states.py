"""Records whole models that hand states on where no words are read.

    KERAS_BACKEND=tensorflow python Tests/Generators/keras_states.py

Written with Keras 3.15.1 on TensorFlow 2.21: folders Tests/Fixtures/graph_<name>/ as those of keras_graphs.py.
"""

from keras_graphs import keras, layers, normal, record


def forecast():
    past, future = keras.Input((6, 2), name="past"), keras.Input((3, 1), name="future")
    _, h, c = layers.LSTM(4, return_state=True, name="encoder")(past)
    y = layers.LSTM(4, return_sequences=True, name="decoder")(future, initial_state=[h, c])
    return keras.Model([past, future], layers.TimeDistributed(layers.Dense(1), name="out")(y), name="forecast")


def states():
    """One LSTM called twice, the second time from its own last states; another begins with what a Dense makes."""
    x, static = keras.Input((6, 2), name="x"), keras.Input((5,), name="static")
    shared = layers.LSTM(4, return_sequences=True, return_state=True, name="shared")
    _, h, c = shared(x)
    again, _, _ = shared(x, initial_state=[h, c])
    begin = [layers.Dense(4, activation="tanh", name="to_h")(static), layers.Dense(4, name="to_c")(static)]
    return keras.Model([x, static], [again, layers.LSTM(4, name="told")(x, initial_state=begin)], name="states")


if __name__ == "__main__":
    record("forecast", "Encoder and decoder over numbers", forecast(), {"past": normal(2, 6, 2), "future": normal(2, 3, 1)},
           ("model.keras",))
    record("states", "A shared LSTM that goes on from itself, one that begins with what a Dense says", states(),
           {"x": normal(2, 6, 2), "static": normal(2, 5)}, ("model.keras",))
