"""Records what Keras computes for every kind of layer that `Network` runs: small cases with their weights.

    KERAS_BACKEND=tensorflow python Tests/Generators/network_layers.py

Written with Keras 3.15.1 on TensorFlow 2.21. It rewrites Tests/Fixtures/network_layers/cases.json (options, names,
shapes of the call) and cases.npz (weights, inputs, masks, outputs). ThresholdedReLU, which Keras 3 no longer has, is
computed with numpy.
"""

import json
import pathlib

import keras
import numpy as np
from keras import layers
from keras.src import backend, ops
from keras.src.ops import core as core_ops
from keras.src.ops import math as math_ops
from keras.src.ops import nn as nn_ops
from keras.src.ops import numpy as numpy_ops

FOLDER = pathlib.Path(__file__).parent.parent / "Fixtures" / "network_layers"
random = np.random.default_rng(7)
cases, arrays = [], {}


def normal(*shape):
    return random.standard_normal(shape).astype("float32")


def randomize(layer):
    """Gives every weight a value, so that none is left at 0 or 1 where a mistake would not show."""
    for weight in layer.weights:
        if weight.name == "moving_variance" or weight.name == "variance":
            weight.assign(np.abs(normal(*weight.shape)) + 0.5)
        elif "int" not in str(weight.dtype) and "scale" != weight.name.split("_")[-1]:
            weight.assign(normal(*weight.shape) * 0.5)
        elif weight.name == "scale":
            weight.assign(normal(*weight.shape) * 0.5)


def plain(options):
    """The configuration as JSON; what is no plain value is serialized as Keras does."""
    return json.loads(json.dumps(options, default=lambda o: keras.saving.serialize_keras_object(o)))


def described(case, layer, class_name=None, suffix=""):
    children = []
    if isinstance(layer, layers.Bidirectional):
        children = [layer.forward_layer, layer.backward_layer]
    elif isinstance(layer, layers.TimeDistributed):
        children = [layer.layer]
    elif isinstance(layer, layers.RNN) and type(layer) is layers.RNN:
        cell = layer.cell
        children = cell.cells if isinstance(cell, layers.StackedRNNCells) else [cell]
    weights = []
    if not children:
        for weight in layer.weights:
            if weight.name in ("seed_generator_state", "count"):
                continue
            # Of the layers inside a MultiHeadAttention each has a kernel.
            inner = weight.path.split("/")[-2].replace("attention_", "")
            name = f"{inner}/{weight.name}" if isinstance(layer, layers.MultiHeadAttention) else weight.name
            key = f"{case}/w{suffix}/{name}"
            arrays[key] = np.asarray(weight).astype("float32")
            weights.append({"name": name, "key": key})
    return {
        "className": class_name or type(layer).__name__,
        "options": plain(layer.get_config()),
        "weights": weights,
        "children": [described(case, child, suffix=f"{suffix}{i}") for i, child in enumerate(children)],
    }


def store(case, index, role, value, mask=None):
    key = f"{case}/{role}{index}"
    value = np.asarray(value)
    entry = {"shape": list(value.shape)}
    if value.dtype.kind in "OSU":
        entry["texts"] = [t.decode() if isinstance(t, bytes) else str(t) for t in value.ravel()]
    else:
        entry["key"] = key
        arrays[key] = value.astype("float32")
    if mask is not None:
        arrays[key + "/mask"] = np.asarray(mask).astype("float32")
        entry["mask"] = key + "/mask"
    return entry


def record(name, layer, inputs, masks=None, states=None, kwargs=None, runs=1, prepare=None, explicit=None):
    """`masks` are attached to the inputs, as Embedding and Masking do; `explicit` is passed by keyword."""
    masks = masks or [None] * len(inputs)
    tensors = [keras.ops.convert_to_tensor(value) for value in inputs]

    def attach():
        # A MultiHeadAttention takes the masks off what it is given.
        for tensor, mask in zip(tensors, masks):
            if mask is not None:
                backend.set_keras_mask(tensor, keras.ops.convert_to_tensor(mask))

    attach()
    one_by_one = isinstance(layer, layers.MultiHeadAttention)
    given = tensors if one_by_one or len(tensors) == 1 else [tensors]
    call = dict(kwargs or {})
    if states is not None:
        call["initial_state"] = [keras.ops.convert_to_tensor(s) for s in states]
    if explicit is not None:
        call["mask"] = keras.ops.convert_to_tensor(explicit)
    layer(*given, **call)
    randomize(layer)
    attach()
    if prepare:
        prepare(layer)
    if getattr(layer, "stateful", False):
        layer.reset_states() if hasattr(layer, "reset_states") else layer.reset_state()
    for run in range(runs):
        outputs = layer(*given, **call)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    cases.append(
        {
            "name": name,
            "layer": described(name, layer),
            "runs": runs,
            "keywords": kwargs or {},
            "inputs": [store(name, i, "in", v, m) for i, (v, m) in enumerate(zip(inputs, masks))],
            "states": [store(name, i, "state", v) for i, v in enumerate(states or [])],
            "mask": None if explicit is None else store(name, 0, "mask", explicit),
            "outputs": [
                store(name, i, "out", v, backend.get_keras_mask(v)) for i, v in enumerate(outputs)
            ],
        }
    )


def operation(name, op, arguments):
    """Arguments are arrays or plain values; the node's configuration is what Keras writes."""
    outputs = op.call(*[keras.ops.convert_to_tensor(a) if isinstance(a, np.ndarray) else a for a in arguments])
    record_operation(name, op, arguments, outputs)


def joined(name, op, arguments):
    """As `operation`, for one that takes a list."""
    record_operation(name, op, arguments, op.call([keras.ops.convert_to_tensor(a) for a in arguments]))


def record_operation(name, op, arguments, outputs):
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    written = []
    for i, argument in enumerate(arguments):
        if isinstance(argument, np.ndarray):
            written.append(store(name, i, "in", argument))
        else:
            written.append({"constant": plain(keras.saving.serialize_keras_object(argument))})
    cases.append(
        {
            "name": name,
            "layer": {
                "className": "ops." + type(op).__name__, "options": plain(op.get_config()), "weights": [], "children": [],
            },
            "runs": 1,
            "keywords": {},
            "inputs": written,
            "states": [],
            "outputs": [store(name, i, "out", v) for i, v in enumerate(outputs)],
        }
    )


def main():
    keras.utils.set_random_seed(7)
    x = normal(3, 5, 4)
    left = np.array([[0, 0, 1, 1, 1], [1, 1, 1, 1, 1], [0, 1, 1, 1, 1]], bool)
    mixed = np.array([[1, 0, 1, 1, 0], [0, 0, 0, 0, 0], [1, 1, 0, 1, 1]], bool)
    ids = np.array([[3, 0, 7, 1], [0, 0, 2, 9]], "int32")

    record("embedding", layers.Embedding(10, 3), [ids])
    record("embedding_mask_zero", layers.Embedding(10, 3, mask_zero=True), [ids])
    record("embedding_int8", layers.Embedding(10, 3), [ids], prepare=lambda l: l.quantize("int8"))
    holes = x.copy()
    holes[0, 1] = 0
    holes[2, 3:] = 0
    record("masking", layers.Masking(), [holes])
    holes[1, 2] = -2
    record("masking_value", layers.Masking(-2.0), [holes])
    for activation in ["linear", "relu", "softmax", "gelu", "hard_sigmoid"]:
        record(f"dense_{activation}", layers.Dense(3, activation=activation), [x[:, 0]])
    record("dense_sequence_masked", layers.Dense(3, use_bias=False, activation="tanh"), [x], [mixed])
    record("dense_int8", layers.Dense(6, activation="relu"), [x], prepare=lambda l: l.quantize("int8"))
    record("time_distributed_dense", layers.TimeDistributed(layers.Dense(3, activation="softmax")), [x], [mixed])
    record("time_distributed_flatten", layers.TimeDistributed(layers.Flatten()), [normal(2, 3, 4, 2)])
    for name, layer in {
        "activation_tanh": layers.Activation("tanh"), "activation_softmax": layers.Activation("softmax"),
        "activation_swish": layers.Activation("swish"), "leaky_relu": layers.LeakyReLU(0.1), "elu": layers.ELU(0.7),
        "prelu": layers.PReLU(), "prelu_shared": layers.PReLU(shared_axes=[1]), "relu": layers.ReLU(),
        "relu_all": layers.ReLU(max_value=1.0, negative_slope=0.2, threshold=0.3),
        "dropout": layers.Dropout(0.5), "spatial_dropout": layers.SpatialDropout1D(0.5),
        "gaussian_noise": layers.GaussianNoise(0.5), "gaussian_dropout": layers.GaussianDropout(0.5),
        "alpha_dropout": layers.AlphaDropout(0.5), "activity_regularization": layers.ActivityRegularization(0.1),
        "identity": layers.Identity(), "rescaling": layers.Rescaling(0.5, 1.0),
        "rescaling_list": layers.Rescaling([0.5, 1, 2, 3], 1.0),
        "batch_normalization": layers.BatchNormalization(), "batch_normalization_axis": layers.BatchNormalization(axis=1),
        "batch_normalization_bare": layers.BatchNormalization(scale=False, center=False, epsilon=0.1),
        "layer_normalization": layers.LayerNormalization(), "layer_normalization_two": layers.LayerNormalization(axis=[1, 2]),
        "layer_normalization_bare": layers.LayerNormalization(scale=False, center=False, epsilon=1e-6),
        "conv1d_masked": layers.Conv1D(2, 2), "flatten_masked": layers.Flatten(),
        "global_average_masked": layers.GlobalAveragePooling1D(), "global_max_masked": layers.GlobalMaxPooling1D(),
        "max_pooling_masked": layers.MaxPooling1D(2), "permute_masked": layers.Permute((2, 1)),
    }.items():
        mask = mixed.copy()
        mask[1, 0] = True
        record(name, layer, [x], [mask])
    thresholded(x)
    record("softmax", layers.Softmax(), [x])
    record("softmax_axis", layers.Softmax(axis=1), [x])
    norm = layers.Normalization(mean=[0.1, 0.2, 0.3, 0.4], variance=[1.0, 2.0, 0.0, 4.0])
    record("normalization", norm, [x])
    record("normalization_invert", layers.Normalization(mean=0.5, variance=2.0, axis=None, invert=True), [x])
    record("reshape", layers.Reshape((-1, 2)), [x])
    record("flatten", layers.Flatten(), [x])
    record("repeat_vector", layers.RepeatVector(3), [x[:, 0]])
    record("permute", layers.Permute((3, 1, 2)), [normal(2, 3, 4, 5)])

    y, z = normal(3, 5, 4), normal(3, 5, 4)
    for name in ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"]:
        some = [x, y] if name == "Subtract" else [x, y, z]
        record(f"merge_{name.lower()}", getattr(layers, name)(), some)
    record("merge_broadcast", layers.Add(), [x, normal(3, 1, 4)])
    record("merge_ranks", layers.Multiply(), [x, normal(3, 4)])
    record("merge_masks", layers.Add(), [x, y], [left, mixed])
    record("merge_one_mask", layers.Add(), [x, y], [left, None])
    for axis in [-1, 1]:
        record(f"concatenate_{axis}", layers.Concatenate(axis=axis), [x, y, z])
        record(f"concatenate_{axis}_masks", layers.Concatenate(axis=axis), [x, y], [left, mixed])
        record(f"concatenate_{axis}_one_mask", layers.Concatenate(axis=axis), [x, y], [left, None])
    record("dot_2_2", layers.Dot(axes=2), [x, y])
    record("dot_1_1", layers.Dot(axes=1), [x, y])
    record("dot_2_1", layers.Dot(axes=(2, 1)), [x, normal(3, 4, 6)])
    record("dot_vectors", layers.Dot(axes=-1), [x[:, 0], y[:, 0]])
    record("dot_normalized", layers.Dot(axes=1, normalize=True), [x[:, 0], y[:, 0]])
    record("dot_matrix_vector", layers.Dot(axes=(2, 1)), [x, y[:, 0]])

    for padding in ["valid", "same", "causal"]:
        record(f"conv1d_{padding}", layers.Conv1D(3, 3, padding=padding, activation="relu"), [x])
        record(f"conv1d_{padding}_dilated", layers.Conv1D(3, 2, padding=padding, dilation_rate=2), [x])
        record(f"conv1d_{padding}_strided", layers.Conv1D(3, 2, padding=padding, strides=2, use_bias=False), [normal(2, 6, 3)])
    record("conv1d_same_even", layers.Conv1D(3, 4, padding="same", strides=3), [normal(2, 8, 3)])
    record("conv1d_groups", layers.Conv1D(6, 2, groups=2), [x])
    for name in ["MaxPooling1D", "AveragePooling1D"]:
        for padding in ["valid", "same"]:
            for size, strides in [(2, None), (3, 2), (2, 1)]:
                layer = getattr(layers, name)(size, strides=strides, padding=padding)
                record(f"{name.lower()}_{padding}_{size}_{strides}", layer, [x])
    record("global_max", layers.GlobalMaxPooling1D(), [x])
    record("global_average", layers.GlobalAveragePooling1D(keepdims=True), [x])
    record("zero_padding", layers.ZeroPadding1D((1, 2)), [x])
    record("cropping", layers.Cropping1D((1, 2)), [x])
    record("up_sampling", layers.UpSampling1D(3), [x])

    query, value, key = normal(3, 2, 4), normal(3, 5, 4), normal(3, 5, 4)
    few = np.array([[1, 0], [1, 1], [0, 1]], bool)
    kept = mixed.copy()
    kept[1] = True
    for name in ["Attention", "AdditiveAttention"]:
        make = getattr(layers, name)
        record(f"{name.lower()}", make(), [query, value])
        record(f"{name.lower()}_key", make(), [query, value, key])
        record(f"{name.lower()}_scale", make(use_scale=name == "Attention"), [query, value])
        record(f"{name.lower()}_masks", make(), [query, value], [few, kept])
        record(f"{name.lower()}_causal", make(), [value, value], kwargs={"use_causal_mask": True})
        record(f"{name.lower()}_scores", make(), [query, value], kwargs={"return_attention_scores": True})
    record("attention_concat", layers.Attention(score_mode="concat", use_scale=True), [query, value])

    recurrent()
    texts = np.array(["the cat sat", "The DOG, the dog!", ""], object)
    vocabulary = ["the", "cat", "dog"]
    record_texts("text_vectorization", layers.TextVectorization(vocabulary=vocabulary), texts)
    record_texts("text_vectorization_length", layers.TextVectorization(vocabulary=vocabulary, output_sequence_length=2), texts)
    record_texts("text_vectorization_plain", layers.TextVectorization(vocabulary=vocabulary, standardize="lower"), texts)
    record_texts("text_vectorization_characters", layers.TextVectorization(vocabulary=list("the"), split="character"), texts)
    words = np.array([["the", "cow"], ["dog", ""]], object)
    record_texts("string_lookup", layers.StringLookup(vocabulary=vocabulary), words)
    record_texts("string_lookup_mask", layers.StringLookup(vocabulary=vocabulary, mask_token=""), words)
    back = layers.StringLookup(vocabulary=vocabulary, invert=True)
    record_texts("string_lookup_invert", back, np.array([[0, 1], [3, 2]], "int64"))
    operations(x, y)
    write()


def write():
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "cases.json").write_text(json.dumps(cases, separators=(",", ":"), ensure_ascii=False) + "\n")
    np.savez(FOLDER / "cases.npz", **arrays)
    print(len(cases), "cases")


def thresholded(x):
    """Keras 2's ThresholdedReLU: x where x > theta, else 0."""
    cases.append(
        {
            "name": "thresholded_relu", "runs": 1, "keywords": {}, "states": [],
            "layer": {"className": "ThresholdedReLU", "options": {"theta": 0.5}, "weights": [], "children": []},
            "inputs": [store("thresholded_relu", 0, "in", x)],
            "outputs": [store("thresholded_relu", 0, "out", np.where(x > 0.5, x, 0))],
        }
    )


def record_texts(name, layer, inputs):
    outputs = np.asarray(layer(inputs))
    described_layer = {
        "className": type(layer).__name__, "options": plain(layer.get_config()), "weights": [], "children": [],
    }
    if hasattr(layer, "get_vocabulary"):
        described_layer["options"]["vocabulary"] = [str(v) for v in layer.get_vocabulary()]
    cases.append(
        {
            "name": name, "layer": described_layer, "runs": 1, "keywords": {},
            "inputs": [store(name, 0, "in", inputs)], "states": [], "outputs": [store(name, 0, "out", outputs)],
        }
    )


def recurrent():
    x = normal(3, 6, 2)
    masks = {
        "": None,
        "_left": np.array([[0, 0, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0]], bool),
        "_mixed": np.array([[1, 0, 1, 1, 0, 0], [0, 1, 0, 1, 1, 1], [1, 1, 1, 0, 0, 1]], bool),
    }
    kinds = {"lstm": (layers.LSTM, 2), "gru": (layers.GRU, 1), "simple": (layers.SimpleRNN, 1)}
    for kind, (make, states) in kinds.items():
        initial = [normal(3, 3) for _ in range(states)]
        for suffix, mask in masks.items():
            for sequences in [True, False]:
                for backwards in [False, True]:
                    for zero in [False, True]:
                        for unroll in [False, True]:
                            if mask is None and (zero or unroll):
                                continue
                            options = dict(
                                return_sequences=sequences, return_state=True, go_backwards=backwards,
                                zero_output_for_mask=zero, unroll=unroll,
                            )
                            name = f"{kind}{suffix}" + "".join(
                                f"_{o}" for o, on in zip(["last", "back", "zero", "unroll"], [not sequences, backwards, zero, unroll]) if on
                            )
                            record(name, make(3, **options), [x], states=initial, explicit=mask)
        # Keras 3 passes on an attached mask only where the sequence is the one tensor among the arguments.
        attached = [masks["_mixed"]]
        record(f"{kind}_states_ignore_mask", make(3, return_sequences=True), [x], attached, states=initial)
        record(f"{kind}_attached_mask", make(3, return_sequences=True), [x], attached)
        ignoring = layers.Bidirectional(make(3, return_sequences=True))
        record(f"bidirectional_{kind}_states_ignore_mask", ignoring, [x], attached, states=initial + initial)
        record(f"{kind}_no_bias", make(3, use_bias=False, activation="relu"), [x])
        record(f"{kind}_stateful", make(3, stateful=True, return_sequences=True), [x], runs=3)
        for merge in ["concat", "sum", "mul", "ave", None]:
            for suffix, mask in masks.items():
                for sequences in [True, False]:
                    layer = layers.Bidirectional(
                        make(3, return_sequences=sequences, return_state=True), merge_mode=merge
                    )
                    name = f"bidirectional_{kind}_{merge}{suffix}" + ("" if sequences else "_last")
                    record(name, layer, [x], [mask])
        twice = [normal(3, 3) for _ in range(2 * states)]
        record(f"bidirectional_{kind}_states", layers.Bidirectional(make(3, return_state=True)), [x], states=twice)
        record(f"bidirectional_{kind}_stateful", layers.Bidirectional(make(3, stateful=True)), [x], runs=2)
        unrolled = layers.Bidirectional(make(3, unroll=True, return_sequences=True))
        record(f"bidirectional_{kind}_unroll", unrolled, [x], [masks["_mixed"]])
    record("gru_reset_before", layers.GRU(3, reset_after=False, return_sequences=True), [x], [masks["_mixed"]])
    record("gru_hard_sigmoid", layers.GRU(3, recurrent_activation="hard_sigmoid"), [x])
    record("rnn_lstm_cell", layers.RNN(layers.LSTMCell(3), return_sequences=True, return_state=True), [x])
    for suffix, mask in masks.items():
        for backwards in [False, True]:
            cells = [layers.LSTMCell(3), layers.LSTMCell(4), layers.LSTMCell(2)]
            layer = layers.RNN(cells, return_sequences=True, return_state=True, go_backwards=backwards)
            record_stacked(f"rnn_stacked{suffix}" + ("_back" if backwards else ""), layer, x, mask)
    record_stacked("rnn_mixed", layers.RNN([layers.GRUCell(3), layers.LSTMCell(2)], return_state=True), x, masks["_mixed"])


def record_stacked(name, layer, x, mask):
    """States of stacked cells come nested; Keras numbers them flat."""
    tensor = keras.ops.convert_to_tensor(x)
    layer(tensor)
    randomize(layer)
    if mask is not None:
        backend.set_keras_mask(tensor, keras.ops.convert_to_tensor(mask))
    outputs = keras.tree.flatten(layer(tensor))
    cases.append(
        {
            "name": name, "layer": described(name, layer), "runs": 1, "keywords": {},
            "inputs": [store(name, 0, "in", x, mask)], "states": [],
            "outputs": [store(name, i, "out", v, backend.get_keras_mask(v)) for i, v in enumerate(outputs)],
        }
    )


def operations(x, y):
    n = numpy_ops
    positive = np.abs(x) + 0.1
    for name in ["Add", "Subtract", "Multiply", "Divide", "TrueDivide", "Maximum", "Minimum", "NotEqual", "Equal", "Greater",
                 "GreaterEqual", "Less", "LessEqual", "FloorDivide", "Mod"]:
        operation(f"ops_{name.lower()}", getattr(n, name)(), [x, y])
        operation(f"ops_{name.lower()}_number", getattr(n, name)(), [x, 0.5])
    operation("ops_subtract_from", n.Subtract(), [1, x])
    operation("ops_broadcast", n.Add(), [x, normal(5, 1)])
    operation("ops_power", n.Power(), [positive, 1.5])
    for name in ["LogicalAnd", "LogicalOr", "LogicalXor"]:
        operation(f"ops_{name.lower()}", getattr(n, name)(), [x > 0, y > 0])
    operation("ops_not", n.LogicalNot(), [x > 0])
    for name in ["Negative", "Absolute", "Exp", "Square", "Sin", "Cos", "Sign", "Floor", "Ceil", "Tanh",
                 "Abs", "Reciprocal", "Round", "OnesLike", "ZerosLike", "Isnan"]:
        operation(f"ops_{name.lower()}", getattr(n, name)(), [x])
    for name in ["Log", "Sqrt"]:
        operation(f"ops_{name.lower()}", getattr(n, name)(), [positive])
    operation("ops_rsqrt", math_ops.Rsqrt(), [positive])
    operation("ops_relu", nn_ops.Relu(), [x])
    for name in ["Relu6", "Sigmoid", "Silu", "Softplus", "Softsign", "Selu", "HardSigmoid"]:
        operation(f"ops_{name.lower()}", getattr(nn_ops, name)(), [x])
    operation("ops_convert_to_tensor", core_ops.ConvertToTensor(None, None, None), [x])
    operation("ops_softmax", nn_ops.Softmax(axis=1), [x])
    for name in ["Mean", "Max", "Min", "Sum", "Prod"]:
        operation(f"ops_{name.lower()}", getattr(n, name)(axis=1), [x])
        operation(f"ops_{name.lower()}_keep", getattr(n, name)(axis=(1, 2), keepdims=True), [x])
    operation("ops_any", n.Any(axis=-1), [x > 1])
    operation("ops_all", n.All(axis=-1, keepdims=True), [x < 1])
    operation("ops_expand_dims", n.ExpandDims(axis=-2), [x])
    operation("ops_squeeze", n.Squeeze(axis=1), [x[:, :1]])
    operation("ops_reshape", n.Reshape((-1, 2)), [x])
    operation("ops_transpose", n.Transpose((0, 2, 1)), [x])
    operation("ops_transpose_all", n.Transpose(), [x])
    operation("ops_swapaxes", n.Swapaxes(1, 2), [x])
    operation("ops_flip", n.Flip(axis=1), [x])
    operation("ops_cast_int", core_ops.Cast("int32"), [x])
    operation("ops_cast_bool", core_ops.Cast("bool"), [x])
    operation("ops_matmul", n.Matmul(), [x, normal(4, 3)])
    operation("ops_matmul_batch", n.Matmul(), [x, normal(3, 4, 2)])
    operation("ops_where", n.Where(), [x > 0, x, 0.5])
    operation("ops_split", n.Split(2, axis=-1), [x])
    operation("ops_split_places", n.Split([1, 3], axis=1), [x])
    joined("ops_concatenate", n.Concatenate(axis=1), [x, y])
    joined("ops_stack", n.Stack(axis=1), [x, y])
    keys = {
        "first": (slice(None), 0), "last": (slice(None), -1), "step": (slice(None), slice(1, 5, 2)),
        "ellipsis": (Ellipsis, slice(0, 2)), "reverse": (slice(None), slice(None, None, -1)), "new": (slice(None), None, 1),
        "negative": (slice(None), slice(-3, None), 2),
    }
    for name, key in keys.items():
        operation(f"ops_item_{name}", n.GetItem(), [x, key])


if __name__ == "__main__":
    main()
