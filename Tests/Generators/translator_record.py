"""Reports on the translator and records what Keras gives, for the tests to compare with.

    python Tests/Generators/translator_record.py       # two minutes

To be run after translator_train.py and translator_units.py. Into Sources/lstmscope/Resources/translator goes

    sentences.tsv     some 300 held-out pairs to explore: german, english, family, facts

and into Tests/Fixtures/translator

    heldout.tsv       3000 held-out pairs, for the table of the bridge: german, english, family
    report.json, .md  exact match by family, by length and on combinations never trained on; what fails; the table of the bridge
    recorded.json     for each recorded sentence the words and ids, and what is said under each experiment on the bridge
    recorded.npz      for the k-th recorded sentence, under `k.`, batch axis left out, float32 but for ids (int32):
        source (steps)                      ids as fed, in the order of reading (last word first)
        encoder.h, encoder.c (steps, units) after each step; the last is what is handed over
        fed, said (words)                   ids fed to the decoder and ids it chose, the end token among them
        decoder.h, decoder.c (words, units)
        probabilities (words, vocabulary)

All of it is computed by Keras' own layers: the encoder and decoder of the file, called as Keras' example lstm_seq2seq
does, one step at a time; that the steps give what the whole model gives is checked.
"""

import json
from collections import Counter

import numpy as np

import translator_data as data

EXPLORED, FAILING, NOISE_SEED = 300, 4, 5
BEAM_WIDTH, BEAM_SENTENCES = 3, 6


def swapped(h, c):
    return c, h


def rounded(decimals):
    """In float32: times 10 to the power of `decimals`, to the nearest whole number, halves to even, and divided again."""
    return lambda h, c: (np.round(h, decimals), np.round(c, decimals))


def noisy(sigma):
    """The same numbers whenever it is called; noise on c alone."""
    return lambda h, c: (h, (c + np.random.default_rng(NOISE_SEED).normal(0, sigma, c.shape)).astype("float32"))


# What is handed over in place of h and c.
BRIDGE = {
    "as it is": lambda h, c: (h, c),
    "h zero": lambda h, c: (np.zeros_like(h), c),
    "c zero": lambda h, c: (h, np.zeros_like(c)),
    "swapped": swapped,
    "rounded to 1 decimal": rounded(1),
    "rounded to 0 decimals": rounded(0),
}
NOISE = {f"noise on c, sigma {sigma}": noisy(sigma) for sigma in (0.1, 0.3, 0.5, 1.0)}


# ------------------------------------------------------------------------------------------------ the report


def share(pairs, said, key):
    """Exact match by `key` of a pair: how many of how many."""
    total, right = Counter(), Counter()
    for pair, words in zip(pairs, said):
        total[key(pair)] += 1
        right[key(pair)] += words == pair.english
    return {str(k): {"right": right[k], "of": total[k], "share": round(right[k] / total[k], 4)} for k in sorted(total)}


def words_right(pairs, said):
    """Share of words right, place by place, the end token being a word."""
    right = total = 0
    for pair, words in zip(pairs, said):
        a, b = words.split() + ["<end>"], pair.english.split() + ["<end>"]
        right += sum(x == y for x, y in zip(a, b))
        total += max(len(a), len(b))
    return right / total


def report(translator, pairs):
    held = pairs.held_out
    h, c = translator.encode(translator.sources([pair.german for pair in held]))

    def under(experiment):
        return [translator.english.decode(ids) for ids in translator.greedy(*experiment(h, c))]

    bridge = {}
    for name, experiment in (BRIDGE | NOISE).items():
        said = under(experiment)
        bridge[name] = round(float(np.mean([words == pair.english for words, pair in zip(said, held)])), 4)
        print(f"{name}: {bridge[name]:.4f}", flush=True)
    said = under(BRIDGE["as it is"])
    systematic = {}
    for kind, some in sorted(pairs.systematic.items()):
        match, out = data.exact_match(translator, some[:400])
        wrong = next((p, words) for p, words in zip(some, out) if words != p.english)
        systematic[kind] = {"share": round(match, 4), "of": len(out), "german": wrong[0].german, "should_be": wrong[0].english, "says": wrong[1]}
    failures = [
        {"family": p.family, "german": p.german, "should_be": p.english, "says": words} for p, words in zip(held, said) if words != p.english
    ]
    path = data.RESOURCES / "german_to_english.keras"
    return said, {
        "parameters": translator.model.count_params(), "bytes": path.stat().st_size,
        "german_words": len(translator.german), "english_words": len(translator.english), "trained_on": len(pairs.training),
        "held_out": len(held), "exact_match": bridge["as it is"], "words_right": round(words_right(held, said), 4),
        "by_family": share(held, said, lambda p: p.family), "by_german_words": share(held, said, lambda p: len(p.german.split())),
        "never_trained_on": systematic, "bridge": bridge, "largest_c": round(float(np.abs(c).max()), 2),
        "median_c": round(float(np.median(np.abs(c))), 3), "median_h": round(float(np.median(np.abs(h))), 3), "failures": failures,
    }  # fmt: skip


def markdown(facts):
    """The report for people."""
    lines = ["# The translator, as it was made", "", "Made by Tests/Generators/translator_record.py; exact match under greedy decoding, by Keras.", ""]
    lines += [f"{facts['parameters']} parameters, {facts['bytes']} bytes; trained on {facts['trained_on']} pairs; {facts['german_words']} German and {facts['english_words']} English words."]
    lines += [f"Held out, {facts['held_out']} pairs: {facts['exact_match']:.4f} exact, {facts['words_right']:.4f} of the words.", ""]

    def table(head, rows):
        return [f"| {' | '.join(head)} |", "| " + " | ".join("---" for _ in head) + " |"] + [f"| {' | '.join(row)} |" for row in rows] + [""]

    lines += table(("family", "exact", "of"), [(k, f"{v['share']:.3f}", str(v["of"])) for k, v in facts["by_family"].items()])
    by_length = sorted(facts["by_german_words"].items(), key=lambda item: int(item[0]))
    lines += table(("German words", "exact", "of"), [(k, f"{v['share']:.3f}", str(v["of"])) for k, v in by_length])
    lines += ["Combinations never trained on, though every word of them was:", ""]
    rows = [(k, f"{v['share']:.3f}", str(v["of"]), f"{v['german']} → {v['says']}") for k, v in facts["never_trained_on"].items()]
    lines += table(("combination", "exact", "of", "says, for instance"), rows)
    lines += ["What is handed over from encoder to decoder:", ""]
    lines += table(("bridge", "exact"), [(k, f"{v:.3f}") for k, v in facts["bridge"].items()])
    lines += [f"What fails of the held-out pairs ({len(facts['failures'])}):", ""]
    rows = [(f["family"], f["german"], f["should_be"], f["says"]) for f in facts["failures"]]
    return "\n".join(lines + table(("family", "German", "should be", "says"), rows)).rstrip() + "\n"


# ------------------------------------------------------------------------------------------------ sentences


def explored(pairs):
    """Held-out pairs to explore: each family and each length has its share, whether they come out right or not."""
    queues, chosen = {}, []
    for pair in pairs.held_out[data.HELD_OUT // 2 :]:
        queues.setdefault((pair.family, len(pair.german.split())), []).append(pair)
    while len(chosen) < EXPLORED:
        for key in sorted(queues):
            if queues[key] and len(chosen) < EXPLORED:
                chosen.append(queues[key].pop())
    return sorted(chosen, key=lambda pair: (pair.family, len(pair.german.split()), pair.german))


def recorded_pairs(pairs, said):
    """One of each family, with every length among them; some that fail; some of a kind never shown."""
    right = [p for p, words in zip(pairs.held_out, said) if words == p.english]
    wrong = [p for p, words in zip(pairs.held_out, said) if words != p.english]
    chosen, lengths, families = [], Counter(), Counter()
    for family in sorted({p.family for p in right}):
        # The length that was had least so far.
        some = sorted((p for p in right[:1000] if p.family == family), key=lambda p: (lengths[len(p.german.split())], p.german))
        chosen.append(some[0])
        lengths[len(some[0].german.split())] += 1
    for length in range(3, data.SOURCE_STEPS + 1):
        if not lengths[length]:
            chosen.append(next(p for p in right if len(p.german.split()) == length))
    for pair in wrong:
        if not families[pair.family] and sum(families.values()) < FAILING:
            families[pair.family] += 1
            chosen.append(pair)
    for kind in sorted(pairs.systematic):
        chosen.append(pairs.systematic[kind][0])
    return chosen


def write_rows(path, head, rows):
    path.write_text("".join("\t".join(row) + "\n" for row in [head, *rows]), "utf-8")


# ------------------------------------------------------------------------------------------------ recording


def record(translator, german):
    """Every state of one sentence, and what was said."""
    ids = np.array(data.source_ids(translator.german, german), "int32")
    h = c = np.zeros((1, translator.units), "float32")
    states = []
    for token in ids:
        h, c = translator.encoder_step([token], h, c)
        states.append((h[0], c[0]))
    whole_h, whole_c = translator.encode(ids[None])
    assert np.allclose(whole_h, h, atol=1e-6) and np.allclose(whole_c, c, atol=1e-5)
    steps = []
    said = translator.greedy(h, c, keep=lambda *step: steps.append([x[0] for x in step]))[0]
    fed, chosen, probabilities, decoder_h, decoder_c = map(np.array, zip(*steps))
    # The model of two inputs, taught with what was said, gives the same.
    taught = np.asarray(translator.model([ids[None], fed[None].astype("int32")]))[0]
    assert np.allclose(taught, probabilities, atol=1e-5), np.abs(taught - probabilities).max()
    return said, {
        "source": ids, "encoder.h": np.stack([s[0] for s in states]), "encoder.c": np.stack([s[1] for s in states]),
        "fed": fed.astype("int32"), "said": chosen.astype("int32"), "decoder.h": decoder_h, "decoder.c": decoder_c, "probabilities": probabilities,
    }  # fmt: skip


def beam(translator, h, c, width=BEAM_WIDTH, limit=data.MAXIMUM_STEPS):
    """Beam search: at each step the `width` most probable continuations of all beams; a beam that ends is kept aside and
    its place is not filled. Scores are sums of natural logarithms of float32 probabilities, in float64, without a
    correction for length. Ties: the beam that was better first, then the lower id."""
    beams, ended = [((), 0.0, h, c)], []
    for _ in range(limit):
        if not beams or width == len(ended):
            break
        candidates = []
        for rank, (ids, score, h, c) in enumerate(beams):
            fed = ids[-1] if ids else data.START
            probabilities, new_h, new_c = translator.decoder_step([fed], h, c)
            logs = np.log(probabilities[0].astype("float64"))
            for token in np.argsort(-logs, kind="stable")[: width + 1]:
                candidates.append((-(score + logs[token]), rank, int(token), ids, new_h, new_c))
        candidates.sort(key=lambda x: x[:3])
        beams = []
        for cost, _, token, ids, h, c in candidates[: width - len(ended)]:
            if token == data.END:
                ended.append((ids, -cost))
            else:
                beams.append((ids + (token,), -cost, h, c))
    ended += [(ids, score) for ids, score, _, _ in beams]
    return sorted(ended, key=lambda x: -x[1])


def recordings(translator, chosen, held):
    """What is written to recorded.npz and recorded.json."""
    arrays, sentences = {}, []
    handed_over = []
    known = {pair.german for pair in held}
    for k, pair in enumerate(chosen):
        said, states = record(translator, pair.german)
        arrays |= {f"{k}.{name}": value for name, value in states.items()}
        handed_over.append((states["encoder.h"][-1:], states["encoder.c"][-1:]))
        words = translator.english.decode(said)
        sentences.append({"german": pair.german, "should_be": pair.english, "says": words, "family": pair.family, "right": words == pair.english, "held_out": pair.german in known, "facts": pair.facts})
    for k, sentence in enumerate(sentences):
        other = (k + 1) % len(sentences)
        h, c = handed_over[k]
        under = {name: experiment(h, c) for name, experiment in BRIDGE.items()}
        under["state of another"] = handed_over[other]
        sentence["another"] = other
        sentence["bridge"] = {name: translator.english.decode(translator.greedy(*state)[0]) for name, state in under.items()}
    beams = []
    for k in range(0, len(chosen), max(1, len(chosen) // BEAM_SENTENCES)):
        hypotheses = [{"says": translator.english.decode(ids), "log_probability": round(score, 6)} for ids, score in beam(translator, *handed_over[k])]
        beams.append({"sentence": k, "width": BEAM_WIDTH, "hypotheses": hypotheses})
    return arrays, {"max_steps": data.MAXIMUM_STEPS, "start": data.START, "end": data.END, "reversed": True, "sentences": sentences, "beams": beams}


def main():
    translator, pairs = data.Translator(), data.Pairs()
    data.FIXTURES.mkdir(parents=True, exist_ok=True)
    said, facts = report(translator, pairs)
    (data.FIXTURES / "report.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", "utf-8")
    (data.FIXTURES / "report.md").write_text(markdown(facts), "utf-8")
    rows = [(p.german, p.english, p.family, ",".join(p.facts)) for p in explored(pairs)]
    write_rows(data.RESOURCES / "sentences.tsv", ("german", "english", "family", "facts"), rows)
    write_rows(data.FIXTURES / "heldout.tsv", ("german", "english", "family"), [(p.german, p.english, p.family) for p in pairs.held_out])
    arrays, written = recordings(translator, recorded_pairs(pairs, said), pairs.held_out)
    np.savez(data.FIXTURES / "recorded.npz", **arrays)
    (data.FIXTURES / "recorded.json").write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", "utf-8")
    for sentence in written["sentences"]:
        print(f"{sentence['family']:6} {'  ' if sentence['right'] else '✗ '}{sentence['german']} → {sentence['says']}")
    print(markdown(facts).split("What fails")[0])


if __name__ == "__main__":
    main()
