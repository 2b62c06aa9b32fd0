"""Makes the fixtures onnx_peephole_clip, onnx_coupled, onnx_layout1, onnx_lengths, onnx_nested, onnx_classifier
and onnx_broken.

python3 -m venv venv && venv/bin/pip install onnx onnxruntime numpy
venv/bin/python Tests/Generators/onnx_models.py
"""
import json
import os

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from lstm_reference import FIXTURES, run, write

ORT = f"onnx {onnx.__version__}; checked with onnxruntime {onnxruntime.__version__}"
REFERENCE = f"onnx {onnx.__version__}; checked with its reference evaluator"


def to_keras(w):
    """Rows i o f c as columns i f c o."""
    i, o, f, c = np.split(w, 4)
    return np.concatenate([i, f, c, o]).T


def weights(random, directions, features, units, bias=True, peephole=False):
    made = {"W": random.normal(size=(directions, 4 * units, features)),
            "R": random.normal(size=(directions, 4 * units, units)) / units ** 0.5}
    if bias:
        made["B"] = random.normal(size=(directions, 8 * units))
    if peephole:
        made["P"] = random.normal(size=(directions, 3 * units))
    return {name: value.astype(np.float32) for name, value in made.items()}


def direction(made, d):
    units = made["R"].shape[2]
    result = {"kernel": to_keras(made["W"][d]), "recurrent": to_keras(made["R"][d])}
    if "B" in made:
        first, second = made["B"][d].astype(np.float64).reshape(2, 4 * units)
        result["bias"] = to_keras((first + second)[:, None])[0]
    if "P" in made:
        i, o, f = made["P"][d].reshape(3, units)
        result["peephole"] = np.stack([i, f, o])
    return result


def value_info(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def save(model, folder, **options):
    # onnx adds to a file of external data that is there already.
    for name in ["model.onnx", options.get("location", "")]:
        if os.path.isfile(f"{folder}/{name}"):
            os.remove(f"{folder}/{name}")
    onnx.save(model, f"{folder}/model.onnx", **options)


def model(nodes, name, inputs, outputs, arrays, opset=17):
    graph = helper.make_graph(nodes, name, inputs, outputs,
                              [numpy_helper.from_array(v, k) for k, v in arrays.items()])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], producer_name="onnx_models")
    made.ir_version = 8
    return made


def evaluate(made, feeds, reference=False):
    if reference:
        return ReferenceEvaluator(made).run(None, feeds)
    session = onnxruntime.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, feeds)


def facts(key, **more):
    return dict({"key": key, "layer": key, "class_name": "onnx.LSTM", "zero_output_for_mask": True}, **more)


def single(name, description, made, attributes, x, extra=None, reference=False, options=None, told=None,
           states=None, lengths=None):
    """One LSTM node whose every direction is followed."""
    options, told, extra = options or {}, told or {}, extra or {}
    directions, _, features = made["W"].shape
    units = made["R"].shape[2]
    batch_first = attributes.get("layout", 0) == 1
    names = ["X", "W", "R", "B" if "B" in made else "", "lens" if lengths is not None else "",
             "h0" if states else "", "c0" if states else "", "P" if "P" in made else ""]
    while names[-1] == "":
        names.pop()
    feeds = {"X": x}
    inputs = [value_info("X", ["B", "T", features] if batch_first else ["T", "B", features])]
    if lengths is not None:
        feeds["lens"] = lengths
        inputs.append(value_info("lens", ["B"], TensorProto.INT32))
    if states:
        for key, state in zip(["h0", "c0"], states):
            feeds[key] = state
            shape = list(state.shape)
            shape[0 if batch_first else 1] = "B"
            inputs.append(value_info(key, shape))
    node = helper.make_node("LSTM", names, ["Y", "Y_h", "Y_c"], name="rnn", hidden_size=units, **attributes)
    built = model([node], name, inputs, [value_info(n, None) for n in ["Y", "Y_h", "Y_c"]], made)
    found = evaluate(built, feeds, reference)
    calls = []
    x_batch = x if batch_first else x.transpose(1, 0, 2)
    mask = None
    if lengths is not None:
        mask = (np.arange(x_batch.shape[1])[None] < lengths[:, None]).astype(np.uint8)
    for d in range(directions):
        backwards = attributes.get("direction") == "reverse" or d == 1
        own = {}
        if states:
            own = {k: (s[:, d] if batch_first else s[d]) for k, s in zip(["h0", "c0"], states)}
        quantities = run(x_batch, backwards=backwards, mask=mask, **direction(made, d), **options, **own)
        y = quantities["y"][:, ::-1] if backwards else quantities["y"]
        theirs = found[0][:, :, d] if batch_first else found[0][:, d].transpose(1, 0, 2)
        assert abs(y - theirs).max() < 2e-6, (name, abs(y - theirs).max())
        last = found[2][:, d] if batch_first else found[2][d]
        assert abs(quantities["c_final"] - last).max() < 2e-6, name
        key = "rnn" if directions == 1 else f"rnn/{['forward', 'backward'][d]}"
        calls.append((facts(key, go_backwards=backwards, **told), quantities))
    folder = write(name, description,
                   [{"file": "model.onnx", "format": "onnx", "written_by": REFERENCE if reference else ORT}],
                   list(feeds.items()), list(zip(["Y", "Y_h", "Y_c"], found)), calls)
    save(built, folder)


def peephole_clip():
    random = np.random.default_rng(1)
    single("onnx_peephole_clip", "two directions with peepholes and clip", weights(random, 2, 3, 4, peephole=True),
           {"direction": "bidirectional", "clip": 0.75}, random.normal(size=(5, 2, 3)).astype(np.float32) * 2,
           options={"clip": 0.75}, told={"peepholes": True, "clip": 0.75})


def coupled():
    random = np.random.default_rng(2)
    single("onnx_coupled", "input_forget, and activations that differ", weights(random, 1, 3, 4),
           {"input_forget": 1, "activations": ["HardSigmoid", "Softsign", "Relu"]},
           random.normal(size=(5, 2, 3)).astype(np.float32),
           options={"coupled": True, "recurrent_activation": "hard_sigmoid", "activation": "softsign",
                    "state_activation": "relu"},
           told={"input_forget": 1, "recurrent_activation": "hard_sigmoid", "activation": "softsign",
                 "state_activation": "relu", "hard_sigmoid_def": "0.2*x+0.5"})


def layout1():
    random = np.random.default_rng(3)
    states = [random.normal(size=(2, 1, 4)).astype(np.float32) for _ in range(2)]
    single("onnx_layout1", "layout 1, batch first, with initial states", weights(random, 1, 3, 4), {"layout": 1},
           random.normal(size=(2, 5, 3)).astype(np.float32), reference=True, states=states)


def lengths():
    random = np.random.default_rng(4)
    single("onnx_lengths", "sequence_lens in two directions", weights(random, 2, 2, 3),
           {"direction": "bidirectional"}, random.normal(size=(5, 3, 2)).astype(np.float32),
           lengths=np.array([5, 2, 4], np.int32))


def nested():
    """As PyTorch exports an LSTMCell: weights of its order cut and joined, two branches deep."""
    random = np.random.default_rng(5)
    made = weights(random, 1, 3, 4)
    units = 4

    def torch_order(w):
        i, o, f, c = np.split(w, 4)
        return np.concatenate([i, f, c, o])

    arrays = {"cell.weight_ih": torch_order(made["W"][0]), "cell.weight_hh": torch_order(made["R"][0]),
              "cell.bias_ih": torch_order(made["B"][0, :16]), "cell.bias_hh": torch_order(made["B"][0, 16:]),
              "axis": np.array([0]), "rate": np.array(16000), "yes": np.array(True)}
    for k in range(5):
        arrays[f"at{k}"] = np.array([k * units])
    inner = []
    for short, name in [("w", "cell.weight_ih"), ("r", "cell.weight_hh"), ("bi", "cell.bias_ih"), ("bh", "cell.bias_hh")]:
        for k, gate in enumerate("ifco"):
            inner.append(helper.make_node("Slice", [name, f"at{k}", f"at{k + 1}", "axis"], [f"{short}_{gate}"]))
        inner.append(helper.make_node("Concat", [f"{short}_{g}" for g in "iofc"], [f"{short}_all"], axis=0))
    inner += [helper.make_node("Unsqueeze", ["w_all", "axis"], ["w3"]),
              helper.make_node("Unsqueeze", ["r_all", "axis"], ["r3"]),
              helper.make_node("Concat", ["bi_all", "bh_all"], ["b_all"], axis=0),
              helper.make_node("Unsqueeze", ["b_all", "axis"], ["b3"]),
              helper.make_node("LSTM", ["X", "w3", "r3", "b3"], ["inner_y"], name="cell", hidden_size=units)]
    other = [helper.make_node("Identity", ["X"], ["other_x"]), helper.make_node("Unsqueeze", ["other_x", "axis"], ["other_y"])]
    deepest = helper.make_node(
        "If", ["yes"], ["mid_y"], name="known",
        then_branch=helper.make_graph(inner, "inner", [], [value_info("inner_y", None)]),
        else_branch=helper.make_graph(other, "other", [], [value_info("other_y", None)]))
    other2 = [helper.make_node("Unsqueeze", ["X", "axis"], ["outer_y"])]
    nodes = [helper.make_node("Equal", ["sr", "rate"], ["is16k"]),
             helper.make_node(
                 "If", ["is16k"], ["Y"], name="rate_of_input",
                 then_branch=helper.make_graph([deepest], "middle", [], [value_info("mid_y", None)]),
                 else_branch=helper.make_graph(other2, "no", [], [value_info("outer_y", None)]))]
    built = model(nodes, "onnx_nested", [value_info("X", ["T", "B", 3]), value_info("sr", [], TensorProto.INT64)],
                  [value_info("Y", None)], arrays)
    x = random.normal(size=(4, 2, 3)).astype(np.float32)
    found = evaluate(built, {"X": x, "sr": np.array(16000)})
    quantities = run(x.transpose(1, 0, 2), **direction(made, 0))
    assert abs(quantities["y"] - found[0][:, 0].transpose(1, 0, 2)).max() < 1e-6
    folder = write("onnx_nested", "an LSTM two branches deep, its weights cut and joined from another order",
                   [{"file": "model.onnx", "format": "onnx", "written_by": ORT}],
                   [("X", x), ("sr", np.array(16000))], [("Y", found[0])], [(facts("cell"), quantities)])
    save(built, folder)


def classifier():
    """As PyTorch exports batch_first with zero states, with the layers around; weights in a file beside."""
    random = np.random.default_rng(6)
    made = weights(random, 1, 6, 4)
    arrays = dict(made, table=random.normal(size=(9, 6)).astype(np.float32),
                  fc=random.normal(size=(3, 4)).astype(np.float32), fc_b=random.normal(size=3).astype(np.float32),
                  zero=np.array([0], np.int64), one=np.array([1], np.int64), minus=np.array(-1, np.int64),
                  at=np.array(0, np.int64), units=np.array([4], np.int64), nil=np.zeros(1, np.float32))
    nodes = [helper.make_node("Gather", ["table", "ids"], ["emb"], name="/emb/Gather"),
             helper.make_node("Shape", ["ids"], ["shape"], name="/lstm/Shape"),
             helper.make_node("Gather", ["shape", "at"], ["batch"], axis=0),
             helper.make_node("Unsqueeze", ["batch", "zero"], ["batch1"]),
             helper.make_node("Concat", ["one", "batch1", "units"], ["state_shape"], axis=0),
             helper.make_node("Expand", ["nil", "state_shape"], ["state"]),
             helper.make_node("Transpose", ["emb"], ["time"], perm=[1, 0, 2]),
             helper.make_node("LSTM", ["time", "W", "R", "B", "", "state", "state"], ["y", "", ""],
                              name="/lstm/LSTM", hidden_size=4),
             helper.make_node("Squeeze", ["y", "one"], ["y3"]),
             helper.make_node("Transpose", ["y3"], ["seq"], perm=[1, 0, 2]),
             helper.make_node("Gather", ["seq", "minus"], ["last"], axis=1),
             helper.make_node("Gemm", ["last", "fc", "fc_b"], ["logits"], transB=1),
             helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1)]
    built = model(nodes, "onnx_classifier", [value_info("ids", ["batch", "time"], TensorProto.INT64)],
                  [value_info("probabilities", None)], arrays)
    ids = random.integers(0, 9, size=(2, 7))
    found = evaluate(built, {"ids": ids})
    quantities = run(arrays["table"][ids], **direction(made, 0))
    folder = write("onnx_classifier", "Embedding, LSTM, Linear and softmax as PyTorch exports them; external data",
                   [{"file": "model.onnx", "format": "onnx", "written_by": ORT}], [("ids", ids)],
                   [("probabilities", found[0])], [(facts("lstm%2FLSTM"), quantities)])
    save(built, folder, save_as_external_data=True, all_tensors_to_one_file=True, location="model.bin",
         size_threshold=64)
    os.chmod(f"{folder}/model.bin", 0o644)


def broken():
    """Models that lie, each with what the program must say of it."""
    folder = os.path.join(FIXTURES, "onnx_broken")
    os.makedirs(folder, exist_ok=True)
    listed = []

    def keep(name, says, arrays=None, attributes=None, names=("X", "W", "R", "B"), inputs=(), change=None, before=()):
        made = dict(weights(np.random.default_rng(9), 1, 3, 2), **(arrays or {}))
        made = {key: value for key, value in made.items() if value is not None}
        node = helper.make_node("LSTM", list(names), ["Y"], name="rnn", **(attributes or {"hidden_size": 2}))
        built = model([*before, node], name, [value_info("X", ["T", "B", 3]), *inputs], [value_info("Y", None)], made)
        if change:
            change(built)
        with open(f"{folder}/{name}.onnx", "wb") as file:
            file.write(built.SerializeToString())
        listed.append({"file": f"{name}.onnx", "format": "broken", "written_by": "onnx_models.py", "must_say": says})

    def tensor(name, **fields):
        def change(built):
            found = next(t for t in built.graph.initializer if t.name == name)
            for key, value in fields.items():
                if key == "dims":
                    del found.dims[:]
                    found.dims.extend(value)
                elif key == "external":
                    found.ClearField("raw_data")
                    found.data_location = TensorProto.EXTERNAL
                    for k, v in value.items():
                        found.external_data.add(key=k, value=v)
                else:
                    setattr(found, key, value)
        return change

    zeros = np.zeros
    keep("kernel_shape", "W at the node has shape (1, 12, 3)", {"W": zeros((1, 12, 3), np.float32)})
    keep("recurrent_shape", "R at rnn has shape (8, 2)", {"R": zeros((8, 2), np.float32)})
    keep("bias_shape", "B at the node has shape (1, 8)", {"B": zeros((1, 8), np.float32)})
    keep("peephole_shape", "P at the node has shape (1, 4)", {"P": zeros((1, 4), np.float32)},
         names=("X", "W", "R", "B", "", "", "", "P"))
    keep("directions", "W at the node has shape (1, 8, 3)", attributes={"direction": "bidirectional"})
    keep("direction", "forward, reverse or bidirectional", attributes={"direction": "sideways"})
    keep("hidden_size", "hidden_size must be 2", attributes={"hidden_size": 7})
    keep("layout", "layout must be 0 or 1", attributes={"layout": 2})
    keep("clip", "clip must be", attributes={"clip": -1.0})
    keep("activation_count", "activations must be 3 functions", attributes={"activations": ["Tanh"]})
    keep("activation", "activation Affine is not run", attributes={"activations": ["Sigmoid", "Affine", "Tanh"]})
    keep("no_recurrent", "its R is missing", names=("X", "W"))
    keep("integers", "B at the node is int64", {"B": zeros((1, 16), np.int64)})
    keep("unknown_name", "takes its input from nobody", names=("nobody", "W", "R"))
    keep("unknown_weight", "takes its input from nothing", names=("X", "nothing", "R"))
    keep("computed_weight", "computed from the model's input", names=("X", "Wx", "R"),
         inputs=[value_info("Wx", [1, 8, 3])])
    keep("short", "needs 96 bytes and it has 8", change=tensor("W", raw_data=b"12345678"))
    keep("negative", "none that memory holds", change=tensor("W", dims=[1, -8, 3]))
    keep("huge", "none that memory holds", change=tensor("W", dims=[1 << 40, 1 << 40, 3]))
    keep("text", "type string", change=tensor("W", data_type=8))
    keep("type", "type 99", change=tensor("W", data_type=99))
    keep("external_up", "only files beside the model are read", change=tensor("W", external={"location": "../model.bin"}))
    keep("external_root", "only files beside the model are read", change=tensor("W", external={"location": "/etc/passwd"}))
    keep("external_missing", "which is not there", change=tensor("W", external={"location": "gone.bin"}))
    keep("external_nowhere", "does not say where", change=tensor("W", external={}))
    keep("branch", "then_branch", before=[helper.make_node("If", ["X"], ["Z"], name="if")])
    keep("fold_axis", "an axis of", before=[helper.make_node("Concat", ["W", "W"], ["Z"], name="cat", axis=7)])
    keep("fold_gather", "outside its table",
         {"at": np.array([99])}, before=[helper.make_node("Gather", ["W", "at"], ["Z"], name="gather", axis=1)])
    keep("fold_bomb", "is more than",
         {"size": np.array([1 << 14, 1 << 14, 1 << 14])},
         before=[helper.make_node("ConstantOfShape", ["size"], ["Z"], name="fill")])
    keep("empty", "without a graph", change=lambda built: built.graph.ClearField("node"))
    case = {"name": "onnx_broken", "description": "ONNX models that lie; each says what is wrong", "expect": "error",
            "files": listed, "inputs": [], "outputs": [], "lstm_calls": [], "notes": []}
    with open(f"{folder}/case.json", "w") as file:
        json.dump(case, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    for make in [peephole_clip, coupled, layout1, lengths, nested, classifier, broken]:
        make()
