extension Terminal {
  /// Puts text on the person's clipboard, where the terminal lets a program do that.
  ///
  /// - Parameter base64: The text's UTF-8, encoded.
  /// - Source: xterm control sequences, OSC 52.
  package func copy(base64: String) {
    Bytes.write("\u{1B}]52;c;\(base64)\u{7}", to: output)
  }
}
