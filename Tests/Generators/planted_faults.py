"""Models with one known fault, or two, beside what PyTorch or Keras gave with the right weights.

Writes Tests/Fixtures/planted_faults: for each case NAME.keras (or .onnx) with NAME.x.npy and NAME.y.npy, and cases.json:
what the check is to name. Needs keras (TensorFlow), torch, onnx and numpy:

    KERAS_BACKEND=tensorflow python Tests/Generators/planted_faults.py
"""

import json
import pathlib
import shutil

import numpy as np
import torch
import keras
from keras import layers

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "planted_faults"
CASES = {}


# What people write when they convert, right and wrong.


def weights(rnn, end="l0", kernel=lambda w: w.T, recurrent=lambda w: w.T, bias=lambda ih, hh: ih + hh):
    own = {name: value.detach().numpy() for name, value in rnn.named_parameters()}
    return [
        np.ascontiguousarray(kernel(own[f"weight_ih_{end}"])),
        np.ascontiguousarray(recurrent(own[f"weight_hh_{end}"])),
        bias(own[f"bias_ih_{end}"], own[f"bias_hh_{end}"]),
    ]


def reshaped(w):
    return w.reshape(w.shape[1], w.shape[0])


def blocks_untransposed(w, gates=range(4)):
    return np.concatenate([b if i in gates else b.T for i, b in enumerate(np.split(w, 4, 0))], 1)


def ordered(order, axis=-1):
    return lambda w: np.concatenate([np.split(w, 4, axis)["ifgo".index(g)] for g in order], axis)


def bias_ih(ih, hh):
    return ih


def head(linear, kernel=lambda w: w.T, bias=True):
    w, b = linear.weight.detach().numpy(), linear.bias.detach().numpy()
    return [np.ascontiguousarray(kernel(w)), b if bias else np.zeros_like(b)]


# How a case is kept.


def case(name, names, x, y, model=None, onnx=None):
    if model is not None:
        model.save(FOLDER / f"{name}.keras")
    else:
        (FOLDER / f"{name}.onnx").write_bytes(onnx)
    np.save(FOLDER / f"{name}.x.npy", x)
    np.save(FOLDER / f"{name}.y.npy", y)
    CASES[name] = dict(file=f"{name}.{'keras' if model is not None else 'onnx'}", names=names)


def chain(length, features, *made, values):
    x = keras.Input((length, features), name="x")
    value = x
    for layer in made:
        value = layer(value)
    model = keras.Model(x, value)
    for layer, own in zip(made, values):
        layer.set_weights(own)
    return model


def lstm(units, sequences=True, **options):
    return layers.LSTM(units, return_sequences=sequences, **options)


def numbers(tensor):
    return tensor.detach().numpy()


class Head(torch.nn.Module):
    def __init__(self, features, units, outputs, layers=1, both=False):
        super().__init__()
        self.rnn = torch.nn.LSTM(features, units, layers, batch_first=True, bidirectional=both)
        self.linear = torch.nn.Linear(units * (2 if both else 1), outputs)

    def forward(self, x, last=False):
        y, _ = self.rnn(x)
        return self.linear(y[:, -1] if last else y)


def of_one_layer():
    F, U, T = 4, 6, 9
    rnn = torch.nn.LSTM(F, U, batch_first=True)
    x = torch.randn(3, T, F)
    y, (h_n, c_n) = rnn(x)

    def one(name, names, y=y, x=x, sequences=True, **wrong):
        case(name, names, numbers(x), numbers(y), chain(T, F, lstm(U, sequences), values=[weights(rnn, **wrong)]))

    one("kernel_reshaped", ["kernel-reshaped"], kernel=reshaped)
    one("both_reshaped", ["kernels-reshaped"], kernel=reshaped, recurrent=reshaped)
    one("blocks", ["recurrent-blocks-untransposed"], recurrent=blocks_untransposed)
    one("block_of_one_gate", ["block-of-a-gate-untransposed"], recurrent=lambda w: blocks_untransposed(w, [1]))
    one("bias_ih_alone", ["bias-incomplete"], bias=bias_ih)
    one("bias_hh_twice", ["bias-incomplete"], bias=lambda ih, hh: ih + 2 * hh)
    one("bias_twice", ["bias-twice"], bias=lambda ih, hh: 2 * (ih + hh))
    one("bias_mean", ["bias-half"], bias=lambda ih, hh: (ih + hh) / 2)

    def forget(ih, hh):
        bias = ih + hh
        bias[U : 2 * U] += 1
        return bias

    one("forget_bias", ["forget-bias-added"], bias=forget)
    for order in ["iofg", "igfo", "fiog"]:
        put = ordered(order)
        one(
            f"order_{order}", ["gate-order"], kernel=lambda w: put(w.T), recurrent=lambda w: put(w.T),
            bias=lambda ih, hh: put(ih + hh))
    one("order_of_kernel", ["kernel-order"], kernel=lambda w: ordered("ifog")(w.T))
    one("order_of_recurrent", ["recurrent-kernel-order"], recurrent=lambda w: ordered("iofg")(w.T))
    one("order_of_bias", ["bias-order"], bias=lambda ih, hh: ordered("iofg")(ih + hh))
    one("x_reversed", ["input-reversed"], y=rnn(x.flip(1))[0])
    one("y_reversed", ["output-reversed"], y=y.flip(1))
    one("one_late", ["one-timestep-late"], y=torch.cat([torch.zeros(3, 1, U), y[:, :-1]], 1))
    one("c_for_h", ["carry-for-memory"], y=c_n[0], sequences=False)
    swapped = torch.nn.LSTM(F, U)
    swapped.load_state_dict(rnn.state_dict())
    one("batch_first_forgotten", ["batch-and-time-swapped"], y=swapped(x)[0])
    dropped = torch.nn.functional.dropout(y, 0.3, training=True)
    one("training_mode", ["training-mode"], y=dropped)
    one("relu_behind", ["through-relu"], y=torch.relu(y))
    one("negative", ["scaled"], y=-y)
    square = torch.randn(T, T, F)
    one("time_major_y", ["output-time-major"], x=square, y=rnn(square)[0].transpose(0, 1))
    packed = torch.nn.utils.rnn.pack_padded_sequence(x, [9, 5, 3], batch_first=True)
    short = x.clone()
    short[1, 5:] = short[2, 3:] = 0
    unpacked = torch.nn.utils.rnn.pad_packed_sequence(rnn(packed)[0], batch_first=True)[0]
    one("packed", ["mask-missing"], x=short, y=unpacked)

    def initial(ih, hh):
        return np.concatenate([np.zeros(U), np.ones(U), np.zeros(2 * U)]).astype("float32")

    one("bias_never_written", ["bias-incomplete"], bias=initial)

    def one_off(ih, hh):
        bias = ih + hh
        bias[3] += 0.5
        return bias

    one("bias_one_off", ["bias-incomplete"], bias=one_off)
    # Not to be explained: weights of another model, zeros, a single number.
    other = torch.nn.LSTM(F, U, batch_first=True)
    one("another_model", [], y=other(x)[0])
    one("nothing", [], y=torch.zeros_like(y))
    one("half", [], y=half(rnn, x))
    one(
        "bias_and_blocks", ["recurrent-blocks-untransposed", "bias-incomplete"],
        recurrent=blocks_untransposed, bias=bias_ih)
    put = ordered("iofg")
    one(
        "bias_and_order", ["gate-order", "bias-incomplete"], kernel=lambda w: put(w.T), recurrent=lambda w: put(w.T),
        bias=lambda ih, hh: put(ih))
    many = torch.randn(64, T, F)
    one(
        "bias_from_h_n", ["bias-incomplete"], x=many, y=rnn(many)[1][0][0], sequences=False, bias=bias_ih)


def half(rnn, x):
    rounded = torch.nn.LSTM(rnn.input_size, rnn.hidden_size, batch_first=True)
    rounded.load_state_dict({name: value.half().float() for name, value in rnn.state_dict().items()})
    return rounded(x)[0]


def of_stacks():
    F, U, T = 3, 5, 12
    rnn = torch.nn.LSTM(F, U, 3, batch_first=True)
    x = torch.randn(6, T, F)
    y, _ = rnn(x)

    def stack(name, names, wrong):
        made = [lstm(U) for _ in range(3)]
        case(name, names, numbers(x), numbers(y), chain(T, F, *made, values=[wrong(i) for i in range(3)]))

    stack("stack_bias", ["bias-incomplete"], lambda i: weights(rnn, f"l{i}", bias=bias_ih))
    stack(
        "stack_bias_second", ["bias-incomplete"],
        lambda i: weights(rnn, f"l{i}", **(dict(bias=bias_ih) if i == 1 else {})))
    stack("stack_blocks", ["recurrent-blocks-untransposed"], lambda i: weights(rnn, f"l{i}", recurrent=blocks_untransposed))
    stack("stack_swapped", ["layers-swapped"], lambda i: weights(rnn, f"l{[0, 2, 1][i]}"))
    put = ordered("iofg")
    stack(
        "stack_order_second", ["gate-order"],
        lambda i: weights(rnn, f"l{i}", **(dict(
            kernel=lambda w: put(w.T), recurrent=lambda w: put(w.T), bias=lambda ih, hh: put(ih + hh)) if i == 1 else {})))
    made = [lstm(U), lstm(U, activation="relu"), lstm(U)]
    case(
        "stack_activation", ["activation"], numbers(x), numbers(y),
        chain(T, F, *made, values=[weights(rnn, f"l{i}") for i in range(3)]))
    both = torch.nn.LSTM(F, 4, 2, batch_first=True, bidirectional=True)
    y, (h_n, _) = both(x)
    made = [layers.Bidirectional(lstm(4, i == 0)) for i in range(2)]
    values = [weights(both, f"l{i}") + weights(both, f"l{i}_reverse") for i in range(2)]
    case(
        "both_final_halves", ["halves-swapped"], numbers(x), numbers(torch.cat([h_n[3], h_n[2]], -1)),
        chain(T, F, *made, values=values))

    def two(name, names, ends=("", "_reverse"), **wrong):
        made = [layers.Bidirectional(lstm(4)) for _ in range(2)]
        values = [sum((weights(both, f"l{i}{end}", **wrong) for end in ends), []) for i in range(2)]
        case(name, names, numbers(x), numbers(y), chain(T, F, *made, values=values))

    two("both_bias", ["bias-incomplete"], bias=bias_ih)
    two("both_swapped", ["directions-swapped"], ends=("_reverse", ""))
    two("both_blocks", ["recurrent-blocks-untransposed"], recurrent=blocks_untransposed)


def of_heads():
    F, U, T, O = 4, 6, 10, 3
    model = Head(F, U, O)
    x = torch.randn(5, T, F)
    y = model(x)

    def sequence(name, names, y=y, wrong={}, activation=None, **of_head):
        made = [lstm(U), layers.Dense(O, activation=activation)]
        values = [weights(model.rnn, **wrong), head(model.linear, **of_head)]
        case(name, names, numbers(x), numbers(y), chain(T, F, *made, values=values))

    sequence("head_reshaped", ["dense-kernel-reshaped"], kernel=reshaped)
    sequence("head_without_bias", ["dense-bias-incomplete"], bias=False)
    sequence("head_logits", ["dense-activation"], activation="softmax")
    sequence("head_probabilities", ["dense-activation"], y=torch.softmax(y, -1))
    sequence("head_bias_hh", ["bias-incomplete"], wrong=dict(bias=bias_ih))
    sequence("head_both_biases", ["bias-incomplete", "dense-bias-incomplete"], wrong=dict(bias=bias_ih), bias=False)
    sequence(
        "all_reshaped", ["kernels-reshaped", "dense-kernel-reshaped"], wrong=dict(kernel=reshaped, recurrent=reshaped),
        kernel=reshaped)
    sequence("head_blocks", ["recurrent-blocks-untransposed"], wrong=dict(recurrent=blocks_untransposed))
    square = Head(F, U, U)
    made = [lstm(U), layers.Dense(U)]
    case(
        "head_untransposed", ["dense-kernel-reshaped"], numbers(x), numbers(square(x)),
        chain(T, F, *made, values=[weights(square.rnn), head(square.linear, kernel=lambda w: w)]))
    both = Head(F, 4, O, both=True)
    made = [layers.Bidirectional(lstm(4)), layers.Dense(O)]
    halves = weights(both.rnn) + weights(both.rnn, "l0_reverse")
    case(
        "head_halves", ["dense-halves-swapped"], numbers(x), numbers(both(x)),
        chain(T, F, *made, values=[halves, head(both.linear, kernel=lambda w: np.roll(w.T, 4, 0))]))
    many = torch.randn(120, T, F)
    last = Head(F, U, 2)
    made = [lstm(U, False), layers.Dense(2, activation="softmax")]
    case(
        "classifier_bias_hh", ["bias-incomplete"], numbers(many), numbers(torch.softmax(last(many, last=True), -1)),
        chain(T, F, *made, values=[weights(last.rnn, bias=bias_ih), head(last.linear)]))
    one = torch.randn(1, T, F)
    single = Head(F, 8, 1)
    made = [lstm(8, False), layers.Dense(1)]
    case(
        "single_number", [], numbers(one), numbers(single(one, last=True)),
        chain(T, F, *made, values=[weights(single.rnn, bias=bias_ih), head(single.linear)]))
    ids = torch.randint(1, 12, (150, 8))
    table = torch.nn.Embedding(12, 5)
    text = Head(5, U, 1)
    x = keras.Input((8,), dtype="int32", name="ids")
    made = [layers.Embedding(12, 5), lstm(U, False), layers.Dense(1, activation="sigmoid")]
    value = x
    for layer in made:
        value = layer(value)
    words = keras.Model(x, value)
    for layer, own in zip(made, [[numbers(table.weight)], weights(text.rnn, bias=bias_ih), head(text.linear)]):
        layer.set_weights(own)
    case(
        "text_bias_hh", ["bias-incomplete"], ids.numpy().astype("int32"),
        numbers(torch.sigmoid(text(table(ids), last=True))), words)


def of_keras():
    F, U, T = 4, 6, 10
    x = np.random.default_rng(5).normal(size=(3, T, F)).astype("float32")

    def pair(name, names, right, wrong, x=x):
        values = None
        for options, isRight in [(right, True), (wrong, False)]:
            made = ([layers.Masking()] if options.pop("mask", False) else []) + [lstm(U, **options)]
            model = chain(T, F, *made, values=[])
            if values is None:
                values = [np.random.default_rng(6).normal(scale=0.5, size=w.shape).astype("float32") for w in model.get_weights()]
            model.set_weights(values)
            if isRight:
                y = np.array(model(x, training=False))
        case(name, names, x, y, model)

    ids = np.array([[3, 4, 5, 6, 7, 8], [4, 2, 8, 0, 0, 0]], "int32")
    for name, mask in [("right", True), ("embedding_mask", False)]:
        entrance = keras.Input((6,), dtype="int32")
        model = keras.Model(entrance, lstm(U)(layers.Embedding(9, F, mask_zero=mask)(entrance)))
        if mask:
            values, y = model.get_weights(), np.array(model(ids))
        else:
            model.set_weights(values)
            case(name, ["mask-missing"], ids, y, model)
    pair("hard_sigmoid", ["recurrent-activation"], dict(recurrent_activation="hard_sigmoid"), {})
    pair("relu", ["activation"], dict(activation="relu"), {})
    pair("go_backwards", ["input-reversed"], dict(go_backwards=True), {})
    padded = x.copy()
    padded[0, 6:] = 0
    padded[1, 3:] = 0
    pair("mask", ["mask-missing"], dict(mask=True), {}, x=padded)
    pair("no_mask", ["mask-not-meant"], {}, dict(mask=True), x=padded)


def of_onnx():
    import onnx

    F, U, T = 4, 5, 8
    rnn = torch.nn.LSTM(F, U, 2)
    x = torch.randn(T, 4, F)
    y, _ = rnn(x)

    def gates(values):
        return np.concatenate([np.split(values, 4, 0)["ifgo".index(g)] for g in "iofg"], 0)

    own = {name: value.detach().numpy() for name, value in rnn.named_parameters()}

    def graph(forgets, order=gates):
        nodes, arrays, value = [], [], "x"
        for i in range(2):
            hh = own[f"bias_hh_l{i}"] * (0 if forgets else 1)
            parts = dict(
                W=order(own[f"weight_ih_l{i}"]), R=order(own[f"weight_hh_l{i}"]),
                B=np.concatenate([order(own[f"bias_ih_l{i}"]), order(hh)]))
            arrays += [onnx.numpy_helper.from_array(array[None], f"{part}{i}") for part, array in parts.items()]
            nodes.append(onnx.helper.make_node(
                "LSTM", [value, f"W{i}", f"R{i}", f"B{i}"], [f"Y{i}"], name=f"lstm_{i}", hidden_size=U))
            arrays.append(onnx.numpy_helper.from_array(np.array([1], "int64"), f"axes{i}"))
            nodes.append(onnx.helper.make_node("Squeeze", [f"Y{i}", f"axes{i}"], [f"y{i}"], name=f"squeeze_{i}"))
            value = f"y{i}"
        kind = onnx.TensorProto.FLOAT
        made = onnx.helper.make_graph(
            nodes, "stack", [onnx.helper.make_tensor_value_info("x", kind, ["time", "batch", F])],
            [onnx.helper.make_tensor_value_info("y1", kind, ["time", "batch", U])], arrays)
        model = onnx.helper.make_model(made, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
        onnx.checker.check_model(model)
        return model.SerializeToString()

    case("onnx_bias_hh", ["bias-incomplete"], numbers(x), numbers(y), onnx=graph(True))
    case("onnx_order", ["gate-order"], numbers(x), numbers(y), onnx=graph(False, order=lambda values: values))


if __name__ == "__main__":
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    torch.manual_seed(20)
    keras.utils.set_random_seed(20)
    for make in [of_one_layer, of_stacks, of_heads, of_keras, of_onnx]:
        make()
    (FOLDER / "cases.json").write_text(json.dumps(CASES, indent=1) + "\n")
