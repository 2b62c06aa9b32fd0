// Reads one HDF5 file from standard input and writes what is in it to standard output.
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

h5x_silence()
h5x_confine()
let file = h5x_open("/proc/self/fd/0")
guard file >= 0 else { answer.refuse("libhdf5 cannot open it") }
let root = h5x_root(file)
guard root >= 0 else { answer.refuse("its root group cannot be read") }

var walk = Walk(answer: answer, limits: limits)
walk.visitGroup(root, path: "", depth: 0)
answer.end()
// The library's own clean-up at exit is one more thing that a bad file can make go wrong.
_exit(0)
