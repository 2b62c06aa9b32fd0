"""Makes the small models of the classroom, whose behaviour can be explained exactly, and records what Keras gives.

    python Tests/Generators/classroom.py            # half a minute, most of it for the sine

Needs keras 3, tensorflow and numpy; written with Keras 3.15.1 on TensorFlow 2.21. Most weights are written by hand;
each model's function says how it works, proves in Keras that it does, and prints what was proved. The sine is
trained, and shapes and stack hold random weights of a seed.

Into Sources/lstmscope/Resources/models go NAME.keras, the example NAME.npy and models.json, which lists them; into
Tests/Fixtures/classroom go NAME.npz with what Keras gives for the example, named as Tests/Fixtures/README.md
says, and cases.json, which says which layer is behind lstm0, lstm1.
"""

import itertools
import json
import math
import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras  # noqa: E402
import numpy as np  # noqa: E402

layers, ops = keras.layers, keras.ops
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MODELS = ROOT / "Sources" / "lstmscope" / "Resources" / "models"
FIXTURES = ROOT / "Tests" / "Fixtures" / "classroom"

# sigmoid(20) is 1 - 2e-9, which is 1 in float32, and sigmoid(-20) is 2e-9: a gate that is open, a gate that is shut.
OPEN, SHUT = 20.0, -20.0


def array(*shape):
    return np.zeros(shape, "float32")


class Weights:
    """Kernel, recurrent kernel and bias of an LSTM, to be written gate by gate.

    `kernel["i"][feature, unit]` and so on; all zero to begin with but for gates that are open. Keras' order: i f g o.
    """

    def __init__(self, features, units):
        self.kernel = {gate: array(features, units) for gate in "ifgo"}
        self.recurrent = {gate: array(units, units) for gate in "ifgo"}
        self.bias = {gate: array(units) + (0 if gate == "g" else OPEN) for gate in "ifgo"}

    @property
    def keras(self):
        return [np.concatenate([part[gate] for gate in "ifgo"], -1) for part in (self.kernel, self.recurrent, self.bias)]


def one_lstm(name, features, units, answer=None, activation="sigmoid", timesteps=None, lstm=None):
    """An LSTM with all its states as outputs and, with `answer`, a Dense of that many units on its sequence."""
    x = keras.Input((timesteps, features), name="x")
    y, h, c = layers.LSTM(units, return_sequences=True, return_state=True, name="lstm", **(lstm or {}))(x)
    first = y if answer is None else layers.Dense(answer, activation=activation, name="answer")(y)
    return keras.Model(x, [first, h, c], name=name)


# ------------------------------------------------------------------------------------------------ what Keras does


def steps(layer, x, mask=None, backwards=False):
    """Every quantity at every step, each state by Keras' own LSTMCell; float32."""
    cell = layer.cell
    batch, timesteps, _ = x.shape
    order = list(range(timesteps))[:: -1 if backwards else 1]
    h = c = ops.zeros((batch, cell.units))
    kept = {name: [] for name in "z i f g o c h y".split()}
    output = ops.zeros((batch, cell.units))
    for t in order:
        now = ops.convert_to_tensor(x[:, t])
        z = ops.matmul(now, cell.kernel) + ops.matmul(h, cell.recurrent_kernel) + cell.bias
        i, f, g, o = ops.split(z, 4, axis=1)
        here, (new_h, new_c) = cell(now, [h, c])
        if mask is not None:
            keep = mask[:, t, None]
            # A masked step repeats the output before it, which is zero before the first.
            here, new_h, new_c = ops.where(keep, here, output), ops.where(keep, new_h, h), ops.where(keep, new_c, c)
        h, c, output = new_h, new_c, here
        gates = [cell.recurrent_activation(i), cell.recurrent_activation(f), cell.activation(g), cell.recurrent_activation(o)]
        for name, value in zip(kept, [z, *gates, c, h, here]):
            kept[name].append(np.asarray(value))
    recorded = {name: np.stack(values, 1) for name, values in kept.items()}
    recorded |= {"x": np.asarray(x), "t_index": np.array(order, "int32"), "h_final": np.asarray(h), "c_final": np.asarray(c)}
    if mask is not None:
        recorded["mask"] = np.asarray(mask).astype("uint8")
    return recorded


def lstms(model):
    """(name, layer, whether it goes backwards, the layer of the model that it is or is part of)"""
    for layer in model.layers:
        if isinstance(layer, layers.LSTM):
            yield layer.name, layer, False, layer
        elif isinstance(layer, layers.Bidirectional):
            yield layer.name + "/forward", layer.forward_layer, False, layer
            yield layer.name + "/backward", layer.backward_layer, True, layer


def trace(model, x):
    """What `steps` gives for every LSTM of the model, and the model's outputs."""
    outputs = [np.asarray(y) for y in model(x)]
    recorded, calls = {f"output_{k}": y for k, y in enumerate(outputs)}, []
    for k, (name, layer, backwards, whole) in enumerate(lstms(model)):
        # A layer behind a mask has two inputs: what it is fed and the mask.
        feed = keras.Model(model.input, whole.input)(x)
        feed, mask = [np.asarray(y) for y in feed] if isinstance(feed, (list, tuple)) else (np.asarray(feed), None)
        part = steps(layer, feed, mask, backwards)
        recorded |= {f"lstm{k}.{key}": value for key, value in part.items()}
        calls.append({"prefix": f"lstm{k}", "layer": name, "backwards": backwards, "units": layer.units})
    return recorded, calls


class Room:
    """The models made so far."""

    def __init__(self):
        self.listed, self.cases = [], []
        for folder in (MODELS, FIXTURES):
            folder.mkdir(parents=True, exist_ok=True)

    def put(self, model, example, description, proved):
        name = model.name
        model.save(MODELS / f"{name}.keras")
        np.save(MODELS / f"{name}.npy", example)
        # What is recorded is what the file gives.
        recorded, calls = trace(keras.models.load_model(MODELS / f"{name}.keras"), example)
        self.agree(model, example, recorded, calls)
        np.savez(FIXTURES / f"{name}.npz", **recorded)
        self.listed.append({"name": name, "file": f"{name}.keras", "input": f"{name}.npy", "description": description})
        self.cases.append({"name": name, "outputs": [list(np.shape(y)) for y in model(example)], "lstm_calls": calls})
        size = (MODELS / f"{name}.keras").stat().st_size
        print(f"{name}: {model.count_params()} parameters, {size} bytes. {proved}", flush=True)

    def agree(self, model, example, recorded, calls):
        """The steps put together are what the layers give in one go."""
        whole = {layer.name: layer for layer in model.layers}
        for call in calls:
            layer = whole[call["layer"].split("/")[0]]
            got = keras.Model(model.input, layer.output)(example)
            y = np.asarray(got[0] if isinstance(got, (list, tuple)) else got)
            mine = recorded[call["prefix"] + ".y"]
            if isinstance(layer, layers.Bidirectional):
                half = call["units"]
                y = y[:, ::-1, half:] if call["backwards"] else y[..., :half]
            if y.ndim == 2:
                mine = mine[:, -1]
            assert np.allclose(y, mine, 1e-5, 1e-6, equal_nan=True), (model.name, call, np.abs(y - mine).max())

    def close(self):
        (MODELS / "models.json").write_text(json.dumps(self.listed, indent=2, ensure_ascii=False) + "\n", "utf-8")
        (FIXTURES / "cases.json").write_text(json.dumps(self.cases, indent=1) + "\n", "utf-8")


def every_row(width):
    """All rows of `width` bits, shape (2 ** width, width, 1)."""
    return np.array(list(itertools.product((0, 1), repeat=width)), "float32")[..., None]


def run(model, x):
    return [np.asarray(y) for y in model(x)]


# ------------------------------------------------------------------------------------------------ the models


def latch(room):
    """Unit 0 says that the first step is over: its c jumps to 1. Unit 1 holds the first bit as +1 or -1. Both input gates
    are open at first, and shut as soon as h[0] is up (0.76 * -80 + 20 = -41); the forget gates are never shut."""
    w = Weights(1, 2)
    w.recurrent["i"][0] = -80
    w.bias["g"][:] = [OPEN, -OPEN]
    w.kernel["g"][0, 1] = 2 * OPEN
    model = one_lstm("latch", 1, 2, answer=1)
    model.get_layer("lstm").set_weights(w.keras)
    model.get_layer("answer").set_weights([np.array([[0], [10]], "float32"), array(1)])
    rows = every_row(10)
    answers = run(model, rows)[0][..., 0] > 0.5
    assert (answers == rows[:, :1, 0].astype(bool)).all()
    long = np.random.default_rng(1).integers(0, 2, (2, 2000, 1)).astype("float32")
    long[:, 0, 0] = [0, 1]
    c = run(model, long)[2]
    assert c[:, 1].tolist() == [-1, 1]
    example = np.array([1, 0, 0, 1, 0, 1, 1, 0, 0, 0], "float32").reshape(1, -1, 1)
    room.put(
        model, example, "remembers the first bit for ever: an input gate that shuts itself",
        "Right on all 1024 rows of ten bits at every timestep; after 2000 timesteps c[1] is exactly +1 or -1.",
    )  # fmt: skip


def brackets(room):
    """c of unit 0 counts the depth: +1 for "(", -1 for ")", and the input gate is shut for anything else. h of it is tanh(c),
    0.76 0.96 0.995 0.999 …, which cannot tell the deeper ones apart. Unit 1 counts every ")" that comes while nothing is
    open. The answer: whether all is balanced so far. Features: "(", ")", anything else."""
    w = Weights(3, 2)
    w.bias["i"][:] = [SHUT, 0]
    w.kernel["i"][:, 0] = [2 * OPEN, 2 * OPEN, 0]
    w.kernel["i"][:, 1] = [-5 * OPEN, OPEN, -5 * OPEN]
    w.recurrent["i"][0, 1] = -80
    w.kernel["g"][:, 0] = [OPEN, -OPEN, 0]
    w.bias["g"][1] = OPEN
    model = one_lstm("brackets", 3, 2, answer=1)
    model.get_layer("lstm").set_weights(w.keras)
    # Balanced: h[0] under 0.38 and h[1] still 0.
    model.get_layer("answer").set_weights([np.array([[-30], [-60]], "float32"), np.array([11.4], "float32")])

    def feed(text):
        return np.eye(3, dtype="float32")[[{"(": 0, ")": 1}.get(letter, 2) for letter in text]][None]

    for depth in (1, 2, 5, 10, 100, 1000):
        c = run(model, feed("(" * depth))[2]
        assert c[0, 0] == depth, (depth, c)
        answer, _, c = run(model, feed("(" * depth + "a" + ")" * depth))
        assert abs(c[0, 0]) < 1e-5 * depth and answer[0, -1, 0] > 0.99 and answer[0, -2, 0] < 0.01, (depth, c, answer[0, -2:])
    random, right = np.random.default_rng(2), 0
    for _ in range(300):
        text = "".join(random.choice(list("()a"), 12))
        depth, failed, answer = 0, False, run(model, feed(text))[0][0, :, 0]
        for t, letter in enumerate(text):
            depth += {"(": 1, ")": -1}.get(letter, 0)
            failed |= depth < 0
            right += (answer[t] > 0.5) == (depth == 0 and not failed)
    assert right == 300 * 12
    h = np.tanh([3.0, 4.0])
    room.put(
        model, feed("((a(b)(((c)))))"), "c counts how deep the brackets are; h cannot tell three from four",
        f"c is exact up to depth 1000 and back; balanced or not is right in 300 random rows of 12 at every timestep; h at depths 3, 4: {h[0]:.4f} {h[1]:.4f}.",
    )  # fmt: skip


def decay(room):
    """Four units that differ in their forget gate alone: 1, 0.9, 0.5 and 0.1. A pulse puts 1 into each c; after t more
    timesteps c is f to the power of t. The input gate is open, and the candidate of x = 0 is 0."""
    forget = np.array([1, 0.9, 0.5, 0.1])
    w = Weights(1, 4)
    w.bias["f"][:] = [OPEN] + [math.log(f / (1 - f)) for f in forget[1:]]
    w.kernel["g"][:] = OPEN
    model = one_lstm("decay", 1, 4)
    model.get_layer("lstm").set_weights(w.keras)
    pulse = array(1, 20, 1)
    pulse[0, 0] = 1
    recorded = trace(model, pulse)[0]["lstm0.c"][0]
    error = np.abs(recorded - forget ** np.arange(20)[:, None]).max()
    assert error < 1e-6
    room.put(
        model, pulse, "one pulse fades: four forget gates, 1, 0.9, 0.5 and 0.1, and c is f to the power of t",
        f"c differs from f ** t by at most {error:.0e} over 20 timesteps.",
    )  # fmt: skip


def parity(room):
    """One unit as a light switch. For a 0 the forget gate is open and the input gate shut: nothing happens. For a 1 the
    forget gate is shut, the input gate open, and the candidate is tanh(15.2 - 40 h): from off (h is 0 or -0.76) it
    goes to +1, from on (0.76) to -1."""
    w = Weights(1, 1)
    w.bias["i"][0], w.kernel["i"][0, 0] = SHUT, 2 * OPEN
    w.kernel["f"][0, 0] = -2 * OPEN
    w.bias["g"][0], w.recurrent["g"][0, 0] = 0.38 * 40, -40
    model = one_lstm("parity", 1, 1, answer=1)
    model.get_layer("lstm").set_weights(w.keras)
    model.get_layer("answer").set_weights([np.array([[20]], "float32"), np.array([-7.6], "float32")])
    rows = every_row(10)
    assert ((run(model, rows)[0] > 0.5) == (rows.cumsum(1) % 2 == 1)).all()
    long = np.random.default_rng(3).integers(0, 2, (4, 3000, 1)).astype("float32")
    assert ((run(model, long)[0] > 0.5) == (long.cumsum(1) % 2 == 1)).all()
    example = np.array([0, 1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1], "float32").reshape(1, -1, 1)
    room.put(
        model, example, "flips at each 1: whether the number of ones so far is odd, in one unit",
        "Right on all 1024 rows of ten bits, and on four rows of 3000, at every timestep.",
    )  # fmt: skip


def sine(room):
    """Trained to say the next sample of a sine of 25 samples a period, whatever its phase and its height from 0.5 to 1."""
    keras.utils.set_random_seed(5)
    random, step, timesteps, rows = np.random.default_rng(5), 2 * math.pi / 25, 60, 4096
    phase, height = random.uniform(0, 2 * math.pi, (rows, 1)), random.uniform(0.5, 1, (rows, 1))
    wave = (height * np.sin(phase + step * np.arange(timesteps + 1))).astype("float32")[..., None]
    noise = random.normal(0, 0.01, wave.shape).astype("float32")
    model = one_lstm("sine", 1, 8, answer=1, activation="linear")
    # Fixed lengths and an unrolled layer train several times faster; the weights are the same.
    twin = one_lstm("sine", 1, 8, answer=1, activation="linear", timesteps=timesteps, lstm={"unroll": True})
    learner = keras.Model(twin.input, twin.outputs[0])
    epochs, batch = 40, 64
    rate = keras.optimizers.schedules.CosineDecay(1e-2, epochs * rows // batch, alpha=0.01)
    learner.compile(keras.optimizers.Adam(rate), "mse", jit_compile=False)
    # Nobody can know the first samples' slope.
    weight = np.ones((rows, timesteps), "float32")
    weight[:, :3] = 0.1
    learner.fit((wave + noise)[:, :-1], wave[:, 1:], sample_weight=weight, batch_size=batch, epochs=epochs, verbose=0)
    model.set_weights(twin.get_weights())
    truth = np.sin(0.3 + step * np.arange(101)).astype("float32")
    said = run(model, truth[None, :60, None])[0][0, :, 0]
    told = float(np.sqrt(np.mean((said[5:] - truth[6:61]) ** 2)))
    alone = list(truth[:20])
    for _ in range(50):
        alone.append(float(run(model, np.array(alone, "float32")[None, :, None])[0][0, -1, 0]))
    free = float(np.sqrt(np.mean((np.array(alone[20:45]) - truth[20:45]) ** 2)))
    assert told < 0.02, told
    room.put(
        model, truth[None, :50, None], "learnt: says the next sample of a sine; watch where its c has the phase",
        f"Root mean square error {told:.4f} from the sixth sample on; {free:.3f} over a period fed with its own answers.",
    )  # fmt: skip


def masks(room):
    """Embedding with mask_zero before an LSTM. c of unit 0 counts the words; c of unit 1 holds the last word's value. Row 0 of
    the embedding would count as well, so a padding that is not masked is seen at once."""
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    words = layers.Embedding(6, 2, mask_zero=True, name="embedding")(tokens)
    outputs = layers.LSTM(2, return_sequences=True, return_state=True, name="lstm")(words)
    model = keras.Model(tokens, outputs, name="masks")
    values = np.array([-0.9, 0.1, 0.3, 0.5, 0.7, 0.9], "float32")
    w = Weights(2, 2)
    w.kernel["g"][:] = [[OPEN, 0], [0, 1]]
    w.bias["f"][1] = SHUT
    model.get_layer("embedding").set_weights([np.stack([np.ones(6, "float32"), values], 1)])
    model.get_layer("lstm").set_weights(w.keras)
    # The last row has a gap: 0 is padding wherever it stands.
    rows = [[3, 1, 4, 1, 5, 2], [2, 5, 3], [4, 0, 5]]
    batch = np.array([row + [0] * (6 - len(row)) for row in rows], "int32")
    sequence, h, c = run(model, batch)
    assert c[:, 0].tolist() == [6, 3, 2] and np.allclose(c[:, 1], np.tanh(values[[2, 3, 5]]), atol=1e-6)
    assert (sequence[2, 1] == sequence[2, 0]).all()
    for row, ids in enumerate(rows):
        alone = run(model, np.array([ids], "int32"))
        assert np.allclose(alone[1][0], h[row]) and np.allclose(alone[2][0], c[row])
        assert (sequence[row, len(ids) :] == sequence[row, len(ids) - 1]).all()
    room.put(
        model, batch, "three sentences of different lengths, padded: a masked timestep leaves h and c as they are",
        "c[0] is 6, 3 and 2, the words; each row gives what it gives alone, and stands still on its padding and in its gap.",
    )  # fmt: skip


def two_ways(room):
    """Bidirectional. In each direction unit 0 says whether a 1 has been met, and c of unit 1 counts the ones: the forward
    layer tells of what has been, the backward layer of what is to come."""
    x = keras.Input((None, 1), name="x")
    both = layers.Bidirectional(layers.LSTM(2, return_sequences=True, return_state=True, name="lstm"), name="two_ways")
    model = keras.Model(x, both(x), name="two_ways")
    w = Weights(1, 2)
    w.bias["i"][:], w.kernel["i"][:] = SHUT, 2 * OPEN
    w.recurrent["i"][0, 0] = -80
    w.bias["g"][:] = OPEN
    both.forward_layer.set_weights(w.keras)
    both.backward_layer.set_weights(w.keras)
    rows = every_row(10)
    sequence, _, forward_c, _, backward_c = run(model, rows)
    seen = rows.cumsum(1)[..., 0] > 0
    to_come = rows[:, ::-1].cumsum(1)[:, ::-1, 0] > 0
    assert ((sequence[..., 0] > 0.5) == seen).all() and ((sequence[..., 2] > 0.5) == to_come).all()
    for c in (forward_c, backward_c):
        assert np.allclose(c[:, 1], rows.sum((1, 2)), atol=1e-6)
    example = np.array([0, 0, 1, 0, 1, 0, 0], "float32").reshape(1, -1, 1)
    room.put(
        model, example, "two layers, one from each end: has there been a 1, and is one still to come?",
        "Both answers are right on all 1024 rows of ten bits at every timestep, and both c count the ones.",
    )  # fmt: skip


def relu_explodes(room):
    """activation="relu" in place of tanh: nothing bounds h. Unit 1 feeds itself with 0.4 of its h and so grows by a factor of
    1.2 a timestep until float32 ends. Units 0 and 2 have nothing to do with it, and yet: 0 times infinity is NaN."""
    w = Weights(1, 3)
    w.bias["f"][:] = [math.log(9), OPEN, 0]
    w.bias["o"][:] = [OPEN, 0, OPEN]
    w.kernel["g"][:] = [1, 1, 0.5]
    w.recurrent["g"][1, 1] = 0.4
    model = one_lstm("relu_explodes", 1, 3, lstm={"activation": "relu"})
    model.get_layer("lstm").set_weights(w.keras)
    x = np.abs(np.sin(np.arange(600) / 5)).astype("float32").reshape(1, -1, 1)
    c = trace(model, x)[0]["lstm0.c"][0]
    first_infinite = int(np.flatnonzero(~np.isfinite(c[:, 1]))[0])
    first_nan = int(np.flatnonzero(np.isnan(c[:, 0]))[0])
    assert 300 < first_infinite < first_nan < 600
    growth = c[400, 1] / c[399, 1]
    room.put(
        model, x[:, : first_nan + 20], "relu in place of tanh: one unit grows until it is infinite, and then all is NaN",
        f"Unit 1 grows by {growth:.3f} a timestep; c[1] is infinite at {first_infinite}, and NaN is in every unit from {first_nan}.",
    )  # fmt: skip


def shapes(room):
    """Four sizes that cannot be mistaken for each other: batch 2, timesteps 5, features 3, units 4."""
    keras.utils.set_random_seed(4)
    model = one_lstm("shapes", 3, 4)
    example = np.random.default_rng(4).standard_normal((2, 5, 3)).astype("float32")
    got = [y.shape for y in run(model, example)]
    assert got == [(2, 5, 4), (2, 4), (2, 4)]
    room.put(
        model, example, "batch 2, timesteps 5, features 3, units 4: which axis is which",
        f"Random weights of seed 4; outputs {got}.",
    )  # fmt: skip


def stack(room):
    """Two LSTMs on top of each other and a Dense: the h of the lower one is the x of the upper one."""
    keras.utils.set_random_seed(6)
    x = keras.Input((None, 2), name="x")
    lower = layers.LSTM(5, return_sequences=True, name="lower")(x)
    upper, h, c = layers.LSTM(3, return_state=True, name="upper")(lower)
    model = keras.Model(x, [layers.Dense(2, activation="softmax", name="answer")(upper), h, c], name="stack")
    example = np.random.default_rng(6).standard_normal((1, 8, 2)).astype("float32")
    recorded = trace(model, example)[0]
    assert (recorded["lstm0.h"] == recorded["lstm1.x"]).all() or np.allclose(recorded["lstm0.h"], recorded["lstm1.x"], atol=1e-6)
    room.put(
        model, example, "two LSTMs on top of each other: the h of the lower one is the x of the upper one",
        "Random weights of seed 6; x of upper is h of lower.",
    )  # fmt: skip


def main():
    room = Room()
    for make in (latch, brackets, decay, parity, sine, masks, two_ways, relu_explodes, shapes, stack):
        make(room)
    room.close()


if __name__ == "__main__":
    main()
