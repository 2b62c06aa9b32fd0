"""Records whole models whose graphs are hard: nested, shared, with several inputs and outputs, masks and states.

    KERAS_BACKEND=tensorflow python Tests/Generators/keras_graphs.py
    python Tests/Generators/keras_graphs.py tf_keras

Written with Keras 3.15.1 and tf-keras 2.21 on TensorFlow 2.21. Each model becomes a folder Tests/Fixtures/graph_<name>/,
graph_<name>_tfk/ of tf-keras, of the kind that Tests/Fixtures/README.md describes: the model as .keras, .h5 and
.weights.h5, its inputs, and what Keras gave.
"""

import json
import pathlib
import shutil
import sys

import numpy as np
import tensorflow as tf

if sys.argv[1:] == ["tf_keras"]:
    import tf_keras as keras

    ops, SUFFIX = None, "_tfk"
else:
    import keras

    ops, SUFFIX = keras.ops, ""
layers = keras.layers

FIXTURES = pathlib.Path(__file__).parent.parent / "Fixtures"
random = np.random.default_rng(11)


def normal(*shape):
    return random.standard_normal(shape).astype("float32")


def tokens(rows):
    """Ids, padded with 0 on the right."""
    width = max(map(len, rows))
    return np.array([row + [0] * (width - len(row)) for row in rows], "int32")


def record(name, description, model, inputs, formats=("model.keras", "model.h5", "model.weights.h5")):
    for weight in model.weights:
        if "float" not in str(weight.dtype) or weight.name == "seed_generator_state":
            continue
        values = normal(*weight.shape) * 0.4
        weight.assign(np.abs(values) + 0.5 if "moving_variance" in weight.name else values)
    folder = FIXTURES / f"graph_{name}{SUFFIX}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    if SUFFIX:
        formats += ("model_weights_only.h5",)
    kinds = {"model_weights_only.h5": "keras_legacy_weights_only_h5", "model.keras": "keras_v3_zip", "model.h5": "keras_legacy_whole_h5", "model.weights.h5": "keras_weights_h5"}
    for file in formats:
        (model.save_weights if "weights" in file else model.save)(folder / file)
    listed = []
    for index, (key, value) in enumerate(inputs.items()):
        if value.dtype.kind == "U":
            listed.append({"name": key, "texts": value.ravel().tolist(), "shape": list(value.shape)})
        else:
            np.save(folder / f"input_{index}.npy", value)
            listed.append({"name": key, "file": f"input_{index}.npy", "shape": list(value.shape)})
    given = inputs if isinstance(getattr(model, "_inputs_struct", model.input if SUFFIX else None), dict) else list(inputs.values())
    if any(value.dtype.kind == "U" for value in inputs.values()):
        given = [tf.constant(value) for value in given]
    outputs = [np.asarray(y) for y in tf.nest.flatten(model(given if len(given) > 1 or isinstance(given, dict) else given[0]))]
    np.savez(folder / "expected.npz", **{f"output_{k}": y.astype("float32") for k, y in enumerate(outputs)})
    case = {
        "name": folder.name,
        "description": description,
        "expect": "ok",
        "keras_version": keras.__version__,
        "files": [{"file": file, "format": kinds[file]} for file in formats],
        "inputs": listed,
        "outputs": [{"key": f"output_{k}", "shape": list(y.shape)} for k, y in enumerate(outputs)],
        "tolerance": {"abs": 1e-05, "rel": 1e-05},
    }
    (folder / "case.json").write_text(json.dumps(case, indent=1, ensure_ascii=False) + "\n")


def nested_outputs():
    a = keras.Input((4, 3), name="a")
    y, h, c = layers.LSTM(5, return_sequences=True, return_state=True, name="rnn")(a)
    inner = keras.Model(a, [layers.Dense(2, name="head")(y), h, c], name="inner")
    x = keras.Input((4, 3), name="x")
    z = keras.Input((4, 3), name="z")
    first = inner(x)
    second = inner(z)
    return keras.Model([x, z], [first[0], second[2], layers.Add(name="sum")([first[1], second[1]])], name="outer")


def shared():
    x = keras.Input((5, 3), name="x")
    z = keras.Input((5, 3), name="z")
    rnn = layers.LSTM(4, return_sequences=True, name="siamese")
    inner = keras.Sequential([keras.Input((5, 4)), rnn_after := layers.LSTM(3, name="after")], name="tail")
    left, right = inner(rnn(x)), inner(rnn(z))
    return keras.Model([x, z], [layers.Subtract(name="apart")([left, right]), rnn_after(rnn(x))], name="shared")


def dictionary():
    inputs = {"words": keras.Input((6,), name="words", dtype="int32"), "extra": keras.Input((2,), name="extra")}
    y = layers.Embedding(9, 4, mask_zero=True, name="table")(inputs["words"])
    y = layers.LSTM(3, name="rnn")(y)
    y = layers.Concatenate(name="both")([y, inputs["extra"]])
    outputs = {"z_class": layers.Dense(3, activation="softmax", name="z")(y), "a_score": layers.Dense(1, name="a")(y)}
    return keras.Model(inputs, outputs, name="dictionary")


def bidirectional_states():
    source = keras.Input((None,), name="source", dtype="int32")
    target = keras.Input((None,), name="target", dtype="int32")
    embedded = layers.Embedding(12, 4, mask_zero=True, name="source_table")(source)
    encoder = layers.Bidirectional(layers.LSTM(3, return_sequences=True, return_state=True), name="encoder")
    y, fh, fc, bh, bc = encoder(embedded)
    h = layers.Concatenate(name="h")([fh, bh])
    c = layers.Concatenate(name="c")([fc, bc])
    decoded = layers.Embedding(10, 5, mask_zero=True, name="target_table")(target)
    d, _, _ = layers.LSTM(6, return_sequences=True, return_state=True, name="decoder")(decoded, [h, c])
    attended = layers.Attention(name="attention")([d, y])
    both = layers.Concatenate(name="context")([d, attended])
    out = layers.TimeDistributed(layers.Dense(4, activation="softmax", name="word"), name="words")(both)
    back = layers.Bidirectional(layers.LSTM(3, return_sequences=True), merge_mode="sum", name="again")(
        decoded, initial_state=[fh, fc, bh, bc])
    return keras.Model([source, target], [out, back], name="translator")


def names():
    x = keras.Input((4, 2), name="Eingabe")
    # TensorFlow lets a name have slashes and no letters beyond ASCII, Keras 3 the reverse.
    first, second = ("encoder/rnn", "encoder/rnn/top") if SUFFIX else ("Übersetzer größe", "記憶")
    y = layers.LSTM(3, return_sequences=True, name=first)(x)
    y = layers.LSTM(3, name=second)(y)
    return keras.Model(x, layers.Dense(2, name="Ausgabe.1")(y), name="Namen")


def frozen():
    block = keras.Sequential(
        [
            keras.Input((6, 4)),
            layers.Conv1D(5, 3, padding="same", activation="relu", name="conv"),
            layers.BatchNormalization(name="norm"),
            layers.LSTM(5, return_sequences=True, name="held", trainable=False),
            keras.Sequential([keras.Input((6, 5)), layers.LSTM(5, return_sequences=True, name="deep"),
                              layers.LayerNormalization(name="even")], name="deeper"),
            layers.LSTM(5, return_sequences=True, name="free"),
        ],
        name="block",
    )
    return keras.Sequential([keras.Input((6, 4)), block, layers.GRU(4, return_sequences=True, name="gru"),
                             layers.MaxPooling1D(2, name="pool"), layers.Bidirectional(layers.LSTM(2), name="bi"),
                             layers.Dense(3, name="out")], name="frozen")


def cells():
    x = keras.Input((5, 3), name="x")
    y = layers.Bidirectional(layers.RNN([layers.LSTMCell(4), layers.LSTMCell(2)], return_sequences=True), name="both")(x)
    s = [keras.Input((4,), name="h0"), keras.Input((4,), name="c0"), keras.Input((3,), name="h1"),
         keras.Input((3,), name="c1")]
    r = layers.RNN([layers.LSTMCell(4), layers.LSTMCell(3)], return_state=True, name="stack")(y, initial_state=[s[:2], s[2:]])
    return keras.Model([x] + s, list(r), name="cells")


def many():
    stack = [keras.Input((3, 2))]
    for index in range(12):
        stack.append(layers.LSTM(2, return_sequences=True, name=f"layer_{11 - index}"))
        stack.append(layers.Dropout(0.1))
    return keras.Sequential(stack, name="many")


def arithmetic():
    x = keras.Input((6, 4), name="x")
    lengths = keras.Input((6,), name="weights")
    mask = ops.greater(lengths, 0.5)
    y = layers.LSTM(3, return_sequences=True, name="masked")(x * 2.0 + 1.0, mask=mask)
    pooled = ops.sum(y * ops.expand_dims(lengths, -1), axis=1) / (ops.sum(lengths, axis=1, keepdims=True) + 1e-3)
    last = y[:, -1, :]
    return keras.Model([x, lengths], [ops.concatenate([pooled, last], axis=-1), ops.tanh(y[:, 1:3])], name="arithmetic")


def texts():
    words = keras.Input((1,), name="text", dtype="string")
    ids = layers.TextVectorization(max_tokens=12, output_sequence_length=6, vocabulary=["der", "hund", "läuft", "im", "haus"],
                                   name="vectorize")(words)
    y = layers.Embedding(12, 4, mask_zero=True, name="table")(ids)
    return keras.Model(words, layers.LSTM(3, name="rnn")(y), name="texts")


def adapted():
    vectorize = layers.TextVectorization(output_sequence_length=5, name="vectorize")
    vectorize.adapt(["der hund läuft", "der hund", "ein haus", "der garten"])
    words = keras.Input((1,), name="text", dtype="string")
    y = layers.Embedding(12, 4, mask_zero=True, name="table")(vectorize(words))
    return keras.Model(words, layers.LSTM(3, name="rnn")(y), name="adapted")


if __name__ == "__main__":
    record("nested_outputs", "A functional model inside another, called twice, three outputs, one of them the outer model's own",
           nested_outputs(), {"x": normal(2, 4, 3), "z": normal(2, 4, 3)})
    record("shared", "An LSTM called twice, and one that stands in a nested model and beside it", shared(),
           {"x": normal(2, 5, 3), "z": normal(2, 5, 3)})
    record("dictionary", "Inputs and outputs by name", dictionary(),
           {"extra": normal(2, 2), "words": tokens([[3, 4, 1, 0, 0, 0], [8, 7, 6, 5, 4, 3]])}, ("model.keras", "model.h5"))
    record("bidirectional_states", "A masked Bidirectional encoder starts an LSTM and another Bidirectional; attention",
           bidirectional_states(), {"source": tokens([[1, 2, 3], [4, 5], [11]]), "target": tokens([[1, 2], [3, 4, 5, 9], [6]])},
           ("model.keras", "model.weights.h5"))
    record("names", "Layer names beyond ASCII, with spaces and dots, or with slashes", names(), {"x": normal(2, 4, 2)})
    record("frozen", "Frozen layers and a BatchNormalization in models inside each other: the .h5 lists them apart", frozen(),
           {"x": normal(2, 6, 4)})
    record("cells", "Stacked cells in a Bidirectional and with states of their own", cells(),
           {"x": normal(2, 5, 3), "h0": normal(2, 4), "c0": normal(2, 4), "h1": normal(2, 3), "c1": normal(2, 3)})
    record("many", "Twelve LSTMs of one shape, named backwards", many(), {"x": normal(2, 3, 2)})
    if ops:
        record("arithmetic", "Operations as nodes, an explicit mask, slices", arithmetic(),
               {"x": normal(2, 6, 4), "weights": np.array([[1, 1, 0, 0.7, 0, 1], [0, 1, 1, 1, 0, 0]], "float32")})
    record("texts", "From texts through a vocabulary in the file", texts(),
           {"text": np.array([["Der Hund läuft!"], ["im haus, im Garten"]])}, ("model.keras",))
    if ops:
        record("adapted", "A vocabulary that was learnt: it stands among the assets of the file", adapted(),
               {"text": np.array([["Der Hund läuft!"], ["im haus, im Garten"]])}, ("model.keras",))
