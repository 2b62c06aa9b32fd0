"""Records models that run an LSTM once for each timestep, and models that look numbers up or hash.

    KERAS_BACKEND=tensorflow python Tests/Generators/keras_distributed.py
    python Tests/Generators/keras_distributed.py tf_keras

Written with Keras 3.15.1 and tf-keras 2.21 on TensorFlow 2.21: folders Tests/Fixtures/graph_<name>/ and
graph_<name>_tfk/ as those of keras_graphs.py.
"""

import json

import numpy as np
import tensorflow as tf

from keras_graphs import FIXTURES, keras, layers, normal, ops, record


def distributed():
    """Words of sentences of a text, and numbers of frames: an LSTM over each, then one over the rest."""
    x = keras.Input((3, 5, 4), name="x")
    each = layers.TimeDistributed(layers.LSTM(3, return_sequences=True), name="each")(x)
    back = layers.TimeDistributed(layers.LSTM(2, go_backwards=True, activation="relu"), name="back")(x)
    both = layers.TimeDistributed(layers.Bidirectional(layers.LSTM(2), merge_mode="sum"), name="both")(each)
    y = layers.LSTM(4, name="over")(layers.Concatenate(name="beside")([back, both]))
    return keras.Model(x, [each, back, layers.Dense(2, name="out")(y)], name="distributed")


def hierarchical():
    words = keras.Input((3, 4), name="words", dtype="int32")
    inner = keras.Sequential([layers.Embedding(9, 3, name="table"), layers.LSTM(4, name="words_of")], name="sentence")
    y = layers.TimeDistributed(inner, name="sentences")(words)
    return keras.Model(words, layers.LSTM(3, name="text")(y), name="hierarchical")


def masked():
    x = keras.Input((3, 4, 2), name="x")
    y = layers.TimeDistributed(layers.LSTM(3), name="each")(layers.Masking(name="mask")(x))
    return keras.Model(x, layers.Dense(2, name="out")(y), name="masked")


def lookups():
    known = keras.Input((4,), name="known", dtype="int64")
    word = keras.Input((4,), name="word", dtype="string")
    ids = layers.IntegerLookup(vocabulary=[12, -7, 900, 3], mask_token=0, name="lookup")(known)
    several = layers.IntegerLookup(vocabulary=[12, -7], num_oov_indices=3, name="several")(known)
    others = layers.StringLookup(vocabulary=["der", "hund"], num_oov_indices=4, name="others")(word)
    hashed = layers.Hashing(num_bins=7, mask_value="", name="hashed")(word)
    numbers = layers.Hashing(num_bins=11, name="numbers")(known)
    tables = [layers.Embedding(12, 2, mask_zero=k == 0, name=f"table_{k}")(i)
              for k, i in enumerate([ids, several, others, hashed, numbers])]
    y = layers.LSTM(3, return_sequences=True, name="rnn")(layers.Concatenate(name="beside")(tables))
    learnt = layers.IntegerLookup(name="learnt")
    learnt.adapt(np.array([900, 900, -7, 900, -7, 12]))
    more = [
        learnt(known),
        layers.IntegerLookup(vocabulary=[12, -7], num_oov_indices=5, oov_method="farmhash", name="by_hash")(known),
        layers.IntegerLookup(vocabulary=[12, -7, 900, 3], output_mode="multi_hot", name="many")(known),
        layers.IntegerLookup(vocabulary=[12, -7, 900, 3], mask_token=0, invert=True, name="back")(ids),
        layers.Hashing(num_bins=5, output_mode="count", name="counted")(word),
        layers.Hashing(num_bins=6, mask_value=-7, name="without")(known),
    ]
    return keras.Model([known, word], [y, ids, several, others, hashed, numbers] + more, name="lookups")


def hashes():
    """The bins of texts of every length up to 200 bytes: letter k is the 7·k-th of the alphabet."""
    letters = "".join(chr(97 + 7 * k % 26) for k in range(200))
    bins = [int(tf.strings.to_hash_bucket_fast(letters[:n], 2**31 - 1)) for n in range(201)]
    (FIXTURES / "graph_lookups" / "hashes.json").write_text(json.dumps(bins) + "\n")


if __name__ == "__main__":
    record("distributed", "LSTMs and a Bidirectional over the inner of two sequences, and an LSTM over the outer one",
           distributed(), {"x": normal(2, 3, 5, 4)})
    record("hierarchical", "A Sequential of Embedding and LSTM for each sentence of a text", hierarchical(),
           {"words": np.array([[[1, 2, 3, 4], [5, 6, 0, 0], [0, 0, 0, 0]], [[8, 7, 6, 5], [4, 3, 2, 1], [1, 1, 1, 1]]], "int32")})
    gaps = normal(2, 3, 4, 2)
    gaps[0, 1, 2:] = 0
    gaps[1, 2] = 0
    gaps[1, 0, 0] = 0
    record("distributed_mask", "A mask of the inner sequence", masked(), {"x": gaps})
    if ops:
        record("lookups", "IntegerLookup, StringLookup with several indices for what it does not know, Hashing", lookups(),
               {"known": np.array([[12, 3, 0, 5], [900, -7, -8, 1234567]], "int64"),
                "word": np.array([["der", "katze", "", "hund"], ["Haus", "läuft", "ein sehr langes Wort, länger als sechzehn Bytes", "x" * 70]])},
               ("model.keras",))
        hashes()
