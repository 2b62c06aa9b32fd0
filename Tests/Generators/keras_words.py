"""Records whole models that look words up, and one that reads a text beside numbers.

    KERAS_BACKEND=tensorflow python Tests/Generators/keras_words.py

Written with Keras 3.15.1 on TensorFlow 2.21: folders Tests/Fixtures/graph_<name>/ as those of keras_graphs.py, with
the inputs as files of texts beside them: texts.txt, texts.json and, of the words, texts.npy.
"""

import json

import numpy as np

from keras_graphs import FIXTURES, keras, layers, normal, record

SENTENCES = [["der", "hund", "läuft", "im", "haus"], ["die", "katze", "läuft"]]


def lookup(length, mask):
    words = keras.Input((length,), name="words", dtype="string")
    ids = layers.StringLookup(vocabulary=["der", "hund", "läuft", "im", "haus", "katze"], mask_token=mask, name="lookup")(words)
    y = layers.Embedding(9, 4, mask_zero=mask is not None, name="table")(ids)
    y, h, c = layers.LSTM(3, return_sequences=True, return_state=True, name="rnn")(y)
    return keras.Model(words, [layers.Dense(2, activation="softmax", name="kind")(y), h, c], name="words")


def beside():
    text = keras.Input((1,), name="text", dtype="string")
    number = keras.Input((3,), name="number")
    ids = layers.TextVectorization(vocabulary=["der", "hund", "läuft", "im", "haus"], output_sequence_length=6, name="vectorize")(text)
    h = layers.LSTM(3, name="rnn")(layers.Embedding(8, 4, mask_zero=True, name="table")(ids))
    y = layers.Dense(1, activation="sigmoid", name="yes")(layers.Concatenate(name="both")([h, number]))
    return keras.Model([text, number], y, name="beside")


def files(name, rows):
    folder = FIXTURES / f"graph_{name}"
    (folder / "texts.txt").write_text("".join(" ".join(row) + "\n" for row in rows))
    (folder / "texts.json").write_text(json.dumps(rows, ensure_ascii=False) + "\n")
    np.save(folder / "texts.npy", padded(rows))


def padded(rows):
    return np.array([row + [""] * (5 - len(row)) for row in rows])


if __name__ == "__main__":
    record("words", "A StringLookup with a mask, words it does not know, five words declared", lookup(5, ""),
           {"words": padded(SENTENCES)}, ("model.keras",))
    files("words", SENTENCES)
    record("words_open", "A StringLookup without a mask, any number of words", lookup(None, None),
           {"words": np.array([["der", "hund", "bellt"]])}, ("model.keras",))
    record("beside", "A text and numbers", beside(),
           {"text": np.array([["Der Hund läuft!"], ["im Haus"]]), "number": normal(2, 3)}, ("model.keras",))
