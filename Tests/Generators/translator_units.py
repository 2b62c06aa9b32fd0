"""Finds what single units of the translator mean, and writes their names with the evidence.

    python Tests/Generators/translator_units.py        # a minute

To be run whenever translator_train.py has made the model again: the numbers of the units are others then.
It writes translator.yaml, the session that opens the model, and units.json, the evidence, into
Sources/lstmscope/Resources/translator.

A *fact* is true or false of a sentence or of one timestep in it: it is a question; its negation has not been said yet.
For each fact and each unit the script asks how well the unit's c tells where it is true: the area under the ROC
curve (AUC), the chance that c is higher at a timestep where it is true than at one where it is not. 0.5 is nothing;
1 and 0 are perfect. Some facts are true early in a sentence and false late, as the number of words said is: so a second
figure compares timesteps with the same index only, and both must be good. A *count* is a number at each timestep: words
read, words left; there it is the correlation with c.

The sentences are the held-out and the validation pairs, none of which was trained on; the decoder's are those that come
out right. A unit is chosen on one half of them and the figures are those of the other half. A unit has one name.
"""

import json

import numpy as np

import translator_data as data
from translator_grammar import PARTICLES, PLACES, TIMES

# What a unit must reach on sentences that it was not chosen by, or as far on the other side of 0.5 and of 0.
LEAST_AUC, LEAST_AUC_AT_SAME_STEP, LEAST_CORRELATION = 0.85, 0.8, 0.8
# Facts of a whole sentence that are tried, as `translator_grammar.facts` calls them.
OF_THE_SENTENCE = (
    "question", "plural subject", "perfect", "modal", "future", "place", "time", "object first", "subordinate clause",
    "pronoun subject", "two objects", "separable verb", "past",
)  # fmt: skip
# What a unit is called whose c is low where the fact is true: by the opposite, or by the fact with a mark; and one whose c falls with a count.
OPPOSITES, LOW, FALLING = {"question": "statement", "plural subject": "singular subject"}, " (low)", " (falling)"
NEGATIONS = {"not", "cannot"}
CONNECTIVES = {"because", "that", "if", "who", "where", "why", "when", "what", "and", "but"}


def area(true, false):
    """AUC of each column: true (n, units), false (m, units). Ties count half, and c has none to speak of."""
    ranks = np.concatenate([true, false]).argsort(0).argsort(0) + 1.0
    n, m = len(true), len(false)
    return (ranks[:n].sum(0) - n * (n + 1) / 2) / (n * m)


def area_at_the_same_step(true, false, true_steps, false_steps):
    """The mean of the AUC at each timestep, weighted by how many pairs of values it compares."""
    total, weight = 0.0, 0
    for step in set(true_steps.tolist()) & set(false_steps.tolist()):
        here, there = true[true_steps == step], false[false_steps == step]
        if len(here) >= 10 and len(there) >= 10:
            total = total + area(here, there) * len(here) * len(there)
            weight += len(here) * len(there)
    return total / weight if weight else np.full(true.shape[1], 0.5)


def encoder_rows(translator, pairs):
    """For each pair, c at each step, in the order of reading: last word first."""
    rows = translator.sources([pair.german for pair in pairs])
    h = c = np.zeros((len(rows), translator.units), "float32")
    kept = []
    for step in range(rows.shape[1]):
        h, c = translator.encoder_step(rows[:, step], h, c)
        kept.append(c)
    return np.stack(kept, 1)


def decoder_rows(translator, pairs):
    """c at each step of greedy decoding, and what was said."""
    kept = []
    said = translator.greedy(*translator.encode(translator.sources([p.german for p in pairs])), keep=lambda *step: kept.append(step[4]))
    return np.stack(kept, 1), [translator.english.decode(ids) for ids in said]


def encoder_facts(pair):
    """Facts of each step, as far as what was read by then tells."""
    words = pair.german.split()[::-1]
    for step, word in enumerate(words):
        read = words[: step + 1]
        facts = {
            "question": words[0] == "?",
            "negation read": any(w == "nicht" or w.startswith("kein") for w in read),
            "comma read": "," in read,
        }
        yield step, facts, {"words read": step + 1}


def _index_of(words, phrase):
    """Where the words of a phrase begin, or None."""
    for start in range(len(words) - len(phrase) + 1):
        if words[start : start + len(phrase)] == phrase:
            return start
    return None


def decoder_facts(pair):
    """Facts of each step that says a word; at step t the words before t have been said."""
    words = pair.english.split()
    negation = next((at for at, word in enumerate(words) if word in NEGATIONS), None)
    # Where in the English the last time and place of the clauses begin.
    to_come = {}
    for kind in ("time", "place"):
        begins = []
        for clause in pair.clauses:
            if kind == "time" and clause.time:
                begins.append(_index_of(words, TIMES[clause.time][0].split()))
            if kind == "place" and clause.place:
                begins.append(_index_of(words, PLACES[clause.place][2 + clause.towards].split()))
        to_come[kind] = max((at for at in begins if at is not None), default=None)
    joint = next((at for at, word in enumerate(words) if at and word in CONNECTIVES), None)
    particle = next((at for at, word in enumerate(words) if at and word in set(PARTICLES.values()) | {"back", "asleep", "tv", "shopping"}), None)
    for step in range(len(words)):
        facts = {fact: fact in pair.facts for fact in OF_THE_SENTENCE}
        facts["negation to come"] = negation is not None and step < negation
        facts["time to come"] = to_come["time"] is not None and step < to_come["time"]
        facts["place to come"] = to_come["place"] is not None and step < to_come["place"]
        facts["second clause to come"] = joint is not None and step < joint
        facts["in the second clause"] = joint is not None and step > joint
        facts["particle to come"] = particle is not None and step < particle
        yield step, facts, {"words said": step, "words left": len(words) - step}


def gather(rows, pairs, facts_of):
    """All steps of all sentences: c (n, units), step, sentence, facts and counts."""
    values, steps, sentences, facts, counts = [], [], [], [], []
    for sentence, (c, pair) in enumerate(zip(rows, pairs)):
        for step, true, numbers in facts_of(pair):
            values.append(c[step])
            steps.append(step)
            sentences.append(sentence)
            facts.append(true)
            counts.append(numbers)
    columns = {name: np.array([f[name] for f in facts]) for name in facts[0]}
    numbers = {name: np.array([n[name] for n in counts], float) for name in counts[0]}
    return np.stack(values), np.array(steps), np.array(sentences), columns, numbers


def evidence_of_facts(layer, c, steps, half, columns):
    """For each fact the unit that tells it best on the first half, with the figures of the second."""
    for fact, holds in columns.items():
        figures = []
        for part in (half == 0, half == 1):
            true, false = part & holds, part & ~holds
            plain = area(c[true], c[false])
            same = area_at_the_same_step(c[true], c[false], steps[true], steps[false])
            figures.append((plain, same))
        chosen = np.minimum(np.abs(figures[0][0] - 0.5), np.abs(figures[0][1] - 0.5))
        test = half == 1
        for unit in np.argsort(-chosen)[:3]:
            plain, same = figures[1][0][unit], figures[1][1][unit]
            value = c[:, unit]
            apart = abs(plain - 0.5), abs(same - 0.5)
            yield {
                "layer": layer, "unit": int(unit), "quantity": "c", "fact": fact, "name": fact if plain > 0.5 else OPPOSITES.get(fact, fact + LOW),
                "auc": round(float(plain), 4), "auc_at_same_step": round(float(same), 4),
                "mean_with": round(float(value[test & holds].mean()), 3), "mean_without": round(float(value[test & ~holds].mean()), 3),
                "n_with": int((test & holds).sum()), "n_without": int((test & ~holds).sum()), "strength": 2 * float(min(apart)),
                "enough": bool(apart[0] >= LEAST_AUC - 0.5 and apart[1] >= LEAST_AUC_AT_SAME_STEP - 0.5),
            }  # fmt: skip


def evidence_of_counts(layer, c, half, numbers):
    for count, value in numbers.items():
        first, test = half == 0, half == 1

        def correlation(part):
            centred = c[part] - c[part].mean(0)
            other = value[part] - value[part].mean()
            return (centred * other[:, None]).sum(0) / np.sqrt((centred**2).sum(0) * (other**2).sum())

        chosen, measured = correlation(first), correlation(test)
        for unit in np.argsort(-np.abs(chosen))[:3]:
            slope, _ = np.polyfit(value[test], c[test][:, unit], 1)
            yield {
                "layer": layer, "unit": int(unit), "quantity": "c", "fact": count, "name": count if measured[unit] > 0 else count + FALLING, "correlation": round(float(measured[unit]), 4), "slope": round(float(slope), 3),
                "n": int(test.sum()), "strength": float(abs(measured[unit])), "enough": bool(abs(measured[unit]) >= LEAST_CORRELATION),
            }  # fmt: skip


def names(found):
    """The strongest evidence first; a unit has one name, and in a layer no name is given twice."""
    named, units, taken = [], set(), set()
    for entry in sorted((e for e in found if e["enough"]), key=lambda e: -e["strength"]):
        unit, name = (entry["layer"], entry["unit"]), (entry["layer"], entry["name"].removesuffix(LOW).removesuffix(FALLING))
        if unit not in units and name not in taken:
            units.add(unit)
            taken.add(name)
            named.append(entry)
    return named


SESSION = """\
# The bundled German to English translator. Made by Tests/Generators/translator_units.py: names of units
# are found again whenever the model is made again; units.json has the evidence.
model: german_to_english.keras
source: {{input: german, vocabulary: german.json, reversed: true}}
target: {{input: english, vocabulary: english.json, start: <start>, end: <end>, max-steps: {steps}}}
text: wen hat der alte vogel gehört ?
layer: decoder
at: y[{place}]@0
sentences: sentences.tsv
units:
"""


def main():
    translator = data.Translator()
    pairs = data.Pairs()
    some = pairs.held_out + pairs.validation
    rows, said = decoder_rows(translator, some)
    right = [at for at, pair in enumerate(some) if said[at] == pair.english]
    found = []
    for layer, c_of, those, facts_of in (
        ("encoder", encoder_rows(translator, some), some, encoder_facts),
        ("decoder", rows[right], [some[at] for at in right], decoder_facts),
    ):
        c, steps, sentences, columns, numbers = gather(c_of, those, facts_of)
        half = sentences % 2
        found += evidence_of_facts(layer, c, steps, half, columns)
        found += evidence_of_counts(layer, c, half, numbers)
    for entry in found:
        print({key: value for key, value in entry.items() if key not in ("quantity", "strength")})
    named = sorted(names(found), key=lambda entry: (entry["layer"], -entry["strength"]))
    for entry in named:
        del entry["strength"], entry["enough"]
    # It opens on the decoder's unit that a question fills, at the first word, with all lines executed.
    place = next((entry["unit"] for entry in named if entry["layer"] == "decoder" and entry["name"] == "question"), 0)
    text = SESSION.format(steps=data.MAXIMUM_STEPS, place=place)
    for layer in ("encoder", "decoder"):
        here = sorted((entry["unit"], entry["name"]) for entry in named if entry["layer"] == layer)
        if here:
            text += f"  {layer}:\n" + "".join(f"    {unit}: {name}\n" for unit, name in here)
    (data.RESOURCES / "translator.yaml").write_text(text, "utf-8")
    (data.RESOURCES / "units.json").write_text(json.dumps(named, indent=1) + "\n", "utf-8")
    print(text, f"{len(right)} of {len(some)} come out right", sep="\n")


if __name__ == "__main__":
    main()
