"""What the scripts of the translator share: the pairs and how they are split, ids, and the model in its forms.

Not run by itself. `translator_train.py` makes the model, `translator_units.py` finds what its units mean,
`translator_record.py` reports on it and records what the tests compare with.
"""

import json
import os
import pathlib
import random

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

import translator_grammar as grammar  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RESOURCES = ROOT / "Sources" / "lstmscope" / "Resources" / "translator"
FIXTURES = ROOT / "Tests" / "Fixtures" / "translator"

POOL, POOL_SEED = 120_000, 1
HELD_OUT, VALIDATION = 3000, 1500
PAD, START, END, UNKNOWN = range(4)
SPECIAL = ["<pad>", "<start>", "<end>", "<unk>"]
# The longest source, and the longest target with its end token.
SOURCE_STEPS, TARGET_STEPS = 10, 14
MAXIMUM_STEPS = 20

# ------------------------------------------------------------------------------------------------ pairs

# Combinations that training never sees, though it sees every word of them.
VERB_WITH_OBJECT = {
    ("kaufen", "hut"), ("sehen", "katze"), ("aufmachen", "koffer"), ("ausmachen", "lampe"), ("suchen", "schlüssel"),
    ("essen", "kuchen"), ("trinken", "milch"), ("helfen", "frau"), ("besuchen", "lehrer"), ("anrufen", "kind"),
    ("abholen", "mädchen"), ("geben", "buch"), ("finden", "hund"), ("ansehen", "haus"), ("hören", "zug"),
}  # fmt: skip
ADJECTIVE_WITH_NOUN = {("rot", "hut"), ("alt", "hund"), ("neu", "buch"), ("klein", "katze")}
NEVER_NEGATED = {"schlafen", "anrufen"}
NEVER_OBJECT_FIRST = {"abholen", "lesen"}
NEVER_AN_OBJECT = "vogel"


def never_trained_on(pair):
    """Which of the systematic hold-outs a pair belongs to, or None."""
    for clause in pair.clauses:
        phrases = [p for p in (clause.subject, clause.object, clause.recipient) if p is not None]
        beside = [p.beside[1] for p in phrases if p.beside]
        objects = [p for p in (clause.object, clause.recipient) if p is not None] + beside
        if any(p.lemma == NEVER_AN_OBJECT for p in objects):
            return "the bird as an object"
        if any((p.adjective, p.lemma) in ADJECTIVE_WITH_NOUN for p in phrases + beside):
            return "adjective with noun"
        if clause.object is not None and (clause.verb, clause.object.lemma) in VERB_WITH_OBJECT:
            return "verb with object"
        if clause.negated and clause.verb in NEVER_NEGATED:
            return "negated verb"
    if pair.family == "ovs" and pair.clauses[0].verb in NEVER_OBJECT_FIRST:
        return "object first with verb"
    return None


class Pairs:
    """Everything drawn from the grammar: to train on, to watch by, held out, and never trained on by kind."""

    def __init__(self, pool=POOL, seed=POOL_SEED):
        ordinary, self.systematic = [], {}
        for pair in grammar.generate(pool, seed):
            kind = never_trained_on(pair)
            (ordinary if kind is None else self.systematic.setdefault(kind, [])).append(pair)
        random.Random(seed + 1000).shuffle(ordinary)
        self.held_out = ordinary[:HELD_OUT]
        self.validation = ordinary[HELD_OUT : HELD_OUT + VALIDATION]
        self.training = ordinary[HELD_OUT + VALIDATION :]


# ------------------------------------------------------------------------------------------------ words and ids


class Vocabulary:
    def __init__(self, words):
        self.words, self.ids = words, {word: index for index, word in enumerate(words)}

    @classmethod
    def of(cls, texts):
        return cls(SPECIAL + sorted({word for text in texts for word in text.split()}))

    @classmethod
    def read(cls, path):
        return cls(json.loads(path.read_text("utf-8")))

    def write(self, path):
        path.write_text(json.dumps(self.words, ensure_ascii=False, indent=0) + "\n", "utf-8")

    def encode(self, text):
        return [self.ids.get(word, UNKNOWN) for word in text.split()]

    def decode(self, ids):
        return " ".join(self.words[index] for index in ids)

    def __len__(self):
        return len(self.words)


def padded(rows, width):
    array = np.zeros((len(rows), width), "int32")
    for row, ids in enumerate(rows):
        array[row, : len(ids)] = ids
    return array


def source_ids(german, text):
    """The sentence as the encoder meets it: last word first, so that the words translated first were met last."""
    return german.encode(text)[::-1]


# ------------------------------------------------------------------------------------------------ the model


def build(german_words, english_words, units, embedding, unrolled=False):
    """The model to train, of two inputs, in the form of Keras' example lstm_seq2seq.

    `unrolled` gives it fixed lengths and one node for each step, which trains several times faster. Its weights fit
    the model that is shipped, which takes any length.
    """
    layers = keras.layers
    german = keras.Input((SOURCE_STEPS if unrolled else None,), dtype="int32", name="german")
    english = keras.Input((TARGET_STEPS if unrolled else None,), dtype="int32", name="english")
    words = layers.Embedding(german_words, embedding, mask_zero=True, name="german_embedding")(german)
    _, state_h, state_c = layers.LSTM(units, return_state=True, unroll=unrolled, name="encoder")(words)
    # Keras 3 hands no mask to an LSTM that is given states. In training it keeps the padding out of the loss.
    words = layers.Embedding(english_words, embedding, mask_zero=unrolled, name="english_embedding")(english)
    decoder = layers.LSTM(units, return_sequences=True, return_state=True, unroll=unrolled, name="decoder")
    sequence, _, _ = decoder(words, initial_state=[state_h, state_c])
    next_word = layers.Dense(english_words, activation="softmax", name="next_word")(sequence)
    model = keras.Model([german, english], next_word, name="german_to_english")
    # The comparison that makes the mask is a node of the graph, and would be called not_equal_2 or the like.
    for operation in model.operations:
        if operation.name.startswith("not_equal"):
            operation.name = "german_mask"
    return model


class Translator:
    """A trained model taken apart, as Keras' example does it, into an encoder and one step of a decoder."""

    def __init__(self, path=RESOURCES / "german_to_english.keras"):
        self.model = model = keras.models.load_model(path)
        self.german = Vocabulary.read(path.parent / "german.json")
        self.english = Vocabulary.read(path.parent / "english.json")
        encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
        self.units = decoder.units
        ids, state = tf.TensorSpec((None, None), tf.int32), tf.TensorSpec((None, self.units), tf.float32)

        @tf.function(input_signature=[ids])
        def encode(german):
            _, h, c = encoder(model.get_layer("german_embedding")(german), mask=tf.not_equal(german, PAD))
            return h, c

        @tf.function(input_signature=[ids, state, state])
        def encoder_step(german, h, c):
            _, h, c = encoder(model.get_layer("german_embedding")(german), initial_state=[h, c])
            return h, c

        @tf.function(input_signature=[ids, state, state])
        def decoder_step(english, h, c):
            sequence, h, c = decoder(model.get_layer("english_embedding")(english), initial_state=[h, c])
            return model.get_layer("next_word")(sequence)[:, -1], h, c

        self._encode, self._encoder_step, self._decoder_step = encode, encoder_step, decoder_step

    def encode(self, ids):
        """Final h and c of a padded batch of sources."""
        return [np.asarray(x) for x in self._encode(tf.constant(ids, tf.int32))]

    def encoder_step(self, ids, h, c):
        return [np.asarray(x) for x in self._encoder_step(tf.constant(ids, tf.int32)[:, None], h, c)]

    def decoder_step(self, ids, h, c):
        """Probabilities of the next word, h and c, for one id a row."""
        return [np.asarray(x) for x in self._decoder_step(tf.constant(ids, tf.int32)[:, None], h, c)]

    def sources(self, texts):
        rows = [source_ids(self.german, text) for text in texts]
        return padded(rows, max(map(len, rows)))

    def greedy(self, h, c, limit=MAXIMUM_STEPS, keep=None):
        """The ids that greedy decoding gives for each row of states, without the end token.

        `keep` is called with what was fed, said, the probabilities, h and c of each step.
        """
        count = len(h)
        fed, done, said = np.full(count, START), np.zeros(count, bool), [[] for _ in range(count)]
        for _ in range(limit):
            probabilities, h, c = self.decoder_step(fed, h, c)
            chosen = probabilities.argmax(-1)
            if keep:
                keep(fed, chosen, probabilities, h, c)
            done |= chosen == END
            for row in np.flatnonzero(~done):
                said[row].append(int(chosen[row]))
            if done.all():
                break
            fed = chosen
        return said

    def translate(self, texts):
        return [self.english.decode(ids) for ids in self.greedy(*self.encode(self.sources(texts)))]


def exact_match(translator, pairs):
    """How many of the pairs come out word for word, and what came out."""
    said = translator.translate([pair.german for pair in pairs])
    return float(np.mean([words == pair.english for words, pair in zip(said, pairs)])), said
