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
let limits = Limits(fileSize: Int(status.st_size))
limits.apply()

// A file that shrinks while it is read ends this process with SIGBUS, which is what it is for.
let image = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0)
guard let image, image != MAP_FAILED else { answer.refuse("it cannot be mapped into memory") }
h5x_silence()
h5x_confine()
if CommandLine.arguments.dropFirst().first == "write" {
  Writing(items: UnsafeRawBufferPointer(start: image, count: Int(status.st_size))).run()
}
let file = h5x_open(image, Int(status.st_size))
guard file >= 0 else { answer.refuse("libhdf5 cannot open it") }
let root = h5x_root(file)
guard root >= 0 else { answer.refuse("its root group cannot be read") }

var walk = Walk(
  answer: answer, limits: limits, image: UnsafeRawBufferPointer(start: image, count: Int(status.st_size)))
walk.visitGroup(root, path: "", depth: 0)
answer.end()
// The library's own clean-up at exit is one more thing that a bad file can make go wrong.
_exit(0)
