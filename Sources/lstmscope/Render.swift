import ArgumentParser
import Commands
import Debugger
import Network
import Pictures
import Sessions
import Terminal
import Theme
import Workbench

/// Prints one frame of the screen.
struct Render: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render",
    abstract: "Print one frame as text, with colours for a terminal, or as SVG or HTML.",
    discussion: """
      The frame is what the screen shows: --view chooses one of \(views.joined(separator: ", ")), --at the timestep, \
      the unit and the line. In svg and html the text stays text; html is one file that needs no other.

      Examples:
        lstmscope render mine.keras --input x.npy --view step --at 'c[3]@5'
        lstmscope render mine.keras --input x.npy --view sequence --at 'f[0]@0' --format ansi | less -R
        lstmscope render mine.keras --random --view returns --theme light --output returns.svg
        lstmscope render mine.keras --tokens 4,17,2 --view model --size 100x30 --output model.html
      """)

  private static let views = ViewName.allCases.map(\.rawValue)

  @Argument(help: "The model file, or a session.", completion: .file())
  var model: String

  @OptionGroup(title: "Inputs") var inputs: InputOptions

  @Option(
    name: .long, help: "What to show: \(views.joined(separator: ", ")).", completion: .list(views))
  var view: String?

  @Option(name: .long, help: "The number to show: 'c[3]@5' is unit 3 of c at timestep 5.")
  var at: String?

  @Option(
    name: .long, help: "Recorded numbers to stand beside those of the run, as check takes them.",
    completion: .file())
  var expect: String?

  @Option(name: .long, help: "What --expect holds, where its names do not say: lstm/c.")
  var quantity: String?

  @Option(name: .long, help: "Columns and rows of the frame.")
  var size = "120x40"

  @Option(name: .long, help: "txt, ansi, svg or html; without it what the output's name ends in, else txt.")
  var format: PictureFormat?

  @Option(name: .long, help: "Where to write; without it standard output.", completion: .file())
  var output: String?

  @OptionGroup(title: "Appearance") var appearance: PictureAppearance

  func run() throws {
    var setup = try Setup(file: model, inputs: inputs)
    try setup.look(at: at)
    try setup.expect(expect, quantity: quantity)
    guard setup.inputs.isGiven else {
      throw Failure(.usage, "render needs an input: --input x.npy, or --random --seed 0")
    }
    let wanted = try view.map(chosenView)
    let size = try chosenSize()
    let format = try chosenFormat()
    let theme = try setup.theme(appearance.theme)
    var notes: [String] = []
    let opened = try setup.open(notes: &notes)
    let expectations = try setup.expected(of: opened, notes: &notes)
    let state = try state(of: opened, setup, expectations, size: size, view: wanted)
    (notes + Opening.remarks(on: opened.model)).forEach(Messages.print)
    let depth = appearance.color.depth ?? (format == .ansi ? Terminal.depthForPrinting() : nil)
    let snapshot = Snapshot(
      state, theme: theme?.theme ?? .builtin, depth: depth, isUnicode: !appearance.ascii,
      isAsked: theme != nil)
    try TraceWriter.write(snapshot.bytes(format), to: output)
  }

  /// The screen as it is when a person has gone there.
  private func state(
    of opened: Opened, _ setup: Setup, _ expectations: ExpectedNumbers, size: Size, view wanted: ViewName?
  ) throws -> State {
    var state = try setup.state(of: opened, theme: "dark", at: at, expectations: expectations)
    let view = wanted ?? state.view
    guard state.availableViews.contains(view) else {
      throw Failure(
        .usage,
        "the view \(view.rawValue) has nothing to show of this model; those that have are "
          + state.availableViews.map(\.rawValue).joined(separator: ", "))
    }
    state.show(view, of: try setup.address(at))
    // Other flags than those of the run need a run of their own.
    if view == .returns {
      state =
        try ScreenLoop(
          state, opened, setup, theme: nil, appearance: AppearanceOptions.parse([]), hasScreen: false
        ).state
    }
    _ = update(&state, with: .resized(size))
    if view == .findings { _ = update(&state, with: .found(opened.findings(beside: expectations))) }
    if view == .meaning, let sentences = setup.session.sentences {
      let file = try SentenceFile(sentences)
      if let survey = try file.survey(opened, call: state.subject.call, progress: { _ in true }) {
        _ = update(&state, with: .surveyed(survey))
      }
    }
    return state
  }

  private func chosenView(_ view: String) throws -> ViewName {
    if let view = ViewName(rawValue: view) { return view }
    let near = nearest(to: view, of: Self.views).map { "; did you mean '\($0)'?" } ?? ";"
    throw Failure(
      .usage, "there is no view '\(view)'\(near) the views are \(Self.views.joined(separator: ", "))")
  }

  private func chosenSize() throws -> Size {
    let parts = size.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    let (least, most) = (Size.leastOfPicture, Size.mostOfPicture)
    guard parts.count == 2, let width = parts[0], let height = parts[1] else {
      throw Failure(.usage, "--size is columns and rows, as in 120x40, not '\(size)'")
    }
    guard (least.width...most.width).contains(width), (least.height...most.height).contains(height) else {
      throw Failure(
        .usage,
        "--size goes from \(least.width)x\(least.height) to \(most.width)x\(most.height), which \(size) is not in"
      )
    }
    return Size(width: width, height: height)
  }

  /// What was asked for, or what the output's name says; both must agree.
  private func chosenFormat() throws -> PictureFormat {
    guard let output else { return format ?? .txt }
    guard let format else { return try Snapshot.format(of: output) }
    if let ending = PictureFormat(endingOf: output), ending != format {
      throw Failure(
        .usage,
        "\(output) is a name for \(ending.rawValue) and --format says \(format.rawValue): which is meant?")
    }
    return format
  }
}

/// How a frame looks that is printed and not shown on the screen.
struct PictureAppearance: ParsableArguments {
  @Option(name: .long, help: "The colours: a theme's name, or a base16 file.")
  var theme: String?

  @Option(name: .long, help: "How many colours: auto, true, 256, 8, none.")
  var color: ColourChoice = .auto

  @Flag(name: .long, help: "Draw with ASCII characters only.")
  var ascii = false
}

extension PictureFormat: ExpressibleByArgument {}
