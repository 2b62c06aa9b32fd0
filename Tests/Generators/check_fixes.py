"""Loads into Keras what `lstmscope check --fix` writes for the planted faults, and compares its outputs with y.

    KERAS_BACKEND=tensorflow python Tests/Generators/check_fixes.py .build/release/lstmscope
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import keras
import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "planted_faults"
right, wrong, unwritten = 0, [], 0
for name, case in json.loads((FOLDER / "cases.json").read_text()).items():
    if not case["file"].endswith(".keras"):
        continue
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "right.weights.h5"
        files = [FOLDER / case["file"], "--input", FOLDER / f"{name}.x.npy", "--expect", FOLDER / f"{name}.y.npy"]
        subprocess.run([sys.argv[1], "check", *files, "--fix", out], capture_output=True)
        if not out.exists():
            unwritten += 1
            continue
        model = keras.models.load_model(FOLDER / case["file"])
        model.load_weights(out)
        y = np.array(model(np.load(FOLDER / f"{name}.x.npy"), training=False))
    error = np.abs(y - np.load(FOLDER / f"{name}.y.npy")).max()
    if error <= 2e-5:
        right += 1
    else:
        wrong.append((name, float(error)))
print(f"{right} files with the weights put right give y in Keras; {unwritten} were not of weights; wrong: {wrong}")
sys.exit(bool(wrong))
