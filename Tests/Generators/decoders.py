"""Makes encoder/decoders of many kinds, untrained, and records what Keras says with each, word by word.

    python Tests/Generators/decoders.py

writes Tests/Fixtures/decoders/: a model NAME.keras for each case (NAME_encoder.keras and NAME_decoder.keras where the
two are saved apart), cases.json with the sources, what is said and beams, and rows.npz with the probabilities of the
next word at each step under `NAME/sentence`; silent.keras and letters.keras, which say nothing by themselves.

Keras says a sentence as its users let it: the model is called with all the words so far, padded with 0 to the length
that it declares, and the likeliest word of the row behind the last one fed goes on. Made with Keras 3.15.1.
"""

import json
import os
import pathlib
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
from keras import Input, Model, layers

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "decoders"
WORDS, START, END, STEPS = 12, 1, 2, 7
SOURCES = [[3, 4, 5, 6], [7, 3]]


def ends(source_length=None, target_length=None, masks=False, shared=False, units=6):
    """Both inputs with their words embedded, and what the encoder returns."""
    source, target = Input((source_length,), name="source"), Input((target_length,), name="target")
    table = layers.Embedding(WORDS, 5, mask_zero=masks, name="table")
    other = table if shared else layers.Embedding(WORDS, 5, mask_zero=masks, name="words")
    sequence, h, c = layers.LSTM(units, return_sequences=True, return_state=True, name="encoder")(table(source))
    return source, target, sequence, h, c, other(target)


def decoder(x, states, units=6, name="decoder", **options):
    return layers.LSTM(units, return_sequences=True, name=name, **options)(x, initial_state=states)


def says(x, activation="softmax"):
    return layers.Dense(WORDS, activation=activation, name="says")(x)


def words():
    source, target, _, h, c, x = ends(masks=True)
    return Model([source, target], says(decoder(x, [h, c])))


def held():
    """A second LSTM whose mask is heeded, because it is handed no states."""
    source, target, _, h, c, x = ends(masks=True)
    return Model([source, target], says(layers.LSTM(6, return_sequences=True)(decoder(x, [h, c]))))


def lengths():
    source, target, _, h, c, x = ends(source_length=6, target_length=STEPS, masks=True)
    return Model([source, target], says(decoder(x, [h, c])))


def stacked():
    source, target, sequence, h, c, x = ends()
    _, h2, c2 = layers.LSTM(6, return_state=True, name="encoder_2")(sequence)
    return Model([source, target], says(decoder(decoder(x, [h, c]), [h2, c2], name="decoder_2")))


def bidirectional():
    source, target = Input((None,), name="source"), Input((None,), name="target")
    both = layers.Bidirectional(layers.LSTM(3, return_state=True), name="encoder")
    _, fh, fc, bh, bc = both(layers.Embedding(WORDS, 5)(source))
    states = [layers.Concatenate()([fh, bh]), layers.Concatenate()([fc, bc])]
    return Model([source, target], says(decoder(layers.Embedding(WORDS, 5)(target), states)))


def attention():
    source, target, sequence, h, c, x = ends(masks=True)
    y = decoder(x, [h, c])
    return Model([source, target], says(layers.Concatenate()([y, layers.Attention()([y, sequence])])))


def causal():
    source, target, sequence, h, c, x = ends()
    y = decoder(x, [h, c])
    seen = layers.Attention()([y, sequence], use_causal_mask=True)
    return Model([source, target], says(layers.Concatenate()([y, seen])))


def context():
    source, target, _, h, c, x = ends(target_length=STEPS)
    x = layers.Concatenate()([x, layers.RepeatVector(STEPS)(h)])
    return Model([source, target], says(decoder(x, [h, c])))


def added():
    source, target, sequence, h, c, x = ends(source_length=STEPS, target_length=STEPS)
    return Model([source, target], says(layers.Add()([decoder(x, [h, c]), sequence])))


def along():
    source, target, _, h, c, x = ends()
    y = decoder(x, [h, c])
    return Model([source, target], says(layers.Multiply()([y, layers.Softmax(axis=1)(y)])))


def ahead():
    """A timestep of its own before the words."""
    source, target, _, h, c, x = ends()
    first = layers.Reshape((1, 5))(layers.Dense(5)(h))
    return Model([source, target], says(decoder(layers.Concatenate(axis=1)([first, x]), [h, c])))


def chained():
    """A second LSTM that begins with what the first ended with."""
    source, target, _, h, c, x = ends()
    y, h2, c2 = decoder(x, [h, c], return_state=True)
    return Model([source, target], says(decoder(y, [h2, c2], name="decoder_2")))


def logits():
    source, target, _, h, c, x = ends()
    return Model([source, target], says(decoder(x, [h, c]), activation=None))


def gru():
    source, target, sequence, h, c, x = ends()
    _, g = layers.GRU(4, return_state=True)(sequence)
    other = layers.GRU(4, return_sequences=True)(x, initial_state=g)
    return Model([source, target], says(layers.Concatenate()([decoder(x, [h, c]), other])))


def shared():
    source, target, _, h, c, x = ends(shared=True)
    return Model([source, target], says(decoder(x, [h, c])))


def swapped():
    source, target, _, h, c, x = ends()
    return Model([source, target], says(decoder(x, [c, h])))


def outputs():
    source, target, _, h, c, x = ends()
    y = decoder(x, [h, c])
    return Model([source, target], [layers.Dense(1, activation="sigmoid", name="kind")(y), says(y)])


def characters():
    source, target = Input((None, WORDS), name="source"), Input((None, WORDS), name="target")
    _, h, c = layers.LSTM(6, return_state=True, name="encoder")(source)
    return Model([source, target], says(decoder(target, [h, c])))


def apart():
    """Attention, encoder and decoder saved apart, and the decoder's inputs in an order of their own."""
    source, target, sequence, h, c, x = ends()
    y, h2, c2 = decoder(x, [h, c], return_state=True)
    whole = Model([source, target], says(layers.Concatenate()([y, layers.Attention(name="looks")([y, sequence])])))
    inputs = [Input((None,), name="word"), Input((None, 6), name="seen"), Input((6,), name="h"), Input((6,), name="c")]
    get = whole.get_layer
    y, h2, c2 = get("decoder")(get("words")(inputs[0]), initial_state=inputs[2:])
    out = get("says")(layers.Concatenate()([y, get("looks")([y, inputs[1]])]))
    whole.apart = Model(source, [sequence, h, c]), Model([inputs[3], inputs[1], inputs[0], inputs[2]], [out, h2, c2])
    return whole


CASES = [
    words, held, lengths, stacked, bidirectional, attention, causal, context, added, along, ahead, chained, logits,
    gru, shared, swapped, outputs, characters, apart,
]


# Where the search for a telling seed is long.
FIRST_SEEDS = {"held": 57, "stacked": 70}


def silent():
    """A decoder that reads from the end and can't say one word after the other."""
    source, target, _, h, c, x = ends()
    return Model([source, target], says(decoder(x, [h, c], go_backwards=True)))


def letters():
    """One-hot tokens in, read from the end, and no second LSTM."""
    source = Input((None, 4), name="letters")
    return Model(source, layers.Dense(4, activation="softmax")(layers.LSTM(3, return_sequences=True, go_backwards=True)(source)))


def value(rows, shape):
    """Ids as the model takes them, padded with 0, or one-hot."""
    length = shape[1] or len(rows)
    if len(shape) == 3:
        return np.eye(shape[2], dtype="float32")[rows][None]
    return np.array([rows + [0] * (length - len(rows))], dtype="float32")


def row(model, source, fed):
    """The probabilities of the word behind what was fed."""
    target = value(fed, model.inputs[1].shape)
    found = model([value(source, model.inputs[0].shape), target])
    found = np.array(found[-1] if isinstance(found, (list, tuple)) else found)[0]
    numbers = found[len(found) - 1 - (target.shape[1] - len(fed))]
    return numbers if model.name != "logits" else np.array(keras.ops.softmax(numbers))


def greedy(model, source):
    fed, rows = [START], []
    while len(rows) < STEPS and (not rows or fed[-1] != END):
        rows.append(row(model, source, fed))
        fed.append(int(rows[-1].argmax()))
    return fed[1:], np.array(rows)


def beams(model, source, width):
    """As in `greedy`, with the likeliest beginnings kept; one that ends keeps its place."""
    open_, ended = [([START], 0.0)], []
    for _ in range(STEPS):
        candidates = [
            (score + float(np.log(number)), fed + [word])
            for fed, score in open_ for word, number in enumerate(row(model, source, fed).astype("float64"))]
        candidates.sort(reverse=True)
        best = candidates[: width - len(ended)]
        ended += [(fed, score) for score, fed in best if fed[-1] == END]
        open_ = [(fed, score) for score, fed in best if fed[-1] != END]
        if not open_:
            break
    found = sorted(ended + open_, key=lambda beam: -beam[1])
    return [{"said": fed[1:], "log_probability": score} for fed, score in found]


def sharpened(make, seed):
    """Untrained, with weights large enough to say more than one word."""
    keras.utils.set_random_seed(seed)
    model = make()
    model.name = make.__name__
    for layer in model.layers:
        scale = {"Embedding": 30, "LSTM": 2, "Dense": 4}.get(type(layer).__name__, 1)
        layer.set_weights([weight * scale for weight in layer.get_weights()])
    if make is along:
        kernel, bias = model.get_layer("says").get_weights()
        model.get_layer("says").set_weights([kernel * 8, bias])
    # Where masks are heeded 0 is to be said, too.
    if make is held:
        kernel, bias = model.get_layer("says").get_weights()
        kernel, bias[0] = kernel * 4, 0.3
        model.get_layer("says").set_weights([kernel, bias])
    return model


def is_telling(make, said, rows):
    """Whether other words would come out if a step went wrong: different ones, clearly told from the next best."""
    order = np.sort(rows, axis=-1)
    if (order[:, -1] - order[:, -2]).min() < 0.005 or len(set(said)) < {held: 2, along: 3}.get(make, 4):
        return False
    return make is not held or (0 in said[:-1] and said[0] != 0)


def save(model, path):
    """As Keras saves it, with the members of the archive deflated: most of an HDF5 file is empty."""
    model.save(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    cases, arrays = {}, {}
    for make in CASES:
        for seed in range(FIRST_SEEDS.get(make.__name__, 0), 400):
            model = sharpened(make, seed)
            first = greedy(model, SOURCES[0])
            if is_telling(make, *first):
                break
        else:
            raise SystemExit(f"no seed makes {make.__name__} say anything")
        name = make.__name__
        found = [first] + [greedy(model, source) for source in SOURCES[1:]]
        files = [f"{name}.keras"]
        if make is apart:
            files = [f"{name}_encoder.keras", f"{name}_decoder.keras"]
            for part, file in zip(model.apart, files):
                save(part, FOLDER / file)
        else:
            save(model, FOLDER / files[0])
        cases[name] = {
            "files": files, "seed": seed, "sources": SOURCES, "said": [said for said, _ in found],
            "beams": beams(model, SOURCES[0], 3)}
        for place, (_, rows) in enumerate(found):
            arrays[f"{name}/{place}"] = rows.astype("float32")
        print(name, seed, cases[name]["said"], flush=True)
    for make in (silent, letters):
        keras.utils.set_random_seed(0)
        save(make(), FOLDER / f"{make.__name__}.keras")
    np.savez(FOLDER / "rows.npz", **arrays)
    (FOLDER / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    main()
