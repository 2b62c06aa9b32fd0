"""Records what Keras returns for every combination of flags, and three batches of a stateful layer.

    python Tests/Generators/returns.py

writes Tests/Fixtures/returns/: arrays.npz with the weights, x, the mask and every returned tensor under
`layer/flags/merge/mask/index`, and the models bidirectional.keras and stateful.keras with their input x.npy.
Flags are s (return_sequences), t (return_state) and b (go_backwards), `-` where unset; layer is `trial` for
one set of weights in both directions and `two` for two sets, `stack` for two stacked cells, of UNITS and of LAST units, `stacks` for two such stacks; merge is
`plain` without a Bidirectional. The states of stacked cells, which Keras nests, are counted one after the other.
"""

import itertools
import pathlib

import keras
import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "returns"
BATCH, STEPS, FEATURES, UNITS, LAST = 2, 4, 2, 3, 2
random = np.random.default_rng(5)


def weights(random=random, features=FEATURES, units=UNITS):
    return [
        random.normal(size=shape).astype("float32")
        for shape in [(features, 4 * units), (units, 4 * units), (4 * units,)]
    ]


def stacks(x, masks, arrays):
    """Two cells in an RNN, and two such RNNs in a Bidirectional."""
    own = np.random.default_rng(6)
    one = weights(own) + weights(own, UNITS, LAST)
    other = weights(own) + weights(own, UNITS, LAST)
    for name, values in [("stack", one), ("other_stack", other)]:
        for index, value in enumerate(values):
            arrays[f"{name}/{index // 3}/{['kernel', 'recurrent_kernel', 'bias'][index % 3]}"] = value
    for (sequences, states, backwards), mask in itertools.product(itertools.product([False, True], repeat=3), masks):
        word = "".join(letter if flag else "-" for letter, flag in zip("stb", (sequences, states, backwards)))

        def layer(go_backwards=backwards):
            cells = [keras.layers.LSTMCell(UNITS), keras.layers.LSTMCell(LAST)]
            return keras.layers.RNN(cells, return_sequences=sequences, return_state=states, go_backwards=go_backwards)

        def record(key, made, values, merge):
            made.build(x.shape)
            made.set_weights(values)
            for index, tensor in enumerate(keras.tree.flatten(made(x, mask=masks[mask]))):
                arrays[f"{key}/{word}/{merge}/{mask}/{index}"] = np.array(tensor)

        record("stack", layer(), one, "plain")
        for mode in ["concat", "sum", "mul", "ave", None]:
            both = keras.layers.Bidirectional(
                layer(), merge_mode=mode, backward_layer=layer(False) if backwards else None)
            record("stacks", both, one + other, mode or "none")


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    x = random.normal(size=(BATCH, STEPS, FEATURES)).astype("float32")
    masks = {
        "whole": None,
        "masked": np.array([[True, True, True, False], [False, True, True, True]]),
    }
    one, other = weights(), weights()
    arrays = {"x": x, "mask": masks["masked"].astype("float32")}
    for name, values in [("one", one), ("other", other)]:
        for part, value in zip(["kernel", "recurrent_kernel", "bias"], values):
            arrays[f"{name}/{part}"] = value
    flags = list(itertools.product([False, True], repeat=3))
    for (sequences, states, backwards), mask in itertools.product(flags, masks):
        word = "".join(
            letter if flag else "-" for letter, flag in zip("stb", (sequences, states, backwards)))

        def layer(go_backwards=backwards):
            return keras.layers.LSTM(
                UNITS, return_sequences=sequences, return_state=states, go_backwards=go_backwards)

        def both(mode):
            # Without a backward_layer Keras 3 refuses a first layer that goes backwards itself.
            return keras.layers.Bidirectional(
                layer(), merge_mode=mode, backward_layer=layer(False) if backwards else None)

        def record(key, made, values):
            made.build(x.shape)
            made.set_weights(values)
            result = made(x, mask=masks[mask])
            for index, tensor in enumerate(result if isinstance(result, (list, tuple)) else [result]):
                arrays[f"{key}/{word}/{merge}/{mask}/{index}"] = np.array(tensor)

        merge = "plain"
        record("trial", layer(), one)
        for mode in ["concat", "sum", "mul", "ave", None]:
            merge = mode or "none"
            record("trial", both(mode), one + one)
            record("two", both(mode), one + other)
    stacks(x, masks, arrays)
    np.savez_compressed(FOLDER / "arrays.npz", **arrays)
    np.save(FOLDER / "x.npy", x)

    inputs = keras.Input((STEPS, FEATURES), name="x")
    bidirectional = keras.layers.Bidirectional(
        keras.layers.LSTM(UNITS, return_sequences=True, return_state=True), name="bi")
    model = keras.Model(inputs, bidirectional(inputs))
    bidirectional.set_weights(one + other)
    model.save(FOLDER / "bidirectional.keras")

    inputs = keras.Input((STEPS, FEATURES), batch_size=BATCH, name="x")
    stateful = keras.layers.LSTM(UNITS, stateful=True, return_sequences=True, return_state=True, name="lstm")
    model = keras.Model(inputs, stateful(inputs))
    stateful.set_weights(one)
    model.save(FOLDER / "stateful.keras")
    stateful.reset_states()
    batches = {}
    for batch in range(1, 4):
        for index, tensor in enumerate(model(x)):
            batches[f"{batch}/{index}"] = np.array(tensor)
    np.savez_compressed(FOLDER / "stateful.npz", **batches)


main()
