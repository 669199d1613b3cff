import Foundation

/// Writes out what `print` holds back when the output is a pipe or a file.
func flushStandardOutput() { _ = fflush(nil) }
