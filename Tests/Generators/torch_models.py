"""Makes the fixtures torch_projection, torch_stack, torch_cell, torch_views, torch_states and
torch_hostile.

python3 -m venv venv && venv/bin/pip install torch safetensors numpy
venv/bin/python Tests/Generators/torch_models.py
"""
import io
import os
import pickle
import zipfile

import numpy as np
import torch
from safetensors.torch import save_file

from lstm_reference import FIXTURES, run, write

VERSION = f"torch {torch.__version__}"


def layer(module, k, suffix=""):
    """Weights of one layer and direction in Keras' layout."""
    def get(name):
        tensor = getattr(module, f"{name}_l{k}{suffix}", None)
        return None if tensor is None else tensor.detach().double().numpy()
    bias = get("bias_ih")
    weights = {"kernel": get("weight_ih").T, "recurrent": get("weight_hh").T,
               "bias": None if bias is None else bias + get("bias_hh")}
    projection = get("weight_hr")
    if projection is not None:
        weights["projection"] = projection.T
    return weights


def trace(module, x, prefix, h0=None):
    """Every layer and direction of an nn.LSTM that reads (batch, timesteps, features)."""
    calls = []
    for k in range(module.num_layers):
        outs = []
        for suffix in ["", "_reverse"] if module.bidirectional else [""]:
            weights = layer(module, k, suffix)
            quantities = run(x, backwards=bool(suffix), **weights)
            y = quantities["y"][:, ::-1] if suffix else quantities["y"]
            outs.append(y)
            key = f"{prefix}_l{k}" + ({"": "/forward", "_reverse": "/backward"}[suffix] if module.bidirectional else "")
            calls.append(({"key": key, "layer": key, "class_name": "torch.nn.LSTM", "go_backwards": bool(suffix),
                           "proj_size": module.proj_size}, quantities))
        x = np.concatenate(outs, -1)
    return calls, x


def check(module, x):
    with torch.no_grad():
        y, (h, c) = module(torch.from_numpy(x) if module.batch_first else torch.from_numpy(x.transpose(1, 0, 2)))
    y = y.numpy() if module.batch_first else y.numpy().transpose(1, 0, 2)
    return y, h.numpy(), c.numpy()


def outputs(y, h, c):
    return [("y", np.ascontiguousarray(y)), ("h_n", h), ("c_n", c)]


def projection():
    torch.manual_seed(1)
    module = torch.nn.LSTM(3, 5, num_layers=2, bidirectional=True, proj_size=2, batch_first=True)
    x = np.random.default_rng(1).normal(size=(2, 4, 3)).astype(np.float32)
    calls, y = trace(module, x, "lstm")
    found = check(module, x)
    assert abs(found[0] - y).max() < 1e-6
    files = [{"file": "state_dict.pt", "format": "torch_zip_state_dict", "written_by": VERSION},
             {"file": "state_dict_legacy.pth", "format": "torch_legacy_pickle_state_dict", "written_by": VERSION}]
    folder = write("torch_projection", "nn.LSTM with proj_size, two layers, two directions", files, [("x", x)],
                   outputs(*found), calls)
    torch.save(module.state_dict(), f"{folder}/state_dict.pt")
    torch.save(module.state_dict(), f"{folder}/state_dict_legacy.pth", _use_new_zipfile_serialization=False)


class Encoder(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = torch.nn.LSTM(3, 4, num_layers=2, bidirectional=True, bias=False)


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.fc = torch.nn.Linear(8, 2)


def stack():
    torch.manual_seed(2)
    model = Model()
    module = model.encoder.rnn
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    model.fc(module(torch.randn(3, 1, 3))[0]).sum().backward()
    optimizer.step()
    optimizer.zero_grad()
    x = np.random.default_rng(2).normal(size=(2, 5, 3)).astype(np.float32)
    calls, y = trace(module, x, "encoder.rnn")
    found = check(module, x)
    assert abs(found[0] - y).max() < 1e-6
    files = [{"file": "checkpoint.pt", "format": "torch_zip_checkpoint", "written_by": VERSION},
             {"file": "model.safetensors", "format": "safetensors", "written_by": "safetensors"},
             {"file": "whole_module.pt", "format": "torch_zip_pickled_module", "written_by": VERSION,
              "time_major": True},
             {"file": "whole_module_legacy.pth", "format": "torch_legacy_pickled_module", "written_by": VERSION,
              "time_major": True}]
    folder = write("torch_stack", "two layers, two directions, no bias, inside a model; batch_first is False, which"
                   " only whole modules tell", files, [("x", x)], outputs(*found), calls)
    torch.save({"epoch": 3, "best": {"model_state_dict": model.state_dict()}, "optimizer": optimizer.state_dict(),
                "args": {"lr": 1e-2, "name": "encoder"}}, f"{folder}/checkpoint.pt")
    save_file(model.state_dict(), f"{folder}/model.safetensors", metadata={"format": "pt"})
    torch.save(model, f"{folder}/whole_module.pt")
    # The old format keeps the source of every class beside it, with the paths of this machine.
    torch.serialization.get_source_lines_and_file = lambda *_: (_ for _ in ()).throw(OSError("no source"))
    torch.save(model, f"{folder}/whole_module_legacy.pth", _use_new_zipfile_serialization=False)
    os.chmod(f"{folder}/model.safetensors", 0o644)


def cell():
    torch.manual_seed(3)
    module = torch.nn.LSTMCell(3, 4, bias=False)
    x = np.random.default_rng(3).normal(size=(2, 6, 3)).astype(np.float32)
    quantities = run(x, module.weight_ih.detach().double().numpy().T, module.weight_hh.detach().double().numpy().T)
    h = c = torch.zeros(2, 4)
    y = []
    with torch.no_grad():
        for t in range(6):
            h, c = module(torch.from_numpy(x[:, t]), (h, c))
            y.append(h.numpy())
    y = np.stack(y, 1)
    assert abs(y - quantities["y"]).max() < 1e-6
    files = [{"file": "cell.pt", "format": "torch_zip_state_dict", "written_by": VERSION}]
    folder = write("torch_cell", "nn.LSTMCell without bias, called decoder.cell", files, [("x", x)], [("y", y)],
                   [({"key": "decoder.cell", "layer": "decoder.cell", "class_name": "torch.nn.LSTMCell"}, quantities)])
    torch.save({f"decoder.cell.{k}": v for k, v in module.state_dict().items()}, f"{folder}/cell.pt")


def views():
    torch.manual_seed(4)
    module = torch.nn.LSTM(3, 4, batch_first=True)
    x = np.random.default_rng(4).normal(size=(1, 4, 3)).astype(np.float32)
    calls, y = trace(module, x, "lstm")
    found = check(module, x)
    assert abs(found[0] - y).max() < 1e-6
    state = module.state_dict()
    # One storage that several tensors look into, transposed and from the middle.
    pool = torch.cat([torch.zeros(5), state["weight_ih_l0"].t().reshape(-1), state["bias_ih_l0"]])
    state["weight_ih_l0"] = pool[5:5 + 48].view(3, 16).t()
    state["bias_ih_l0"] = pool[53:]
    files = [{"file": "state_dict.pt", "format": "torch_zip_state_dict", "written_by": VERSION},
             {"file": "protocol4.pt", "format": "torch_zip_state_dict", "written_by": VERSION}]
    folder = write("torch_views", "tensors that share a storage and are not contiguous; pickle protocol 4", files,
                   [("x", x)], outputs(*found), calls)
    torch.save(state, f"{folder}/state_dict.pt")
    torch.save(dict(state), f"{folder}/protocol4.pt", pickle_protocol=4)


def states():
    """Initial states as PyTorch has them: (layers · directions, batch, units)."""
    torch.manual_seed(5)
    module = torch.nn.LSTM(3, 4, num_layers=2, bidirectional=True, batch_first=True)
    random = np.random.default_rng(5)
    x = random.normal(size=(2, 3, 3)).astype(np.float32)
    h0, c0 = (random.normal(size=(4, 2, 4)).astype(np.float32) for _ in range(2))
    calls, read = [], x
    for k in range(2):
        outs = []
        for d, suffix in enumerate(["", "_reverse"]):
            quantities = run(read, backwards=d == 1, h0=h0[2 * k + d], c0=c0[2 * k + d], **layer(module, k, suffix))
            outs.append(quantities["y"][:, ::-1] if d else quantities["y"])
            key = f"lstm_l{k}/{['forward', 'backward'][d]}"
            calls.append(({"key": key, "layer": key, "class_name": "torch.nn.LSTM", "go_backwards": d == 1}, quantities))
        read = np.concatenate(outs, -1)
    with torch.no_grad():
        y, (h, c) = module(torch.from_numpy(x), (torch.from_numpy(h0), torch.from_numpy(c0)))
    assert abs(y.numpy() - read).max() < 1e-6
    files = [{"file": "state_dict.pt", "format": "torch_with_states", "written_by": VERSION}]
    folder = write("torch_states", "two layers and directions that begin with given states", files,
                   [("x", x), ("h0", h0), ("c0", c0)], outputs(y.numpy(), h.numpy(), c.numpy()), calls)
    torch.save(module.state_dict(), f"{folder}/state_dict.pt")


class Call:
    """Pickles as a call of a function, which loading in Python would make."""
    def __init__(self, function, *arguments):
        self.parts = (function, arguments)

    def __reduce__(self):
        return self.parts


def hostile():
    folder = os.path.join(FIXTURES, "torch_hostile")
    os.makedirs(folder, exist_ok=True)
    payload = "touch lstmscope-ran-a-pickle"
    for name, value in [("system", {"weight_ih_l0": Call(os.system, payload)}),
                        ("eval", {"weight_ih_l0": Call(eval, f"__import__('os').system('{payload}')")}),
                        ("getattr", {"weight_ih_l0": Call(getattr, object(), "x")})]:
        with zipfile.ZipFile(f"{folder}/{name}.pt", "w") as archive:
            archive.writestr(zipfile.ZipInfo("archive/data.pkl"), pickle.dumps(value, protocol=2))
            archive.writestr(zipfile.ZipInfo("archive/version"), "3\n")
    out = io.BytesIO()
    for value in [0x1950a86a20f9469cfc6c, 1001, {"protocol_version": 1001, "little_endian": True},
                  {"weight_ih_l0": Call(os.system, payload)}, []]:
        pickle.dump(value, out, protocol=2)
    with open(f"{folder}/system_legacy.pth", "wb") as file:
        file.write(out.getvalue())


if __name__ == "__main__":
    projection()
    stack()
    cell()
    views()
    states()
    hostile()
