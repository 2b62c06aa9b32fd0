// Reads one HDF5 file from standard input and writes what is in it to standard output. With the argument `write`
// it goes the other way: items come in (`Writing.swift`), the bytes of an HDF5 file go out.
//
// libhdf5 is C that a bad file can crash, so it runs here, in a process that nobody misses. The answer is a
// sequence of records that `TensorFiles/HDF5Reply.swift` reads; `Answer.swift` describes them.

import CHDF5
import Glibc

let answer = Answer(descriptor: STDOUT_FILENO)
var status = stat()
guard fstat(STDIN_FILENO, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
  answer.refuse("standard input is not a file")
}
// Where in the file the HDF5 lies: a stored entry of a zip is read where it is.
let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let whole = Int(status.st_size)
let (offset, size) = numbers.count == 2 ? (numbers[0], numbers[1]) : (0, whole)
guard offset >= 0, size > 0, offset <= whole, size <= whole - offset else {
  answer.refuse("the part of the file to read is not in it")
}
let limits = Limits(fileSize: size)
limits.apply()

// A file that shrinks while it is read ends this process with SIGBUS, which is what it is for.
let before = offset % sysconf(Int32(_SC_PAGESIZE))
let pages = mmap(nil, before + size, PROT_READ, MAP_PRIVATE, STDIN_FILENO, off_t(offset - before))
guard let pages, pages != MAP_FAILED else { answer.refuse("it cannot be mapped into memory") }
let image = pages + before
h5x_silence()
h5x_confine()
if CommandLine.arguments.dropFirst().first == "write" {
  Writing(items: UnsafeRawBufferPointer(start: image, count: size)).run()
}
let file = h5x_open(image, size)
guard file >= 0 else { answer.refuse("libhdf5 cannot open it") }
let root = h5x_root(file)
guard root >= 0 else { answer.refuse("its root group cannot be read") }

var walk = Walk(
  answer: answer, limits: limits, fileSize: size)
walk.visitGroup(root, path: "", depth: 0)
answer.end()
// The library's own clean-up at exit is one more thing that a bad file can make go wrong.
_exit(0)
