import Foundation

/// The text of the last system call's error.
func errnoText() -> String {
    String(cString: strerror(errno))
}
