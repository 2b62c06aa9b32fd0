"""Trains the bundled German → English translator.

    nice python Tests/Generators/translator_train.py            # 5 to 8 minutes on two cores, then
    python Tests/Generators/translator_units.py                 # half a minute: names of units
    python Tests/Generators/translator_record.py                # two minutes: report and fixtures

Needs keras 3, tensorflow and numpy; written with Keras 3.15.1 on TensorFlow 2.21. Everything is drawn from the grammar
in translator_grammar.py; nothing is downloaded. The seeds make it repeatable on one machine; another processor or
another TensorFlow rounds differently and ends with other weights of about the same worth, and then the numbers of the
units differ: that is why the other two scripts are run again each time.

The model has the form of Keras' example lstm_seq2seq: an embedding of 32, an LSTM of 64 units with `return_state`
for German; an embedding of 32 and an LSTM with `initial_state=[state_h, state_c]` for English; a softmax over the
words. The source is read from its last word to its first. It writes german_to_english.keras and the two vocabularies
into Sources/lstmscope/Resources/translator.
"""

import argparse
import pathlib
import time

import keras
import numpy as np
import tensorflow as tf

import translator_data as data

SEED, UNITS, EMBEDDING, EPOCHS, BATCH, RATE = 7, 64, 32, 30, 128, 4e-3


def arrays(pairs, german, english):
    """Sources, what the decoder is fed, and what it is to say: the same words one step apart."""
    sources = data.padded([data.source_ids(german, pair.german) for pair in pairs], data.SOURCE_STEPS)
    targets = [english.encode(pair.english) for pair in pairs]
    fed = data.padded([[data.START] + ids for ids in targets], data.TARGET_STEPS)
    said = data.padded([ids + [data.END] for ids in targets], data.TARGET_STEPS)
    return sources, fed, said


class Watch(keras.callbacks.Callback):
    """Prints the loss now and then."""

    def on_train_begin(self, logs=None):
        self.began = time.time()

    def on_epoch_end(self, epoch, logs=None):
        print(f"epoch {epoch + 1}, loss {logs['loss']:.5f}, {time.time() - self.began:.0f} s", flush=True)


def main(epochs, units, folder):
    keras.utils.set_random_seed(SEED)
    pairs = data.Pairs()
    german = data.Vocabulary.of(pair.german for pair in pairs.training)
    english = data.Vocabulary.of(pair.english for pair in pairs.training)
    print(f"{len(pairs.training)} pairs to train on, {len(german)} German and {len(english)} English words", flush=True)
    sources, fed, said = arrays(pairs.training, german, english)

    twin = data.build(len(german), len(english), units, EMBEDDING, unrolled=True)
    steps = len(sources) // BATCH * epochs
    rate = keras.optimizers.schedules.CosineDecay(0.0, steps, alpha=0.002, warmup_target=RATE, warmup_steps=300)
    twin.compile(keras.optimizers.Adam(rate, global_clipnorm=1.0), "sparse_categorical_crossentropy", jit_compile=False)
    # Whole batches only, so that one graph serves all of them.
    feed = tf.data.Dataset.from_tensor_slices(((sources, fed), said)).shuffle(len(sources), seed=SEED)
    twin.fit(feed.batch(BATCH, drop_remainder=True), epochs=epochs, shuffle=False, verbose=0, callbacks=[Watch()])

    shipped = data.build(len(german), len(english), units, EMBEDDING)
    shipped.set_weights(twin.get_weights())
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "german_to_english.keras"
    # Never compiled, so the file holds no state of an optimizer.
    shipped.save(path)
    german.write(folder / "german.json")
    english.write(folder / "english.json")

    translator = data.Translator(path)
    print(f"{shipped.count_params()} parameters, {path.stat().st_size} bytes")
    for name, some in (("validation", pairs.validation), ("training (3000 of them)", pairs.training[:3000])):
        print(f"exact match, {name}: {data.exact_match(translator, some)[0]:.4f}")
    whole = np.asarray(twin([sources[:64], fed[:64]]))
    alone = np.asarray(shipped([sources[:64], fed[:64]]))
    print(f"the twin and the shipped model differ by at most {np.abs(whole - alone).max():.1e}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--units", type=int, default=UNITS)
    parser.add_argument("--output", type=pathlib.Path, default=data.RESOURCES)
    options = parser.parse_args()
    main(options.epochs, options.units, options.output)
