"""Writes Sources/Canvas/WideRanges.swift: the characters that take two columns of a terminal.

    python Tests/Generators/wide_characters.py

They are those that Unicode's EastAsianWidth calls wide or full, by the version that this Python knows, and all of the
planes and blocks that Unicode keeps for more of them.
"""

import pathlib
import unicodedata

KEPT = [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FFFD), (0x30000, 0x3FFFD)]
# The tones of skin join the picture before them.
JOINING = range(0x1F3FB, 0x1F400)


def is_wide(value):
    if value in JOINING or unicodedata.category(chr(value)) in ("Mn", "Me", "Cf"):
        return False
    if any(a <= value <= b for a, b in KEPT):
        return True
    return unicodedata.category(chr(value)) != "Cn" and unicodedata.east_asian_width(chr(value)) in "WF"


def main():
    ranges = []
    for value in range(0x1100, 0x40000):
        if is_wide(value):
            if ranges and ranges[-1][1] == value - 1:
                ranges[-1][1] = value
            else:
                ranges.append([value, value])
    lines, line = [], "   "
    for first, last in ranges:
        item = f" 0x{first:06X}...0x{last:06X},"
        if len(line + item) > 110:
            lines.append(line)
            line = "   "
        line += item
    lines.append(line)
    text = f"""/// The characters that take two columns, in order.
///
/// - Source: Unicode {unicodedata.unidata_version}, EastAsianWidth, W and F; written by Tests/Generators/wide_characters.py.
enum WideRanges {{
  static let all: [ClosedRange<UInt32>] = [
""" + "\n".join(lines) + "\n  ]\n}\n"
    path = pathlib.Path(__file__).parent.parent.parent / "Sources" / "Canvas" / "WideRanges.swift"
    path.write_text(text)
    print(len(ranges), "ranges")


if __name__ == "__main__":
    main()
