@testable import Sessions
import Testing

@Suite("Vocabularies")
struct VocabularyTests {
  static let words = Vocabulary(["<pad>", "<start>", "<end>", "<unk>", "ich", "gehe", ",", "?", "haus"])

  private func parse(_ text: String) throws(VocabularyError) -> Vocabulary {
    try Vocabulary(parsing: Array(text.utf8))
  }

  @Test(
    "A list, a map either way, Keras' tokenizer and lines of text give the same words",
    arguments: [
      #"["", "ich", "gehe"]"#, #"{"ich": 1, "gehe": 2}"#, #"{"1": "ich", "2": "gehe"}"#, "\nich\ngehe\n",
      #"{"class_name": "Tokenizer", "config": {"word_index": "{\"ich\": 1, \"gehe\": 2}"}}"#,
      "\r\nich\r\ngehe\r\n",
    ])
  func forms(text: String) throws {
    // A text that begins with blank lines is one whose first ids have no words.
    let vocabulary = try parse(text)
    #expect(vocabulary.id(of: "ich") == 1 && vocabulary.id(of: "gehe") == 2, "\(vocabulary.words)")
    #expect(vocabulary.word(0) == "pad" && vocabulary.word(7) == "id 7")
  }

  @Test(
    "What is no vocabulary is refused with what is wrong",
    arguments: [
      ("", "no word"), ("[]", "no word"), ("[1, 2]", "no vocabulary"), (#"{"a": -1}"#, "whole numbers"),
      (#"{"a": 99999999999}"#, "whole numbers"), (#"{"a": 1, "b": 1}"#, "given to"), ("{", "no vocabulary"),
      (#"{"x": "a"}"#, "'a'"), (#"["a", "b""#, "no vocabulary"),
      (#"{"<start>": 1, "z": 10000000}"#, "from 0 to 100000"),
      (#"{"class_name": "Tokenizer", "config": {"word_index": "no map"}}"#, "no vocabulary"),
    ])
  func refusals(text: String, phrase: String) {
    let error = #expect(throws: VocabularyError.self) { try parse(text) }
    #expect(error?.message.contains(phrase) == true, "\(error?.message ?? "")")
  }

  @Test("A text may begin as JSON does: with [UNK], or a bracket among single characters")
  func brackets() throws {
    #expect(try parse("[UNK]\nich\ngehe\n").words == ["[UNK]", "ich", "gehe"])
    #expect(try parse("\n[UNK]\nich\n").id(of: "ich") == 2)
    #expect(try parse("[START]\n[END]\na\nb").start == 0)
    let letters = try parse("[\n]\na\n\"\n,")
    #expect(letters.isOfCharacters && letters.id(of: "a") == 2)
  }

  /// - Source: Keras 2, `Tokenizer`: `num_words=4` keeps the ids 1, 2 and 3.
  @Test("Keras' tokenizer tells how many words are used, what stands for the others, and letters")
  func tokenizer() throws {
    let index = #""word_index": "{\"<none>\": 1, \"ich\": 2, \"gehe\": 3, \"heim\": 4}""#
    let words = try parse(
      #"{"class_name": "Tokenizer", "config": {"num_words": 4, "oov_token": "<none>", "char_level": false, "lower": true, \#(index)}}"#
    )
    #expect(words.tokens(of: "Ich gehe heim") == Vocabulary.Tokens(ids: [2, 3, 1], unknown: ["heim"]))
    let cased = try parse(
      #"{"class_name": "Tokenizer", "config": {"num_words": null, "oov_token": null, "lower": false, \#(index)}}"#
    )
    #expect(cased.tokens(of: "Ich gehe heim").unknown == ["Ich"] && cased.words.count == 5)
    let letters = #""word_index": "{\"a\": 1, \"b\": 2, \"sch\": 3}""#
    let ofLetters = try parse(
      #"{"class_name": "Tokenizer", "config": {"char_level": true, "oov_token": null, \#(letters)}}"#)
    #expect(ofLetters.tokens(of: "ab").ids == [1, 2])
  }

  @Test("Bytes that are no text are refused")
  func bytes() {
    #expect(throws: VocabularyError.notText) { try Vocabulary(parsing: [0xff, 0xfe, 0x41]) }
  }

  @Test(
    "A text is cut as the words want it: lower case, punctuation apart",
    arguments: [
      ("ich gehe", [4, 5]), ("Ich gehe,  ich?", [4, 5, 6, 4, 7]), ("(ich) gehe!", [4, 5]),
      ("<start> ich", [1, 4]), ("haus,ich", [8, 6, 4]), ("<START> ich", [1, 4]), ("ich...gehe", [4, 5]),
      ("ich-haus", [4, 8]),
    ])
  func words(text: String, ids: [Int]) {
    #expect(Self.words.tokens(of: text) == Vocabulary.Tokens(ids: ids))
  }

  @Test("An unknown word is named, and read as the word for it where there is one")
  func unknown() {
    #expect(Self.words.tokens(of: "ich laufe") == Vocabulary.Tokens(ids: [4, 3], unknown: ["laufe"]))
    let strict = Vocabulary(["ich", "gehe"])
    #expect(strict.tokens(of: "ich laufe") == Vocabulary.Tokens(ids: [0], unknown: ["laufe"]))
  }

  @Test("Words that are single characters take a text letter by letter, blanks and all")
  func characters() {
    let letters = Vocabulary(["<pad>", "\t", "\n", " ", "a", "b"])
    #expect(letters.isOfCharacters)
    #expect(letters.tokens(of: "ab a") == Vocabulary.Tokens(ids: [4, 5, 3, 4]))
    #expect(letters.text(of: [4, 5, 3, 4]) == "ab a")
    #expect(letters.start == 1 && letters.end == 2)
    #expect(letters.word(3) == "␣" && letters.word(1) == "\\t")
  }

  @Test("A word with a job among letters, or in upper case among others, changes nothing for them")
  func jobsAside() {
    let letters = Vocabulary(["UNK", "startseq", "endseq", "a", "b"])
    #expect(letters.isOfCharacters && letters.tokens(of: "ab").ids == [3, 4])
    #expect(letters.ordinaryWords == ["a", "b"])
    let words = Vocabulary(["UNK", "ich", "gehe"])
    #expect(words.tokens(of: "Ich gehe").ids == [1, 2])
  }

  @Test("A word whose parts are not all known stays whole, so that it is named as it was typed")
  func whole() {
    #expect(Self.words.tokens(of: "ich's").unknown == ["ich's"])
    #expect(Self.words.tokens(of: "haus,tor").unknown == ["tor"])
    #expect(Vocabulary(["don't", "don", "'", "t"]).tokens(of: "don't").ids == [0])
  }

  @Test("Upper case is kept where the words have it")
  func cases() {
    let vocabulary = Vocabulary(["Haus", "haus"])
    #expect(vocabulary.tokens(of: "Haus haus").ids == [0, 1])
  }

  @Test("Words with a job are found by their usual names")
  func jobs() {
    #expect(
      Self.words.start == 1 && Self.words.end == 2 && Self.words.unknown == 3 && Self.words.padding == 0)
    #expect(Vocabulary(["a", "b"]).start == nil)
    #expect(Self.words.ordinaryWords == ["ich", "gehe", ",", "?", "haus"])
  }
}
