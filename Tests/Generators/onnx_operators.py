"""Records what onnxruntime computes for every operator of ONNX that `Network` runs, in small cases.

    venv/bin/python Tests/Generators/onnx_operators.py

It rewrites Tests/Fixtures/onnx_operators/cases.json and cases.npz, in the form of network_layers. What onnxruntime
refuses on a CPU comes from onnx's reference evaluator; SequenceMask, which is a part of ONNX' LSTM, from numpy.
"""
import json
import os

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from lstm_reference import FIXTURES
from onnx_models import direction, weights

random = np.random.default_rng(17)
cases, arrays = [], {}
KINDS = {"float32": TensorProto.FLOAT, "int64": TensorProto.INT64, "bool": TensorProto.BOOL,
         "int32": TensorProto.INT32}


def normal(*shape):
    return random.normal(size=shape).astype(np.float32)


def keep(key, value):
    arrays[key] = np.asarray(value).astype(np.float32)
    return {"shape": list(np.shape(value)), "key": key}


def evaluate(node, inputs, opset, initializers=()):
    graph = helper.make_graph(
        [node], "g", [helper.make_tensor_value_info(f"i{k}", KINDS[str(v.dtype)], v.shape)
                      for k, v in enumerate(inputs) if v is not None],
        [helper.make_empty_tensor_value_info(name) for name in node.output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = 8 if opset < 20 else 9
    feeds = {f"i{k}": v for k, v in enumerate(inputs) if v is not None}
    try:
        return onnxruntime.InferenceSession(model.SerializeToString()).run(None, feeds)
    except Exception as error:
        print(node.op_type, "by the reference evaluator:", str(error).splitlines()[0][:90])
        return ReferenceEvaluator(model).run(None, feeds)


def op(kind, *inputs, outputs=1, opset=17, name=None, **attributes):
    name = f"onnx_{name or kind}"
    while any(case["name"] == name for case in cases):
        name += "_"
    names = [f"i{k}" if v is not None else "" for k, v in enumerate(inputs)]
    held, options = [], {"opset": opset, "outputs": outputs}
    for key, value in attributes.items():
        if isinstance(value, np.ndarray):
            held.append({"name": "value", "key": keep(f"{name}/w/{key}", value)["key"]})
        else:
            options[key] = value
    given = {k: numpy_helper.from_array(v) if isinstance(v, np.ndarray) else v for k, v in attributes.items()}
    found = evaluate(helper.make_node(kind, names, [f"o{k}" for k in range(outputs)], **given), inputs, opset)
    cases.append({
        "name": name, "layer": {"className": f"onnx.{kind}", "options": options, "weights": held, "children": []},
        "runs": 1, "keywords": {}, "states": [],
        "inputs": [{"constant": None} if v is None else keep(f"{name}/in{k}", v) for k, v in enumerate(inputs)],
        "outputs": [keep(f"{name}/out{k}", v) for k, v in enumerate(found)]})


def ints(*values):
    return np.array(values, np.int64)


def operators():
    a, b, row = normal(2, 3, 4), normal(2, 3, 4), normal(4)
    for kind in ["Add", "Sub", "Mul", "Div"]:
        op(kind, a, b)
        op(kind, a, row, name=f"{kind}_broadcast")
    op("Pow", np.abs(a), row)
    for kind in ["Max", "Min", "Sum"]:
        op(kind, a, b, row)
    for kind in ["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"]:
        op(kind, np.round(a), np.round(b))
    for kind in ["And", "Or", "Xor"]:
        op(kind, a > 0, b > 0)
    op("Not", a > 0)
    for kind in ["Neg", "Abs", "Exp", "Reciprocal", "Floor", "Ceil", "Round", "Sign", "Erf", "Sin", "Cos",
                 "Identity", "Dropout", "Sigmoid", "Tanh", "Relu", "Softplus", "Softsign", "HardSwish"]:
        op(kind, a)
    op("Mish", a, opset=18)
    op("Gelu", a, opset=20)
    for kind in ["Log", "Sqrt"]:
        op(kind, np.abs(a) + np.float32(0.1))
    op("IsNaN", np.where(a > 0, a, np.float32(np.nan)))
    op("LeakyRelu", a)
    op("LeakyRelu", a, alpha=0.3)
    op("Elu", a, alpha=0.7)
    op("HardSigmoid", a)
    op("HardSigmoid", a, alpha=0.3, beta=0.4)
    for kind in ["ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL2", "ReduceSumSquare"]:
        op(kind, a, axes=[1])
        op(kind, a, axes=[-1, 0], keepdims=0)
        op(kind, a)
    op("ReduceSum", a, ints(1))
    op("ReduceSum", a, ints(0, 2), keepdims=0)
    op("ReduceSum", a, noop_with_empty_axes=1)
    op("Constant", value=a)
    op("Transpose", a)
    op("Transpose", a, perm=[1, 0, 2])
    op("Reshape", a, ints(0, -1))
    op("Reshape", a, ints(4, 6))
    op("Flatten", a)
    op("Flatten", a, axis=2)
    op("Flatten", a, axis=0)
    one = normal(1, 3, 1)
    op("Squeeze", one)
    op("Squeeze", one, ints(0))
    op("Squeeze", one, axes=[2], opset=11)
    op("Unsqueeze", a, ints(0, 4))
    op("Unsqueeze", a, ints(-1))
    op("Unsqueeze", a, axes=[1], opset=11)
    op("Concat", a, b, axis=1)
    op("Concat", a, b, axis=-1)
    op("Slice", a, ints(1), ints(3), ints(1))
    op("Slice", a, ints(-1, 0), ints(-100, 2), ints(2, 0), ints(-2, 1))
    op("Slice", a, ints(1), ints(2 ** 62), ints(2))
    op("Slice", a, starts=[0, 1], ends=[2, 3], opset=9)
    op("Gather", a, ints(2, 0), axis=1)
    op("Gather", a, np.array([[-1, 0], [1, 1]]), axis=2)
    op("Gather", a, np.array(1))
    op("Shape", a)
    op("Shape", a, start=1)
    op("Size", a)
    op("Expand", row, ints(2, 3, 4))
    op("Expand", normal(3, 1), ints(2, 1, 4))
    op("ConstantOfShape", ints(2, 3))
    op("ConstantOfShape", ints(2), value=np.array([1.5], np.float32))
    op("Split", a, ints(1, 3), axis=2, outputs=2)
    op("Split", a, axis=2, outputs=2, opset=11)
    op("Split", normal(5, 2), axis=0, outputs=2, opset=18, num_outputs=2)
    op("Tile", a, ints(1, 2, 1))
    op("Where", a > 0, b, row)
    op("Clip", a, np.array(-0.5, np.float32), np.array(0.25, np.float32))
    op("Clip", a, None, np.array(0.25, np.float32))
    op("Clip", a, min=-0.3, opset=6)
    op("Cast", a * 3, to=TensorProto.INT64)
    op("Cast", np.round(a), to=TensorProto.BOOL)
    op("Range", np.array(1, np.float32), np.array(4, np.float32), np.array(0.75, np.float32))
    op("MatMul", a, normal(4, 5))
    op("MatMul", a, normal(2, 4, 5))
    op("MatMul", row, normal(4, 5))
    op("MatMul", a, row)
    op("MatMul", row, row)
    op("Gemm", normal(2, 4), normal(4, 3), normal(3))
    op("Gemm", normal(4, 2), normal(3, 4), normal(2, 3), transA=1, transB=1, alpha=0.5, beta=2.0)
    op("Gemm", normal(2, 4), normal(4, 3))
    op("Softmax", a)
    op("Softmax", a, axis=1)
    op("Softmax", a, axis=1, opset=11)
    op("LogSoftmax", a)
    op("BatchNormalization", normal(2, 3, 4), normal(3), normal(3), normal(3), np.abs(normal(3)) + np.float32(0.5))
    op("LayerNormalization", a, normal(4), normal(4), axis=-1)
    op("LayerNormalization", a, normal(3, 4), axis=1)


def recurrent():
    """One call of the LSTM, and the mask that sequence_lens makes."""
    made = weights(random, 2, 3, 2, peephole=True)
    x, lengths = normal(4, 2, 3), np.array([4, 2], np.int32)
    h0, c0 = normal(2, 2, 2), normal(2, 2, 2)
    inputs = [x, made["W"], made["R"], made["B"], lengths, h0, c0, made["P"]]
    node = helper.make_node("LSTM", [f"i{k}" for k in range(8)], ["o0", "o1", "o2"], hidden_size=2, clip=0.9,
                            direction="bidirectional")
    found = evaluate(node, inputs, 17)
    children = []
    for d in range(2):
        own = direction(made, d)
        held = [{"name": key, "key": keep(f"onnx_lstm/{d}/{key}", own[short])["key"]}
                for key, short in [("kernel", "kernel"), ("recurrent_kernel", "recurrent"), ("bias", "bias"),
                                   ("peephole", "peephole")]]
        children.append({"className": "LSTM", "options": {"units": 2, "clip": float(np.float32(0.9))}, "weights": held,
                         "children": []})
    mask = (np.arange(4)[:, None] < lengths).astype(np.float32)
    cases.append({
        "name": "onnx_lstm", "layer": {"className": "onnx.LSTM", "options": {"layout": 0, "states": ["h", "c"]},
                                       "weights": [], "children": children},
        "runs": 1, "keywords": {}, "inputs": [keep("onnx_lstm/x", x)], "mask": keep("onnx_lstm/mask", mask),
        "states": [keep("onnx_lstm/h0", h0), keep("onnx_lstm/c0", c0)],
        "outputs": [keep(f"onnx_lstm/out{k}", v) for k, v in enumerate(found)]})
    for layout in range(2):
        shaped = x if layout == 0 else x.transpose(1, 0, 2)
        cases.append({
            "name": f"onnx_mask_{layout}", "layer": {"className": "onnx.SequenceMask", "options": {"layout": layout},
                                                     "weights": [], "children": []},
            "runs": 1, "keywords": {}, "states": [],
            "inputs": [keep(f"onnx_mask_{layout}/lens", lengths), keep(f"onnx_mask_{layout}/x", shaped)],
            "outputs": [keep(f"onnx_mask_{layout}/out", mask if layout == 0 else mask.T)]})


def images():
    """Convolution, pooling, GRU and RNN, and operators that exporters write around them."""
    line, image = normal(2, 4, 9), normal(2, 4, 6, 5)
    for padding in [{}, {"pads": [1, 2]}, {"auto_pad": "SAME_UPPER", "strides": [2]}, {"auto_pad": "SAME_LOWER", "strides": [2]},
                    {"auto_pad": "VALID"}, {"dilations": [2], "pads": [0, 1]}]:
        op("Conv", line, normal(3, 4, 2), normal(3), **padding)
    op("Conv", line, normal(6, 2, 3), group=2)
    op("Conv", line, normal(4, 1, 3), normal(4), group=4, pads=[1, 1])
    op("Conv", image, normal(3, 4, 3, 2), normal(3), pads=[1, 0, 1, 1], strides=[2, 1])
    for kind in ["MaxPool", "AveragePool"]:
        op(kind, line, kernel_shape=[2])
        op(kind, line, kernel_shape=[3], strides=[2], pads=[1, 1])
        op(kind, line, kernel_shape=[3], strides=[2], auto_pad="SAME_UPPER")
        op(kind, image, kernel_shape=[2, 3], strides=[2, 1], pads=[1, 1, 0, 1])
        op(f"Global{kind}", line)
        op(f"Global{kind}", image)
    op("AveragePool", line, kernel_shape=[3], strides=[2], pads=[1, 1], count_include_pad=1)
    x = normal(5, 3, 4)
    for way in ["forward", "reverse", "bidirectional"]:
        n = 2 if way == "bidirectional" else 1
        for after in range(2):
            op("GRU", x, normal(n, 6, 4), normal(n, 6, 2), normal(n, 12), None, normal(n, 3, 2), outputs=2, hidden_size=2,
               direction=way, linear_before_reset=after)
        op("RNN", x, normal(n, 2, 4), normal(n, 2, 2), normal(n, 4), None, normal(n, 3, 2), outputs=2, hidden_size=2,
           direction=way)
    op("GRU", x, normal(1, 6, 4), normal(1, 6, 2), outputs=2, hidden_size=2)
    op("RNN", x, normal(1, 2, 4), normal(1, 2, 2), outputs=2, hidden_size=2, activations=["Relu"])
    matrix = normal(3, 4)
    op("Mod", np.array([5, -5, 7], np.int64), np.array([3, 3, -4], np.int64))
    op("Mod", matrix * 3, np.abs(normal(3, 4)) + 0.5, fmod=1)
    op("PRelu", matrix, normal(4))
    op("ReduceL1", matrix, axes=[1])
    op("ReduceLogSumExp", matrix, axes=[0], keepdims=0)
    op("Selu", matrix)
    op("Einsum", matrix, normal(5, 4), equation="af,bf->ab")
    op("CumSum", matrix, np.array(1, np.int64))
    op("ArgMax", matrix, axis=1)
    op("ArgMin", matrix, axis=0, keepdims=0)
    op("Pad", matrix, np.array([1, 0, 0, 2], np.int64), np.array(0.5, np.float32))
    op("OneHot", np.array([[0, 2], [-1, 1]], np.int64), np.array(3, np.int64), np.array([0, 1], np.float32), axis=1)


if __name__ == "__main__":
    operators()
    recurrent()
    images()
    folder = os.path.join(FIXTURES, "onnx_operators")
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/cases.json", "w") as file:
        json.dump(cases, file)
        file.write("\n")
    np.savez_compressed(f"{folder}/cases.npz", **arrays)
    print(len(cases), "cases")
