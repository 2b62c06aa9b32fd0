"""The bilingual grammar of the translator: German and English sentences made from one meaning.

    python Tests/Generators/translator_grammar.py [COUNT] [SEED]        prints family, German, English, facts

Standard library only; 100,000 pairs take about half a minute. The same seed gives the same pairs.

A *meaning* (`Clause`) says who does what to whom, where, when, how often, in which tense, negated or
not. It is spelled out twice, by `German` and by `English`; no sentence is stored and none comes from a corpus.
The grammar is made so that the English is a *function* of the German: whatever could be read in two ways
(an object in front that could as well be a subject, "sie" without a verb that tells) is not made, and
`generate` fails if one German sentence ever gets two translations.

What it covers, by family (`Sampler.FAMILIES`):

    main      subject first                         sep       separable verbs: "ich stehe um sieben auf"
    base      the same stems without their prefix   front     a time first, verb second
    ovs       object first: "den mann sieht sie"    modal     können müssen wollen werden, infinitive last
    perf      haben or sein, participle last        cop       to be, with an adjective
    agree     subject and verb apart: "die frau neben den kindern schläft"
    yn        yes/no questions                      wh        wer wen was wo wann warum
    dass weil wenn indir                            subordinate clauses, verb last; indirect questions
    anaph     a pronoun in the gender of an earlier noun
    rel       relative clauses: "der mann , den sie sieht , ist alt"

Words are lower case and separated by spaces; punctuation is a word. A vocabulary of some 370 German words is
kept small by leaving out rare forms of the first and second person ("-" in the tables): sentences that need
one are drawn again.
"""

import random
import sys
from dataclasses import dataclass, field, replace

# ------------------------------------------------------------------------------------------------ the lexicon

# lemma, gender, plural, dative plural, English singular and plural, kinds. "-": no such form is made.
NOUNS = """
mann       m männer     männern   man       men        person
frau       f frauen     frauen    woman     women      person
kind       n kinder     kindern   child     children   person
junge      m jungen     jungen    boy       boys       person
mädchen    n mädchen    mädchen   girl      girls      person
lehrer     m lehrer     lehrern   teacher   teachers   person
arzt       m ärzte      ärzten    doctor    doctors    person
vater      m -          -         father    -          person,family
mutter     f -          -         mother    -          person,family
bruder     m brüder     brüdern   brother   brothers   person,family
schwester  f schwestern schwestern sister   sisters    person,family
freund     m freunde    freunden  friend    friends    person,family
hund       m hunde      -         dog       dogs       animal
katze      f katzen     katzen    cat       cats       animal
vogel      m vögel      -         bird      birds      animal
buch       n bücher     -         book      books      text,thing
brief      m briefe     -         letter    letters    text
zeitung    f zeitungen  -         newspaper newspapers text,thing
apfel      m äpfel      -         apple     apples     food
kuchen     m kuchen     -         cake      cakes      food,made
suppe      f -          -         soup      -          food,made
brot       n -          -         bread     -          food,mass
kaffee     m -          -         coffee    -          drink,made,mass
tee        m -          -         tea       -          drink,made,mass
wasser     n -          -         water     -          drink,mass
milch      f -          -         milk      -          drink,mass
tür        f türen      -         door      doors      opens
fenster    n fenster    -         window    windows    opens
koffer     m koffer     -         suitcase  suitcases  opens,thing
licht      n -          -         light     -          switched
lampe      f lampen     -         lamp      lamps      switched,thing
auto       n autos      -         car       cars       thing
haus       n häuser     -         house     houses     thing
schlüssel  m schlüssel  -         key       keys       thing
hut        m hüte       -         hat       hats       thing
bild       n bilder     -         picture   pictures   thing
zug        m -          -         train     -          vehicle
"""

NAMES = {"anna": "f", "paul": "m"}

# lemma: person (0 ich, 1 du, 2 er or sie, 3 plural), nominative, accusative, dative; English person, subject, object.
# "sie" as an accusative is not made: it would not tell her from them.
PRONOUNS = {
    "ich": (0, "ich", "mich", "mir", "first", "i", "me"),
    "du": (1, "du", "dich", "dir", "many", "you", "you"),
    "er": (2, "er", "ihn", "ihm", "third", "he", "him"),
    "sie": (2, "sie", None, "ihr", "third", "she", "her"),
    "wir": (3, "wir", "uns", "uns", "many", "we", "us"),
    "they": (3, "sie", None, "ihnen", "many", "they", "them"),
}

# Present tense: infinitive (also the plural), ich, du, er.
CONJUGATION = """
machen mache machst macht      stehen stehe - steht          kommen komme kommst kommt     sehen sehe siehst sieht
hören höre hörst hört          schlafen schlafe schläfst schläft                           kaufen kaufe kaufst kauft
gehen gehe - geht              rufen rufe - ruft             holen hole - holt             bringen - - bringt
geben gebe - gibt              fahren fahre - fährt          essen esse isst isst          trinken trinke - trinkt
lesen lese liest liest         schreiben schreibe - schreibt arbeiten arbeite - arbeitet   spielen - - spielt
singen - - singt               warten warte - wartet         wohnen - - wohnt              bleiben bleibe - bleibt
suchen suche - sucht           finden - - findet             helfen - - hilft              besuchen besuche - besucht
haben habe hast hat            wissen weiß weißt weiß        sagen sage - sagt             glauben glaube - glaubt
werden werde wirst wird        können kann kannst kann       müssen muss musst muss        wollen will willst will
"""
SEIN = {"pres": ["bin", "bist", "ist", "sind"], "past": ["war", "warst", "war", "waren"]}

# lemma, participle, auxiliary, English (base, third person, past, -ing), frame, kinds of object, kinds of subject.
# A separable verb has a bar after its prefix. An English verb of two words has a plus.
# Frames: alone; object (accusative); dative; gift (accusative and dative); goes (a goal); somewhere (a place may be
# told); there (a place must be told); lives (in a city).
VERBS = """
machen         gemacht       haben make,makes,made,making                                   object  made  person
auf|machen     aufgemacht    haben open,opens,opened,opening                                object  opens person
zu|machen      zugemacht     haben close,closes,closed,closing                              object  opens person
an|machen      angemacht     haben turn+on,turns+on,turned+on,turning+on                    object  switched person
aus|machen     ausgemacht    haben turn+off,turns+off,turned+off,turning+off                object  switched person
stehen         gestanden     haben stand,stands,stood,standing                              there   - person,animal
auf|stehen     aufgestanden  sein  get+up,gets+up,got+up,getting+up                         alone   - person
kommen         gekommen      sein  come,comes,came,coming                                   goes    - person
an|kommen      angekommen    sein  arrive,arrives,arrived,arriving                          alone   - person,vehicle
zurück|kommen  zurückgekommen sein come+back,comes+back,came+back,coming+back               alone   - person,animal
sehen          gesehen       haben see,sees,saw,-                                           object  person,animal,thing,vehicle,text person,animal
fern|sehen     ferngesehen   haben watch+tv,watches+tv,watched+tv,watching+tv               alone   - person
an|sehen       angesehen     haben look+at,looks+at,looked+at,looking+at                    object  thing person
hören          gehört        haben hear,hears,heard,-                                       object  person,animal,vehicle person,animal
zu|hören       zugehört      haben listen+to,listens+to,listened+to,listening+to            dative  person person
schlafen       geschlafen    haben sleep,sleeps,slept,sleeping                              alone   - person,animal
ein|schlafen   eingeschlafen sein  fall+asleep,falls+asleep,fell+asleep,falling+asleep      alone   - person,animal
kaufen         gekauft       haben buy,buys,bought,buying                                   object  thing,text,food,drink person
ein|kaufen     eingekauft    haben go+shopping,goes+shopping,went+shopping,going+shopping   alone   - person
gehen          gegangen      sein  go,goes,went,going                                       goes    - person
an|rufen       angerufen     haben call,calls,called,calling                                object  person person
ab|holen       abgeholt      haben pick+up,picks+up,picked+up,picking+up                    object  person person
bringen        gebracht      haben bring,brings,brought,bringing                            gift    thing,text,food,drink person
geben          gegeben       haben give,gives,gave,giving                                   gift    thing,text,food person
fahren         gefahren      sein  drive,drives,drove,driving                               goes    - person
ab|fahren      abgefahren    sein  leave,leaves,left,leaving                                alone   - vehicle
essen          gegessen      haben eat,eats,ate,eating                                      object  food person,animal
trinken        getrunken     haben drink,drinks,drank,drinking                              object  drink person,animal
lesen          gelesen       haben read,reads,read,reading                                  object  text person
schreiben      geschrieben   haben write,writes,wrote,writing                               object  =brief,=buch person
arbeiten       gearbeitet    haben work,works,worked,working                                somewhere - person
spielen        gespielt      haben play,plays,played,playing                                somewhere - person,animal
singen         gesungen      haben sing,sings,sang,singing                                  somewhere - person
warten         gewartet      haben wait,waits,waited,waiting                                somewhere - person
wohnen         gewohnt       haben live,lives,lived,living                                  lives   - person
bleiben        geblieben     sein  stay,stays,stayed,staying                                there   - person,animal
suchen         gesucht       haben look+for,looks+for,looked+for,looking+for                object  person,animal,thing,text person,animal
finden         gefunden      haben find,finds,found,finding                                 object  person,animal,thing,text person,animal
helfen         geholfen      haben help,helps,helped,helping                                dative  person,animal person
besuchen       besucht       haben visit,visits,visited,visiting                            object  person person
haben          gehabt        haben have,has,had,-                                           object  animal,thing,text,drink,food person
"""

# What the English says for a modal, and for it in the third person; None: an auxiliary, which does not change.
MODALS = {"werden": ("will", None), "können": ("can", None), "müssen": ("have to", "has to"), "wollen": ("want to", "wants to")}
# English verbs whose particle follows a pronoun: "turns it on", "picks him up".
PARTICLES = {"anmachen": "on", "ausmachen": "off", "abholen": "up"}

# The adjectives after "to be", by the kinds they may be said of; ATTRIBUTES are those that also stand before a noun.
ADJECTIVES = {
    "müde": ("tired", "person animal"), "krank": ("sick", "person animal"), "hungrig": ("hungry", "person animal"),
    "glücklich": ("happy", "person"), "traurig": ("sad", "person"), "jung": ("young", "person animal"),
    "schnell": ("fast", "animal vehicle"), "alt": ("old", "person animal text thing opens switched vehicle"),
    "klein": ("small", "person animal thing opens switched"), "groß": ("big", "animal thing opens"),
    "neu": ("new", "thing text switched opens vehicle"), "rot": ("red", "thing vehicle"), "teuer": ("expensive", "thing switched"),
    "schön": ("beautiful", "animal thing"), "kaputt": ("broken", "switched vehicle"), "kalt": ("cold", "drink food"),
    "gut": ("good", "drink food"), "offen": ("open", "opens"),
}  # fmt: skip
ATTRIBUTES = ("alt", "klein", "neu", "rot")
MOODS = ("müde", "krank", "hungrig", "glücklich", "traurig")
# A quality that lasts goes with no time: nobody is tall today.
LASTING = ("jung", "alt", "groß", "klein")

# At a place and towards it: German, German, English, English.
PLACES = {
    "garten": ("im garten", "in den garten", "in the garden", "into the garden"),
    "park": ("im park", "in den park", "in the park", "to the park"),
    "schule": ("in der schule", "in die schule", "at school", "to school"),
    "küche": ("in der küche", "in die küche", "in the kitchen", "into the kitchen"),
    "stadt": ("in der stadt", "in die stadt", "in the city", "to the city"),
    "kino": ("im kino", "ins kino", "at the cinema", "to the cinema"),
    "bahnhof": ("am bahnhof", "zum bahnhof", "at the station", "to the station"),
    "hause": ("zu hause", "nach hause", "at home", "home"),
    "berlin": ("in berlin", "nach berlin", "in berlin", "to berlin"),
    "wien": ("in wien", "nach wien", "in vienna", "to vienna"),
}
CITIES = ("berlin", "wien", "stadt")
FOR_ANIMALS = ("garten", "park", "küche", "hause", "stadt")
FOR_DRIVING = ("berlin", "wien", "stadt", "bahnhof", "hause", "schule")

# When: English, and the tenses it goes with.
TIMES = {
    "heute": ("today", "pres perf future"), "gestern": ("yesterday", "perf"), "morgen": ("tomorrow", "pres future"),
    "jetzt": ("now", "future"), "am abend": ("in the evening", "pres perf"), "am morgen": ("in the morning", "pres perf"),
    "am montag": ("on monday", "pres perf future"), "am sonntag": ("on sunday", "pres perf future"), "jeden tag": ("every day", "pres"),
    "heute abend": ("tonight", "future"), "um sieben": ("at seven", "pres perf future"), "um acht": ("at eight", "pres perf future"),
}  # fmt: skip
CLOCK = ("um sieben", "um acht")
FREQUENCIES = {"oft": "often", "immer": "always", "nie": "never"}
# Verbs that a time by the clock suits, and those that no time suits.
BY_THE_CLOCK = ("aufstehen", "ankommen", "abfahren", "einschlafen", "zurückkommen", "essen", "anrufen", "einkaufen", "kommen", "abholen", "fernsehen")  # fmt: skip
TIMELESS = ("haben", "wohnen", "stehen")
# Why somebody does something, for "weil".
REASONS = {
    "schlafen": "müde krank", "einschlafen": "müde", "bleiben": "krank müde traurig", "singen": "glücklich", "spielen": "glücklich",
    "einkaufen": "hungrig", "fernsehen": "müde krank traurig", "gehen": "müde krank traurig hungrig", "kommen": "krank müde hungrig",
    "fahren": "krank müde", "zurückkommen": "traurig hungrig krank", "aufstehen": "hungrig glücklich", "arbeiten": "glücklich", "warten": "müde",
}  # fmt: skip
REASONS_AGAINST = "müde krank traurig"
WEATHER = (("es regnet", "it rains"), ("es kalt ist", "it is cold"), ("es warm ist", "it is warm"))
# Inflected words left out, as the "-" of the tables are.
LEFT_OUT = set("kleiner neuer roter kleines rotes neues deiner deinem keinem keiner".split())

DEFINITE = {"nom": dict(m="der", f="die", n="das", p="die"), "acc": dict(m="den", f="die", n="das", p="die"), "dat": dict(m="dem", f="der", n="dem", p="den")}  # fmt: skip
INDEFINITE = {"nom": dict(m="", f="e", n="", p="e"), "acc": dict(m="en", f="e", n="", p="e"), "dat": dict(m="em", f="er", n="em", p="en")}


@dataclass(frozen=True)
class Noun:
    gender: str
    plural: str | None
    dative_plural: str | None
    english: str
    english_plural: str | None
    kinds: frozenset


@dataclass(frozen=True)
class Verb:
    stem: str
    prefix: str
    participle: str
    auxiliary: str
    english: tuple  # base, third person, past, -ing: lists of words
    frame: str
    objects: tuple
    subjects: frozenset

    @property
    def has_progressive(self):
        return self.english[3] != ["-"]


def _or_none(word):
    return None if word == "-" else word


def _read_nouns():
    for line in NOUNS.strip().splitlines():
        lemma, gender, plural, dative, english, englishes, kinds = line.split()
        yield lemma, Noun(gender, _or_none(plural), _or_none(dative), english, _or_none(englishes), frozenset(kinds.split(",")))


def _read_verbs():
    for line in VERBS.strip().splitlines():
        lemma, participle, auxiliary, english, frame, objects, subjects = line.split()
        prefix, stem = lemma.split("|") if "|" in lemma else ("", lemma)
        forms = tuple(form.split("+") for form in english.split(","))
        yield prefix + stem, Verb(stem, prefix, participle, auxiliary, forms, frame, tuple(objects.split(",")), frozenset(subjects.split(",")))


def _read_conjugation():
    words = CONJUGATION.split()
    for at in range(0, len(words), 4):
        infinitive, first, second, third = words[at : at + 4]
        yield infinitive, (_or_none(first), _or_none(second), third, infinitive)


NOUNS, VERBS, CONJUGATION = dict(_read_nouns()), dict(_read_verbs()), dict(_read_conjugation())
SEPARABLE = tuple(v for v, verb in VERBS.items() if verb.prefix)
INTRANSITIVE = tuple(v for v, verb in VERBS.items() if verb.frame in ("alone", "somewhere", "there", "goes"))
DIRECT = tuple(v for v, verb in VERBS.items() if verb.frame == "object")


class NotMade(Exception):
    """The meaning that was drawn needs a form that is left out, or could be misread: draw again."""


# ------------------------------------------------------------------------------------------------ meanings


@dataclass(frozen=True)
class Phrase:
    """Somebody or something: a pronoun, a name, or a noun with what stands around it."""

    sort: str  # pronoun, name, noun
    lemma: str
    plural: bool = False
    article: str = "the"  # the, a, my, your, two, three, none
    adjective: str | None = None
    beside: tuple | None = None  # (preposition, Phrase): "neben den kindern"

    @property
    def kinds(self):
        return NOUNS[self.lemma].kinds if self.sort == "noun" else frozenset({"person"})

    @property
    def is_animal(self):
        return self.sort == "noun" and "animal" in self.kinds

    @property
    def is_vehicle(self):
        return self.sort == "noun" and "vehicle" in self.kinds

    @property
    def gender(self):
        if self.sort == "noun":
            return NOUNS[self.lemma].gender
        return NAMES[self.lemma] if self.sort == "name" else {"er": "m", "sie": "f"}.get(self.lemma)

    @property
    def person(self):
        """Column of the German conjugation."""
        return PRONOUNS[self.lemma][0] if self.sort == "pronoun" else 3 if self.plural else 2

    @property
    def english_person(self):
        return PRONOUNS[self.lemma][4] if self.sort == "pronoun" else "many" if self.plural else "third"

    @property
    def shows_its_case(self):
        """Whether nominative and accusative differ: only masculine singular nouns and pronouns do."""
        return self.sort == "noun" and self.gender == "m" and not self.plural and self.article != "none"


@dataclass(frozen=True)
class Clause:
    """Who does what. `subject` is None where the question word is the subject ("wer")."""

    subject: Phrase | None
    verb: str  # a lemma, or "sein"
    object: Phrase | None = None
    recipient: Phrase | None = None
    place: str | None = None
    towards: bool = False
    time: str | None = None
    frequency: str | None = None
    negated: bool = False
    tense: str = "pres"  # pres perf past progressive werden können müssen wollen
    quality: str | None = None  # the adjective after "sein"

    @property
    def denies_its_object(self):
        """Whether the negation is "kein" rather than "nicht"."""
        return self.negated and self.object is not None and self.object.sort == "noun" and self.object.article in ("a", "none")


def pronoun(lemma):
    return Phrase("pronoun", lemma)


def name(lemma):
    return Phrase("name", lemma)


def noun(lemma, **rest):
    return Phrase("noun", lemma, **rest)


# ------------------------------------------------------------------------------------------------ German


class German:
    """Spells a meaning in German. Every function returns a list of words."""

    @staticmethod
    def phrase(phrase, case, denied=False):
        if phrase.sort == "pronoun":
            word = PRONOUNS[phrase.lemma][{"nom": 1, "acc": 2, "dat": 3}[case]]
            if word is None:
                raise NotMade
            return [word]
        if phrase.sort == "name":
            return [phrase.lemma]
        entry = NOUNS[phrase.lemma]
        gender = "p" if phrase.plural else entry.gender
        word = phrase.lemma
        if phrase.plural:
            word = entry.dative_plural if case == "dat" else entry.plural
        elif phrase.lemma == "junge" and case != "nom":
            word = "jungen"
        if word is None:
            raise NotMade
        article, ending = German._article(phrase.article, gender, case, denied)
        words = article + ([phrase.adjective + ending] if phrase.adjective else []) + [word]
        if phrase.beside:
            words += [phrase.beside[0]] + German.phrase(phrase.beside[1], "dat")
        return words

    @staticmethod
    def _article(article, gender, case, denied):
        """The article, and the ending of an adjective after it."""
        looks_nominative = case == "nom" or (case == "acc" and gender in "fn")
        if article == "the":
            return [DEFINITE[case][gender]], "e" if looks_nominative and gender != "p" else "en"
        if article in ("two", "three") or (article == "none" and not denied):
            count = {"two": ["zwei"], "three": ["drei"], "none": []}[article]
            return count, "en" if case == "dat" else "e"
        stem = "kein" if denied else {"a": "ein", "my": "mein", "your": "dein"}[article]
        strong = {"m": "er", "f": "e", "n": "es"}
        return [stem + INDEFINITE[case][gender]], strong[gender] if looks_nominative and gender != "p" else "en"

    @staticmethod
    def verb(clause):
        """The finite verb, what closes the main clause, and the prefix that a verb-final clause glues on."""
        person = clause.subject.person if clause.subject else 2
        if clause.verb == "sein":
            return SEIN[clause.tense][person], [], ""
        verb = VERBS[clause.verb]
        if clause.tense == "perf":
            finite = SEIN["pres"][person] if verb.auxiliary == "sein" else CONJUGATION["haben"][person]
            return finite, [verb.participle], ""
        if clause.tense in MODALS:
            return CONJUGATION[clause.tense][person], [clause.verb], ""
        finite = CONJUGATION[verb.stem][person]
        if finite is None:
            raise NotMade
        return finite, [verb.prefix] if verb.prefix else [], verb.prefix

    @staticmethod
    def object(clause):
        if clause.object is None:
            return []
        case = "dat" if VERBS[clause.verb].frame == "dative" else "acc"
        return German.phrase(clause.object, case, clause.denies_its_object)

    @staticmethod
    def middle(clause, without=()):
        """What stands between the verb and the end: subject, pronouns, time, recipient, object, nicht, place."""
        o, r = clause.object, clause.recipient
        words = []
        if clause.subject and "subject" not in without:
            words += German.phrase(clause.subject, "nom")
        if o and o.sort == "pronoun" and "object" not in without:
            words += German.object(clause)
        if r and r.sort == "pronoun":
            words += German.phrase(r, "dat")
        if clause.time and "time" not in without:
            words += clause.time.split()
        if clause.tense == "progressive":
            words += ["gerade"]
        if clause.frequency:
            words += [clause.frequency]
        if r and r.sort != "pronoun":
            words += German.phrase(r, "dat")
        if o and o.sort != "pronoun" and "object" not in without:
            words += German.object(clause)
        if clause.negated and not clause.denies_its_object:
            words += ["nicht"]
        if clause.place:
            words += PLACES[clause.place][clause.towards].split()
        if clause.quality:
            words += [clause.quality]
        return words

    @staticmethod
    def main(clause, first="subject"):
        """Verb second: `first` is subject, time, object, verb (a yes/no question) or a question word."""
        finite, closing, _ = German.verb(clause)
        fronts = {
            "subject": lambda: German.phrase(clause.subject, "nom"),
            "time": lambda: clause.time.split(),
            "object": lambda: German.object(clause),
            "verb": lambda: [],
        }
        front = fronts[first]() if first in fronts else [first]
        return front + [finite] + German.middle(clause, without=(first,)) + closing

    @staticmethod
    def subordinate(clause, without=()):
        """Verb last; a separable verb is whole again, in forms of the third person and the plural only."""
        finite, closing, prefix = German.verb(clause)
        if prefix:
            person = clause.subject.person if clause.subject else 2
            if person < 2 and finite != CONJUGATION[VERBS[clause.verb].stem][2]:
                raise NotMade
            return German.middle(clause, without) + [prefix + finite]
        return German.middle(clause, without) + closing + [finite]


# ------------------------------------------------------------------------------------------------ English


class English:
    """Spells a meaning in English. Every function returns a list of words."""

    @staticmethod
    def phrase(phrase, is_subject, denied=False):
        if phrase.sort == "pronoun":
            return [PRONOUNS[phrase.lemma][5 if is_subject else 6]]
        if phrase.sort == "name":
            return [phrase.lemma]
        entry = NOUNS[phrase.lemma]
        if phrase.article == "none":
            words = ["any"] if denied and phrase.plural else []
        else:
            words = [phrase.article]
        if phrase.adjective:
            words.append(ADJECTIVES[phrase.adjective][0])
        words.append(entry.english_plural if phrase.plural else entry.english)
        if phrase.beside:
            words += {"mit": ["with"], "neben": ["next", "to"]}[phrase.beside[0]]
            words += English.phrase(phrase.beside[1], False)
        return words

    @staticmethod
    def verb(clause):
        """The auxiliary of negation and questions, what follows it, and, where there is one, the verb on its own."""
        person = clause.subject.english_person if clause.subject else "third"
        be = {"first": "am", "third": "is", "many": "are"}[person]
        if clause.verb == "sein":
            if clause.tense == "past":
                be = "were" if person == "many" else "was"
            return be, [ADJECTIVES[clause.quality][0]] if clause.quality else [], None
        forms = VERBS[clause.verb].english
        if English._is_split(clause):
            forms = tuple(form[:1] for form in forms)
        base, third, past, ing = forms
        do = "does" if person == "third" else "do"
        if clause.tense == "perf":
            return "did", base, past
        if clause.tense == "progressive":
            return be, ing, None
        # German speaks of tomorrow in the present.
        tense = "werden" if clause.tense == "pres" and clause.time == "morgen" else clause.tense
        if tense not in MODALS:
            return do, base, third if person == "third" else base
        modal, modal_third = MODALS[tense]
        if modal_third is None:
            return modal, base, None
        return do, modal.split() + base, (modal_third if person == "third" else modal).split() + base

    @staticmethod
    def _is_split(clause):
        return clause.object is not None and clause.object.sort == "pronoun" and clause.verb in PARTICLES

    @staticmethod
    def rest(clause):
        """Object, recipient, place and time, which English puts in this order."""
        words = []
        if clause.object:
            words += English.phrase(clause.object, False, clause.denies_its_object)
            if English._is_split(clause):
                words.append(PARTICLES[clause.verb])
        if clause.recipient:
            words += ["to"] + English.phrase(clause.recipient, False)
        if clause.place:
            words += PLACES[clause.place][2 + clause.towards].split()
        if clause.time:
            words += TIMES[clause.time][0].split()
        return words

    @staticmethod
    def statement(clause, subject=None):
        """`subject` replaces the words of the clause's own: "who"."""
        auxiliary, after, alone = English.verb(clause)
        words = English.phrase(clause.subject, True) if subject is None else [subject]
        often = [FREQUENCIES[clause.frequency]] if clause.frequency else []
        if not clause.negated and alone is not None:
            return words + often + alone + English.rest(clause)
        if clause.negated and auxiliary == "can":
            return words + ["cannot"] + often + after + English.rest(clause)
        return words + [auxiliary] + ["not"] * clause.negated + often + after + English.rest(clause)

    @staticmethod
    def question(clause, word=None):
        auxiliary, after, _ = English.verb(clause)
        often = [FREQUENCIES[clause.frequency]] if clause.frequency else []
        subject = English.phrase(clause.subject, True)
        return ([word] if word else []) + [auxiliary] + subject + ["not"] * clause.negated + often + after + English.rest(clause)

    @staticmethod
    def article_before_vowel(words):
        """ "a" before a vowel is "an"."""
        following = words[1:] + [""]
        return ["an" if word == "a" and after[:1] in tuple("aeiou") else word for word, after in zip(words, following)]


# ------------------------------------------------------------------------------------------------ drawing


@dataclass
class Pair:
    """A sentence and its translation. `clauses` are what it was made from, the one that leads first."""

    family: str
    german: str
    english: str
    clauses: list
    subject: Phrase | None
    facts: list = field(default_factory=list)


def facts(pair, first):
    """What is true of a sentence, in words. `first` is what stands at the beginning of the main clause."""
    clauses, german = pair.clauses, pair.german.split()
    lead = clauses[0]
    true = {
        "question": german[-1] == "?",
        "negated": any(word == "nicht" or word.startswith("kein") for word in german),
        "plural subject": pair.subject is not None and pair.subject.person == 3,
        "pronoun subject": pair.subject is not None and pair.subject.sort == "pronoun",
        "time": any(clause.time for clause in clauses),
        "place": any(clause.place for clause in clauses),
        "frequency": any(clause.frequency for clause in clauses),
        "perfect": lead.tense == "perf",
        "past": lead.tense == "past",
        "progressive": lead.tense == "progressive",
        "future": lead.tense == "werden" or (lead.tense == "pres" and lead.time == "morgen"),
        "modal": lead.tense in ("können", "müssen", "wollen"),
        "separable verb": any(clause.verb in SEPARABLE for clause in clauses),
        "object first": first == "object",
        "two objects": any(clause.recipient for clause in clauses),
        "subordinate clause": "," in german and pair.family in ("dass", "indir", "weil", "wenn", "rel"),
    }
    return [fact for fact, holds in true.items() if holds]


class Sampler:
    """Draws meanings at random, so that they are sensible, and never one that could be misread."""

    FAMILIES = {"main": 16, "sep": 13, "base": 6, "front": 6, "ovs": 8, "modal": 7, "perf": 7, "cop": 5, "agree": 7, "yn": 7, "wh": 7, "dass": 8, "indir": 5, "weil": 5, "wenn": 4, "anaph": 5, "rel": 5}  # fmt: skip

    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, items):
        return self.random.choice(tuple(items))

    def chance(self, probability):
        return self.random.random() < probability

    def weighted(self, **weights):
        return self.random.choices(list(weights), list(weights.values()))[0]

    # ---- phrases

    def noun(self, kinds, role, avoid=(), beside=0.0, adjective=0.15):
        """A noun of one of `kinds` ("=brief" is that noun). `role` is subject, object or dative."""
        fitting = [n for n, entry in NOUNS.items() if (entry.kinds & set(kinds) or "=" + n in kinds) and n not in avoid]
        lemma = self.pick(fitting)
        entry = NOUNS[lemma]
        if "mass" in entry.kinds:
            return noun(lemma, article="none" if role == "object" and self.chance(0.75) else "the")
        plural = entry.plural is not None and self.chance(0.3)
        article = self._article(lemma, entry, plural, role)
        word = self._attribute(lemma, entry) if article != "none" and self.chance(adjective) else None
        near = self._beside(lemma, entry) if not word and article == "the" and lemma != "licht" and self.chance(beside) else None
        return noun(lemma, plural=plural, article=article, adjective=word, beside=near)

    def _article(self, lemma, entry, plural, role):
        if lemma == "licht" or (lemma == "suppe" and role != "object"):
            return "the"
        if lemma == "freund":
            return self.pick(["my", "my", "your", "my" if plural else "a"])
        if "family" in entry.kinds:
            article = self.pick(["my", "my", "my", "your", "the"])
            return "my" if role == "dative" and article == "the" else article
        if plural:
            # Without an article, a plural that looks like its singular would not be seen to be one.
            bare = role == "object" and entry.plural != lemma
            return self.pick(["the", "the", "two", "three", "none" if bare else "the"])
        return self.pick(["the", "the", "the", "a"] + ["a"] * (role != "subject"))

    def _attribute(self, lemma, entry):
        special = {"bruder": ["klein"], "schwester": ["klein"], "freund": ["alt"], "vater": [], "mutter": [], "apfel": ["klein", "rot"], "kuchen": ["klein"], "licht": [], "suppe": []}  # fmt: skip
        fitting = special.get(lemma, [a for a in ATTRIBUTES if entry.kinds & set(ADJECTIVES[a][1].split())])
        return self.pick(fitting) if fitting else None

    def _beside(self, lemma, entry):
        """ "neben den kindern", "mit dem hut": a noun between subject and verb, which the verb must not agree with."""
        if "person" in entry.kinds and self.chance(0.5):
            preposition, kinds = "mit", ("animal", "opens", "thing")
            avoid = (lemma, "haus", "tür", "fenster", "auto", "bild")
        else:
            preposition = "neben"
            if "person" in entry.kinds:
                kinds, avoid = ("person", "animal"), (lemma, "vogel")
            elif "animal" in entry.kinds:
                kinds, avoid = ("person", "animal", "thing"), (lemma, "vater", "bruder")
            else:
                kinds, avoid = ("thing", "opens", "switched", "person"), (lemma, "licht", "vater", "bruder")
        other = self.noun(kinds, "dative", avoid, adjective=0)
        return preposition, other if other.article in ("the", "my", "your") else replace(other, article="the")

    def subject(self, kinds, beside=0.0, pronouns=0.5, adjective=0.12):
        if "person" not in kinds:
            return self.noun(kinds, "subject", beside=beside, adjective=adjective)
        drawn = self.random.random()
        if drawn < pronouns:
            return pronoun(self.pick(["ich", "ich", "du", "er", "er", "sie", "sie", "wir", "they", "they"]))
        if drawn < pronouns + 0.1:
            return name(self.pick(NAMES))
        if "animal" in kinds and self.chance(0.3):
            return self.noun(("animal",), "subject", beside=beside, adjective=adjective)
        if "vehicle" in kinds and self.chance(0.5):
            return self.noun(("vehicle",), "subject", adjective=adjective)
        return self.noun(("person",), "subject", beside=beside, adjective=adjective)

    def object(self, kinds, subject, role="object", pronouns=0.25, adjective=0.15):
        """Somebody or something else than the subject."""
        if "person" in kinds:
            if self.chance(pronouns):
                self_again = {"ich": ("ich", "wir"), "wir": ("ich", "wir", "du"), "du": ("du", "wir")}.get(subject.lemma, ())
                pool = ["ich", "du", "er", "wir"] + (["sie", "they"] if role == "dative" else [])
                return pronoun(self.pick(p for p in pool if p not in self_again))
            if self.chance(0.15):
                return name(self.pick(n for n in NAMES if n != subject.lemma))
        avoid = (subject.lemma,) if subject.sort == "noun" else ()
        phrase = self.noun(kinds, role, avoid, adjective=adjective)
        if phrase.article == "my" and subject.lemma == "du":
            return replace(phrase, article="your")
        if phrase.article == "your" and subject.sort == "pronoun" and subject.lemma != "du" and self.chance(0.5):
            return replace(phrase, article="my")
        return phrase

    # ---- clauses

    def tense_for(self, lemma, subject, tense):
        """The tense drawn, or the nearest that verb and subject allow."""
        verb = VERBS[lemma]
        if lemma == "haben" or (tense == "progressive" and (not verb.has_progressive or lemma in TIMELESS)):
            tense = "pres"
        if subject.is_vehicle and tense in ("können", "wollen"):
            tense = "werden"
        if subject.is_animal and tense in ("müssen", "wollen"):
            tense = "können"
        return tense

    def time_for(self, tense, lemma):
        group = tense if tense in ("pres", "perf") else "future"
        fitting = [t for t, (_, groups) in TIMES.items() if group in groups.split() and (t not in CLOCK or lemma in BY_THE_CLOCK)]
        if lemma in BY_THE_CLOCK and self.chance(0.5):
            fitting = [t for t in fitting if t in CLOCK]
        return self.pick(fitting)

    def place_for(self, lemma, subject, likely):
        """A place, and whether it is a goal; (None, False) where none is told."""
        frame = VERBS[lemma].frame
        if frame == "goes":
            if (lemma == "kommen" and self.chance(0.35)) or (lemma == "fahren" and self.chance(0.1)):
                return None, False
            return self.pick(FOR_DRIVING if lemma == "fahren" else PLACES), True
        if frame == "lives":
            return self.pick(CITIES), False
        if frame == "there" or (frame == "somewhere" and self.chance(likely)):
            return self.pick(FOR_ANIMALS if subject.is_animal else PLACES), False
        if lemma == "ankommen" and self.chance(0.35):
            return self.pick(("bahnhof", "berlin", "wien")), False
        if lemma == "warten" and self.chance(0.5):
            return "bahnhof", False
        return None, False

    def object_for(self, lemma, subject):
        verb = VERBS[lemma]
        if subject.is_animal and lemma == "trinken":
            return noun(self.pick(("wasser", "milch")), article="none")
        if subject.is_animal and lemma == "essen":
            return noun(self.pick(("apfel", "brot", "kuchen")))
        role = "dative" if verb.frame == "dative" else "object"
        phrase = self.object(verb.objects, subject, role, pronouns=0.0 if verb.frame == "gift" else 0.25)
        return replace(phrase, article="a") if lemma == "machen" and phrase.lemma == "suppe" else phrase

    def clause(self, verbs=None, tense=None, time=0.3, place=0.5, negated=0.12, frequency=0.0, beside=0.0, pronouns=0.5):
        """A clause about what somebody does; the numbers are how likely each part is."""
        lemma = self.pick(verbs or VERBS)
        verb = VERBS[lemma]
        subject = self.subject(verb.subjects, beside, pronouns)
        drawn = tense or self.weighted(pres=46, perf=22, werden=6, können=7, müssen=6, wollen=6, progressive=7)
        tense = self.tense_for(lemma, subject, drawn)
        made = Clause(subject, lemma, tense=tense)
        if verb.frame in ("object", "dative", "gift"):
            made = replace(made, object=self.object_for(lemma, subject))
        if verb.frame == "gift":
            recipient = self.object(("person",), subject, "dative", pronouns=0.4, adjective=0.05)
            made = replace(made, recipient=recipient)
        where, towards = self.place_for(lemma, subject, place)
        made = replace(made, place=where, towards=towards)
        if tense != "progressive" and lemma not in TIMELESS:
            if self.chance(time):
                made = replace(made, time=self.time_for(tense, lemma))
            elif tense == "pres" and self.chance(frequency):
                made = replace(made, frequency=self.pick(FREQUENCIES))
        return self.negate(made) if self.chance(negated) else made

    def negate(self, clause):
        """The clause denied, if that can be said in one way only."""
        if clause.frequency or clause.time in CLOCK or clause.time == "jeden tag":
            return clause
        o = clause.object
        if o and o.article in ("two", "three"):
            o = replace(o, article="the")
        if o and o.article == "a":
            o = replace(o, adjective=None)
        return replace(clause, object=o, negated=True)

    def being(self, subject=None, past=0.25, negated=0.15, frequency=0.1, beside=0.0, time=0.12, other_than=None):
        """A clause about how somebody or something is."""
        if subject is None:
            if self.chance(0.55):
                subject = self.subject(("person",), beside)
            else:
                kind = self.pick(("animal", "thing", "opens", "switched", "vehicle", "text", "drink", "food"))
                subject = self.noun((kind,), "subject", beside=beside)
        if subject.sort == "noun" and subject.article not in ("the", "my", "your"):
            subject = replace(subject, article="the")
        quality = self.quality(subject, other_than)
        tense = "past" if self.chance(past) else "pres"
        made = Clause(subject, "sein", quality=quality, tense=tense)
        if "person" in subject.kinds and quality not in LASTING:
            if self.chance(time):
                made = replace(made, time="gestern" if tense == "past" else "heute")
            elif tense == "pres" and self.chance(frequency):
                made = replace(made, frequency=self.pick(FREQUENCIES))
        return replace(made, negated=not made.frequency and self.chance(negated))

    def quality(self, subject, other_than=None):
        if subject.lemma == "licht":
            fitting = ("kaputt", "schön")
        elif "family" in subject.kinds:
            fitting = MOODS
        else:
            fitting = [a for a, (_, kinds) in ADJECTIVES.items() if subject.kinds & set(kinds.split()) and a != subject.adjective]
        return self.pick(a for a in fitting if a != other_than)

    # ---- families: each gives the words of both languages, the clauses and what stands first

    def statement(self, clause, time_first=0.0):
        first = "time" if clause.time and self.chance(time_first) else "subject"
        return German.main(clause, first), English.statement(clause), [clause], first

    def main(self):
        return self.statement(self.clause(frequency=0.25, negated=0.18))

    def sep(self):
        tense = self.weighted(pres=7, perf=2, müssen=1, wollen=1)
        return self.statement(self.clause(SEPARABLE, tense, time=0.5, frequency=0.2), time_first=0.3)

    def base(self):
        stems = {VERBS[v].stem for v in SEPARABLE}
        plain = [v for v in VERBS if v in stems]
        return self.statement(self.clause(plain, "pres", time=0.4, frequency=0.15))

    def front(self):
        made = self.clause(time=1.0)
        self.require(made.time)
        return self.statement(made, time_first=1.0)

    def ovs(self):
        verbs = [v for v in DIRECT if v != "haben"]
        made = self.clause(verbs, self.weighted(pres=6, perf=2, können=1), time=0.12, negated=0.06)
        s, o = made.subject, made.object
        object_shows = o.shows_its_case or (o.sort == "pronoun" and o.lemma != "wir")
        subject_shows = s.shows_its_case or (s.sort == "pronoun" and s.lemma not in ("sie", "they"))
        self.require((object_shows or subject_shows) and not made.denies_its_object)
        return German.main(made, "object"), English.statement(made), [made], "object"

    def modal(self):
        return self.statement(self.clause(tense=self.pick(MODALS), time=0.35, negated=0.25), time_first=0.25)

    def perf(self):
        return self.statement(self.clause(tense="perf", time=0.4, negated=0.22), time_first=0.3)

    def cop(self):
        return self.statement(self.being(), time_first=0.3)

    def agree(self):
        if self.chance(0.5):
            kind = self.pick(("person", "person", "animal", "thing", "opens", "switched"))
            made = self.being(self.noun((kind,), "subject", beside=1.0, adjective=0), frequency=0)
        else:
            verbs = [v for v in INTRANSITIVE if VERBS[v].subjects != {"vehicle"}] + ["essen", "trinken", "lesen", "sehen"]
            tense = self.weighted(pres=6, können=1, perf=1, wollen=1)
            made = self.clause(verbs, tense, beside=1.0, pronouns=-0.2, time=0.15, place=0.3, negated=0.1)
        self.require(made.subject.beside)
        return self.statement(made)

    def yn(self):
        made = self.being(negated=0.05, frequency=0) if self.chance(0.2) else self.clause(negated=0)
        self.require(made.subject.lemma != "ich")
        self.require(made.subject.article != "my" or self.chance(0.3))
        return German.main(made, "verb") + ["?"], English.question(made) + ["?"], [made], "verb"

    def wh(self):
        word = self.pick(("wo", "wo", "wann", "warum", "was", "wer", "wen", "wo ist"))
        if word == "wo ist":
            made = self.where_it_is(tense="past" if self.chance(0.2) else "pres")
            return German.main(made, "wo") + ["?"], English.question(made, "where") + ["?"], [made], "wo"
        if word == "wer":
            verbs = [v for v in DIRECT if v != "haben"]
            made = self.clause(verbs, self.weighted(pres=6, perf=3, können=1), time=0.12, negated=0)
            made = replace(made, subject=None)
            return German.main(made, word) + ["?"], English.statement(made, "who") + ["?"], [made], word
        if word == "wen":
            verbs = [v for v in DIRECT if "person" in VERBS[v].objects]
            made = self.clause(verbs, self.weighted(pres=6, perf=3, können=1), time=0.12, negated=0)
            made = replace(made, object=None)
        elif word == "was":
            verbs = [v for v in VERBS if VERBS[v].frame in ("object", "gift") and "person" not in VERBS[v].objects]
            verbs = [v for v in verbs if not v.endswith("machen") or v == "machen"] + ["sehen", "suchen", "finden", "hören"]
            made = self.clause(verbs, self.weighted(pres=5, perf=4, wollen=2, können=1), time=0.2, negated=0)
            made = replace(made, object=None)
        elif word == "wo":
            verbs = ("wohnen", "arbeiten", "spielen", "warten", "stehen", "singen", "schlafen", "kaufen", "einkaufen")
            made = replace(self.clause(verbs, self.weighted(pres=3, perf=1), time=0.1, negated=0), place=None)
        else:
            made = self.clause(time=0, negated=0.2 if word == "warum" else 0)
            self.require(word != "wann" or (made.verb not in TIMELESS and made.tense != "progressive"))
        self.require(made.subject.lemma != "ich")
        english = {"wen": "who", "was": "what", "wo": "where", "wann": "when", "warum": "why"}[word]
        return German.main(made, word) + ["?"], English.question(made, english) + ["?"], [made], word

    def where_it_is(self, tense="pres"):
        thing = self.noun((self.pick(("thing", "person", "animal", "text")),), "subject", adjective=0.2)
        article = "the"
        if thing.kinds & {"family", "thing", "text"} and self.chance(0.5):
            article = self.pick(("my", "your"))
        return Clause(replace(thing, article=article), "sein", tense=tense)

    def speaker(self):
        """Who knows, says or thinks."""
        drawn = self.pick(("ich", "ich", "er", "sie", "wir", "they", "anna", "paul", "somebody"))
        if drawn in NAMES:
            return name(drawn)
        if drawn != "somebody":
            return pronoun(drawn)
        person = self.noun(("person",), "subject", adjective=0)
        return person if person.article in ("the", "my") else replace(person, article="the")

    def inner(self):
        if self.chance(0.45):
            return self.being(negated=0.12, frequency=0.05, time=0.1)
        return self.clause(time=0.15, negated=0.1, place=0.4)

    def dass(self):
        who, made = self.speaker(), self.inner()
        self.require(made.subject.lemma != who.lemma or who.sort == "pronoun")
        german, base, third = self.pick((("wissen", "know", "knows"), ("glauben", "think", "thinks"), ("sagen", "say", "says")))
        head = German.phrase(who, "nom") + [CONJUGATION[german][who.person], ",", "dass"]
        said = English.phrase(who, True) + [third if who.english_person == "third" else base, "that"]
        return head + German.subordinate(made), said + English.statement(made), [made], who

    def indir(self):
        word = self.pick(("wo", "wo ist", "ob", "ob", "warum", "wann", "was"))
        if word == "wo ist":
            made = self.where_it_is()
            german = ["wo"] + German.subordinate(made)
            english = ["where"] + English.phrase(made.subject, True) + [English.verb(made)[0]]
        elif word == "ob":
            made = self.inner()
            german, english = ["ob"] + German.subordinate(made), ["if"] + English.statement(made)
        else:
            if word == "was":
                made = self.clause(("kaufen", "lesen", "trinken", "essen", "sehen", "schreiben", "suchen"), time=0, negated=0)
                made = replace(made, object=None)
            elif word == "wo":
                made = self.clause(("wohnen", "arbeiten", "spielen", "warten", "singen", "schlafen"), self.weighted(pres=2, perf=1), time=0, negated=0)
                made = replace(made, place=None)
            else:
                verbs = [v for v in VERBS if VERBS[v].frame in ("alone", "goes")]
                made = self.clause(verbs, self.weighted(pres=2, perf=1), time=0, negated=0.1 if word == "warum" else 0)
            german = [word] + German.subordinate(made)
            english = [{"wo": "where", "warum": "why", "wann": "when", "was": "what"}[word]] + English.statement(made)
        if self.chance(0.35):
            return ["weißt", "du", ","] + german + ["?"], ["do", "you", "know"] + english + ["?"], [made], pronoun("du")
        who = self.speaker()
        self.require(who.sort != "noun")
        do = "does" if who.english_person == "third" else "do"
        head = German.phrase(who, "nom") + [CONJUGATION["wissen"][who.person], "nicht", ","]
        return head + german, English.phrase(who, True) + [do, "not", "know"] + english, [made], who

    def doings(self):
        """Verbs of which it makes sense to ask why."""
        return [v for v in INTRANSITIVE if v not in ("ankommen", "abfahren", "stehen")]

    def weil(self):
        tense = self.weighted(pres=6, perf=2, wollen=1, können=1, müssen=1)
        made = self.clause(self.doings(), tense, time=0.05, place=0.3, negated=0.2)
        clauses = [made]
        if made.tense != "perf" and self.chance(0.3):
            reason, english = (side.split() for side in self.pick(WEATHER))
        else:
            who = self.same_again(made.subject)
            if self.chance(0.2):
                who = name(self.pick(n for n in NAMES if n != made.subject.lemma))
            pool = REASONS_AGAINST if made.negated else REASONS.get(made.verb, REASONS_AGAINST)
            why = Clause(who, "sein", quality=self.pick(pool.split()), tense="past" if made.tense == "perf" else "pres")
            reason, english = German.subordinate(why), English.statement(why)
            clauses.append(why)
        return German.main(made) + [",", "weil"] + reason, English.statement(made) + ["because"] + english, clauses, "subject"

    def same_again(self, phrase):
        """The pronoun for somebody who was named. There is none for a neuter: "es" could be the weather."""
        if phrase.sort == "pronoun":
            return phrase
        self.require(phrase.plural or phrase.gender != "n")
        return pronoun("they") if phrase.plural else pronoun({"m": "er", "f": "sie"}[phrase.gender])

    def wenn(self):
        made = self.clause(self.doings() + ["lesen", "trinken"], "pres", time=0, frequency=0.15, negated=0.15, place=0.3)
        clauses = [made]
        if self.chance(0.4):
            reason, english = (side.split() for side in self.pick(WEATHER))
        else:
            who = made.subject if made.subject.sort == "pronoun" else pronoun(self.pick(("er", "sie", "wir", "du", "they")))
            when = Clause(who, "sein", quality=self.pick(MOODS))
            reason, english = German.subordinate(when), English.statement(when)
            clauses.append(when)
        return ["wenn"] + reason + [","] + German.main(made, "verb"), ["when"] + english + English.statement(made), clauses, "verb"

    def anaph(self):
        is_thing = self.chance(0.6)
        if is_thing:
            who = self.noun((self.pick(("thing", "opens", "switched", "vehicle", "text")),), "subject", avoid=("licht",), adjective=0)
        elif self.chance(0.8):
            who = self.noun(("person",), "subject", avoid=("kind", "mädchen"), adjective=0)
        else:
            who = name(self.pick(NAMES))
        if who.sort == "noun" and who.article != "my":
            who = replace(who, article="the")
        made = self.being(who, past=0.15, negated=0.05, frequency=0, time=0)
        german = "sie" if who.plural else {"m": "er", "f": "sie", "n": "es"}[who.gender]
        english = "they" if who.plural else "it" if is_thing else {"m": "he", "f": "she"}[who.gender]
        more = Clause(who, "sein", quality=self.quality(who, made.quality), tense=made.tense, negated=self.chance(0.1))
        comma, und, conjunction = self.pick((([], "und", "and"), ([","], "aber", "but")))
        second = [und, german, SEIN[made.tense][who.person]] + ["nicht"] * more.negated + [more.quality]
        return German.main(made) + comma + second, English.statement(made) + [conjunction] + English.statement(more, english), [made, more], "subject"

    def rel(self):
        who = self.noun(("person",), "subject", adjective=0)
        self.require("family" not in who.kinds and who.article == "the")
        made = self.being(who, past=0.15, negated=0.1, frequency=0, time=0)
        lemma = self.pick(("sehen", "hören", "suchen", "besuchen", "lesen", "helfen", "schlafen", "singen", "trinken"))
        verb = VERBS[lemma]
        about_people = verb.frame == "object" and "person" in verb.objects
        if about_people and who.shows_its_case and self.chance(0.5):
            other = self.subject(("person",), adjective=0)
            self.require(other.lemma != who.lemma and other.article not in ("two", "three"))
            clause = Clause(other, lemma)
            finite = German.verb(clause)[0]
            german = ["den"] + German.phrase(other, "nom") + [finite]
            english = ["who"] + English.statement(clause)
        else:
            thing = None
            if verb.frame in ("object", "dative"):
                role = "dative" if verb.frame == "dative" else "object"
                thing = self.object(verb.objects, who, role, pronouns=0.3, adjective=0)
                if thing.article in ("two", "three", "none") and "mass" not in thing.kinds:
                    thing = replace(thing, article="the")
            # "die frau , die das kind sieht": who sees whom? Only an object that shows its case can tell.
            self.require(not about_people or who.shows_its_case or thing.sort == "pronoun" or thing.shows_its_case)
            clause = Clause(who, lemma, object=thing)
            german = German.phrase(who, "nom")[:1] + German.subordinate(clause, without=("subject",))
            english = English.statement(clause, "who")
        finite = German.verb(made)[0]
        auxiliary, after, _ = English.verb(made)
        no_de, no_en = ["nicht"] * made.negated, ["not"] * made.negated
        head, told = German.phrase(who, "nom"), English.phrase(who, True)
        return head + [","] + german + [",", finite] + no_de + [made.quality], told + english + [auxiliary] + no_en + after, [made, clause], "subject"

    @staticmethod
    def require(condition):
        if not condition:
            raise NotMade

    def pair(self, families=None, shortest=3, longest=10, longest_english=14):
        """One pair, or None if what was drawn is not made."""
        weights = families or self.FAMILIES
        family = self.random.choices(list(weights), list(weights.values()))[0]
        try:
            german, english, clauses, first = getattr(self, family)()
        except NotMade:
            return None
        if LEFT_OUT & set(german) or not shortest <= len(german) <= longest or len(english) >= longest_english:
            return None
        subject = first if isinstance(first, Phrase) else clauses[0].subject
        made = Pair(family, " ".join(german), " ".join(English.article_before_vowel(english)), clauses, subject)
        made.facts = facts(made, first)
        return made


def generate(count, seed, families=None):
    """`count` different pairs. Fails if a German sentence has two translations."""
    sampler, known, pairs = Sampler(seed), {}, []
    while len(pairs) < count:
        made = sampler.pair(families)
        if made is None:
            continue
        other = known.setdefault(made.german, made.english)
        if other != made.english:
            raise ValueError(f"two translations of {made.german!r}: {other!r} and {made.english!r}")
        if other is made.english:
            pairs.append(made)
    return pairs


if __name__ == "__main__":
    count, seed = ([int(word) for word in sys.argv[1:]] + [20, 1][len(sys.argv) - 1 :])[:2]
    for made in generate(count, seed):
        print(made.family, made.german, made.english, ", ".join(made.facts), sep="\t")
