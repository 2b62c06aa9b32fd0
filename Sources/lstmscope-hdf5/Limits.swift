import Glibc

/// What this process allows itself, measured by the size of the file it was given.
struct Limits {
  /// The bytes of all datasets and attributes together.
  let bytes: Int
  let objects = 200_000
  /// Of groups in groups; a nested model takes two or three levels each.
  let depth = 64
  private let addressSpace: Int

  /// - Parameter fileSize: In bytes. A compressed file may unpack to sixteen times its size, a small one to
  ///   256 MB; the file itself and one dataset must fit into the address space beside the library, for
  ///   which, with its caches and the Swift runtime, 512 MB are set aside (a small file takes 40).
  init(fileSize: Int) {
    let megabyte = 1 << 20
    let (unpacked, overflow) = fileSize.multipliedReportingOverflow(by: 16)
    bytes = min(max(256 * megabyte, overflow ? .max : unpacked), 16_384 * megabyte)
    addressSpace = 512 * megabyte + bytes + min(fileSize, 1 << 40)
  }

  /// Asks the kernel to hold this process to them.
  func apply() {
    set(__rlimit_resource_t(RLIMIT_AS.rawValue), to: addressSpace)
    set(__rlimit_resource_t(RLIMIT_CPU.rawValue), to: 120)
    set(__rlimit_resource_t(RLIMIT_CORE.rawValue), to: 0)
    // It answers through a pipe and writes no file.
    set(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), to: 0)
  }

  private func set(_ resource: __rlimit_resource_t, to value: Int) {
    var limit = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value))
    _ = setrlimit(resource, &limit)
  }
}
