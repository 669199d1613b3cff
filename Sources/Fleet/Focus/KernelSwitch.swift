import Foundation

/// A file by which the kernel is told something: its answer is the write's error number.
enum KernelSwitch {
    /// Writes `text` in one call.
    ///
    /// - Returns: 0, or why it was refused as in `errno`.
    static func write(_ text: String, to path: String) -> Int32 {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        return text.withCString { Glibc.write(descriptor, $0, strlen($0)) } >= 0 ? 0 : errno
    }

    /// What an error number means.
    static func text(_ error: Int32) -> String { String(cString: strerror(error)) }
}
