"""What the generators of fixtures share: an LSTM in float64, and the way a case is written.

The equations are those of `Sources/LSTM/Additions.swift`; each case is also compared with the outputs of the
framework that wrote it before it is kept.
"""
import json
import os

import numpy as np

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Fixtures")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


ACTIVATIONS = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "hard_sigmoid": lambda x: np.clip(0.2 * x + 0.5, 0, 1),
}


def run(x, kernel, recurrent, bias=None, projection=None, peephole=None, clip=None, coupled=False,
        backwards=False, mask=None, h0=None, c0=None, recurrent_activation="sigmoid", activation="tanh",
        state_activation=None):
    """x is (batch, timesteps, features); returns every quantity by the names of the README, float64."""
    gate, candidate = ACTIVATIONS[recurrent_activation], ACTIVATIONS[activation]
    shown = ACTIVATIONS[state_activation or activation]
    x = np.asarray(x, np.float64)
    batch, timesteps, _ = x.shape
    units = kernel.shape[1] // 4
    width = recurrent.shape[0]
    h = np.zeros((batch, width)) if h0 is None else np.asarray(h0, np.float64)
    c = np.zeros((batch, units)) if c0 is None else np.asarray(c0, np.float64)
    out = {"x": x, "h0": h, "c0": c}
    names = ["z", "i", "f", "g", "o", "c", "h", "y"]
    steps = {name: [] for name in names}
    order = list(range(timesteps))[::-1] if backwards else list(range(timesteps))

    def clipped(z):
        return z if clip is None else np.clip(z, -clip, clip)

    for t in order:
        z = x[:, t] @ kernel + h @ recurrent + (0 if bias is None else bias)
        zi, zf, zg, zo = np.split(z, 4, axis=1)
        if peephole is not None:
            zi, zf = zi + peephole[0] * c, zf + peephole[1] * c
        zi, zf, zg = clipped(zi), clipped(zf), clipped(zg)
        i = gate(zi)
        f = 1 - i if coupled else gate(zf)
        g = candidate(zg)
        fresh = f * c + i * g
        if peephole is not None:
            zo = zo + peephole[2] * fresh
        zo = clipped(zo)
        o = gate(zo)
        made = o * shown(fresh)
        if projection is not None:
            made = made @ projection
        counts = np.ones((batch, 1), bool) if mask is None else mask[:, t:t + 1].astype(bool)
        c, h = np.where(counts, fresh, c), np.where(counts, made, h)
        values = [np.concatenate([zi, zf, zg, zo], 1), i, f, g, o, c, h, np.where(counts, h, 0)]
        for name, value in zip(names, values):
            steps[name].append(value)
    for name in names:
        out[name] = np.stack(steps[name], 1)
    out.update(h_final=h, c_final=c, t_index=np.array(order), kernel=kernel, recurrent_kernel=recurrent)
    if mask is not None:
        out["mask"] = mask
    if bias is not None:
        out["bias"] = bias
    if projection is not None:
        out["projection"] = projection
    if peephole is not None:
        out["peephole_ifo"] = peephole
    return out


def write(name, description, files, inputs, outputs, calls, notes=()):
    """Writes `case.json`, the inputs and `expected.npz`.

    `inputs` and `outputs` are (name, array); `calls` (facts, quantities).
    """
    folder = os.path.join(FIXTURES, name)
    os.makedirs(folder, exist_ok=True)
    expected = {}
    listed = []
    for index, (input_name, value) in enumerate(inputs):
        np.save(os.path.join(folder, f"input_{index}.npy"), value)
        listed.append({"name": input_name, "file": f"input_{index}.npy", "shape": list(value.shape),
                       "dtype": str(value.dtype)})
    for index, (_, value) in enumerate(outputs):
        expected[f"output_{index}"] = value
    described = []
    for index, (facts, quantities) in enumerate(calls):
        for key, value in quantities.items():
            kind = {"mask": np.uint8, "t_index": np.int32}.get(key, np.float32)
            expected[f"lstm{index}.{key}"] = np.asarray(value).astype(kind)
        described.append(dict(facts, prefix=f"lstm{index}"))
    np.savez(os.path.join(folder, "expected.npz"), **expected)
    case = {
        "name": name, "description": description, "expect": "ok", "files": files, "inputs": listed,
        "outputs": [{"key": f"output_{i}", "name": n, "shape": list(v.shape)}
                    for i, (n, v) in enumerate(outputs)],
        "lstm_calls": described, "notes": list(notes), "tolerance": {"abs": 1e-5, "rel": 1e-5},
    }
    with open(os.path.join(folder, "case.json"), "w") as file:
        json.dump(case, file, indent=1)
        file.write("\n")
    return folder
