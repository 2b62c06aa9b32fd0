/// What `lesson new` writes.
enum LessonStarter {
  static let text = """
    ---
    title: What a forget gate does
    question: How does an LSTM forget?
    minutes: 5
    demo: decay
    ---

    <!-- A lesson is Markdown. The lines between --- say what it opens: demo: NAME (lstmscope --demo list), or
         model: FILE with input: FILE, tokens: 4,17,2 or text: a sentence. A comment like this one is not shown. -->

    # One pulse, and then nothing

    <!-- Each heading begins a page. A page has room for four lines of 76 characters over the formula. -->

    At t 0 a one comes in, and every unit stores it. After that x is zero. Unit 2 forgets: its gate `f` is 0.5.

    > A paragraph behind > stands under the view, in place of its sentence.

    ```lstmscope
    # The commands are those that you type after : in the program. A page begins where the lesson began.
    goto c[2]@1
    focus f c
    # What the page says of the model is claimed here; lstmscope lesson check FILE.md finds out whether it is true.
    expect f[2]@1 ≈ 0.5
    expect x[0]@1 = 0
    expect x[0]@0 ≈ 1
    ```

    ```note
    Blocks called note are for the teacher: they are printed with the answers, and shown nowhere else.
    ```

    # What is left after one more step?

    What will the carry `c` of unit 2 be at t 2?

    ```lstmscope
    goto c[2]@2
    # Covered in every view until it is answered, or revealed with r.
    hide c[2]@2 h[2]@2
    ask number c[2]@2 ± 0.01
    hint Half of what was there one step before.
    ```

    # How fast does each unit forget?

    Choose: which unit remembers best?

    ```lstmscope
    view sequence
    ask choice *unit 0 | unit 1 | unit 2 | unit 3
    expect f[0]@1 > f[1]@1
    ```

    """
}
