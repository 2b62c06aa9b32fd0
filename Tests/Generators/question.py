"""Makes the bundled demo: the founding question's layer as a genuine .keras file, and an input for it.

    KERAS_BACKEND=tensorflow python Tests/Generators/question.py Sources/lstmscope/Resources

Written with Keras 3.15.1 on TensorFlow 2.21; any Keras 3 backend gives the same file but for its dates.
Besides the model and its input it prints what Keras itself returns, which
Tests/ProgramTests compares with (Tests/Fixtures/question/).
"""

import pathlib
import sys

import keras
import numpy as np

SEED = 42


def main(folder: pathlib.Path, expected: pathlib.Path) -> None:
    keras.utils.set_random_seed(SEED)
    x = keras.Input(shape=(2, 2), name="x")
    outputs = keras.layers.LSTM(3, return_sequences=True, return_state=True, name="lstm")(x)
    model = keras.Model(x, outputs, name="question")
    values = np.random.default_rng(SEED).standard_normal((2, 2, 2)).astype("float32")
    model.save(folder / "question.keras")
    np.save(folder / "question.npy", values)
    whole_seq_output, final_memory_state, final_carry_state = (np.asarray(y) for y in model(values))
    expected.mkdir(exist_ok=True)
    np.savez(
        expected / "expected.npz",
        whole_seq_output=whole_seq_output,
        final_memory_state=final_memory_state,
        final_carry_state=final_carry_state,
    )
    print(values, whole_seq_output, final_memory_state, final_carry_state, sep="\n\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(__file__).parent.parent / "Fixtures" / "question")
