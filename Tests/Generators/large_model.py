"""Makes a large model for the bench: one LSTM over 64 features.

    KERAS_BACKEND=tensorflow python Tests/Generators/large_model.py 512 large.keras
    MODEL=large.keras swift run -c release bench keys

With 2400 units the file has 100 MB. Written with Keras 3.15.1; not kept in the repository.
"""

import sys

import keras


def main(units: int, path: str) -> None:
    keras.utils.set_random_seed(1)
    x = keras.Input(shape=(None, 64), name="x")
    keras.Model(x, keras.layers.LSTM(units, return_sequences=True)(x)).save(path)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
