"""Records what Keras computes for layers that look numbers up or hash, and for LSTMs inside a TimeDistributed.

    KERAS_BACKEND=tensorflow python Tests/Generators/lookup_layers.py

Written with Keras 3.15.1 on TensorFlow 2.21. It rewrites Tests/Fixtures/lookup_layers, laid out as network_layers is.
"""

import pathlib

import keras
import numpy as np
from keras import layers

import network_layers
from network_layers import normal, record, record_texts

network_layers.FOLDER = pathlib.Path(__file__).parent.parent / "Fixtures" / "lookup_layers"
NUMBERS = np.array([[12, -7, 0, 900, 5], [-8, 3, 12, -1, 1234567]], "int64")
WORDS = np.array([["der", "katze", "", "läuft"], ["ein Wort von mehr als sechzehn Bytes", "y" * 70, "hund", "[UNK]"]])


def lookups():
    vocabulary = [12, -7, 900, 3]
    for name, options in {
        "plain": {}, "masked": {"mask_token": 0}, "several": {"num_oov_indices": 3},
        "masked_several": {"num_oov_indices": 4, "mask_token": 0},
        "by_hash": {"num_oov_indices": 6, "oov_method": "farmhash"},
        "one_hot": {"output_mode": "one_hot"}, "multi_hot": {"output_mode": "multi_hot"}, "count": {"output_mode": "count"},
    }.items():
        record(f"integer_lookup_{name}", layers.IntegerLookup(vocabulary=vocabulary, **options), [NUMBERS])
    record("integer_lookup_special", layers.IntegerLookup(vocabulary=[0, -1, 12, -7], mask_token=0), [NUMBERS])
    known = np.array([[12, 900], [3, -7]], "int64")
    record("integer_lookup_none", layers.IntegerLookup(vocabulary=vocabulary, num_oov_indices=0), [known])
    for name, options in {"": {}, "_masked": {"mask_token": 0, "oov_token": -5}}.items():
        layer = layers.IntegerLookup(vocabulary=vocabulary, invert=True, **options)
        record(f"integer_lookup_invert{name}", layer, [np.array([[0, 1, 2], [3, 4, 5]], "int64")])
    record_texts("string_lookup_several", layers.StringLookup(vocabulary=["der", "hund"], num_oov_indices=5), WORDS)
    record_texts("string_lookup_masked_several",
                 layers.StringLookup(vocabulary=["", "[UNK]", "[UNK]", "der"], mask_token="", num_oov_indices=2), WORDS)


def hashes():
    for name, options in {
        "plain": {}, "masked": {"mask_value": ""}, "one": {"num_bins": 1, "mask_value": ""},
        "one_hot": {"output_mode": "one_hot"}, "count": {"output_mode": "count", "mask_value": "der"},
    }.items():
        record_texts(f"hashing_{name}", layers.Hashing(**{"num_bins": 9} | options), WORDS)
    record("hashing_numbers", layers.Hashing(num_bins=9), [NUMBERS])
    record("hashing_numbers_masked", layers.Hashing(num_bins=4, mask_value=12), [NUMBERS])


def distributed():
    x = normal(2, 3, 4, 2)
    mask = np.array([[[1, 1, 0, 1], [0, 0, 0, 0], [1, 1, 1, 1]], [[0, 1, 1, 0], [1, 0, 0, 0], [1, 1, 1, 0]]], "bool")
    for name, options in {"": {}, "_sequences": {"return_sequences": True}, "_backwards": {"go_backwards": True}}.items():
        record(f"time_distributed_lstm{name}", layers.TimeDistributed(layers.LSTM(3, **options)), [x])
        record(f"time_distributed_lstm{name}_masked", layers.TimeDistributed(layers.LSTM(3, **options)), [x], [mask])
    both = layers.Bidirectional(layers.LSTM(2, return_sequences=True), merge_mode="mul")
    record("time_distributed_bidirectional", layers.TimeDistributed(both), [x])
    record("time_distributed_gru", layers.TimeDistributed(layers.GRU(2)), [x], [mask])


if __name__ == "__main__":
    keras.utils.set_random_seed(7)
    lookups()
    hashes()
    distributed()
    network_layers.write()
