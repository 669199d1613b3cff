import Foundation

/// What goes on, told on standard error so that standard output holds the figures alone.
enum ProgressLine {
    static func show(_ text: String) { FileHandle.standardError.write(Data("bench: \(text)\n".utf8)) }
}
