import Foundation

/// How far a run of many steps is: a bar on a terminal, a line per step elsewhere.
struct ProgressBar: Sendable {
    private let count: Int
    private let isDrawn: Bool
    private let start = ContinuousClock.now
    private static let width = 30

    /// - Parameters:
    ///   - count: how many steps there are.
    ///   - isTerminal: whether standard error is one.
    init(count: Int, isTerminal: Bool = isatty(2) == 1) {
        self.count = count
        isDrawn = isTerminal
    }

    /// A step begins.
    ///
    /// - Parameter done: how many are behind.
    func show(_ done: Int, _ step: String) {
        if isDrawn { ProgressLine.pin(text(done, step)) } else { ProgressLine.show("\(done + 1)/\(count) \(step)") }
    }

    /// All is done: the bar goes, what was said besides stays.
    func end() { if isDrawn { ProgressLine.pin(nil) } }

    /// The bar as a line.
    func text(_ done: Int, _ step: String) -> String {
        let full = count > 0 ? Self.width * done / count : Self.width
        let bar = String(repeating: "#", count: full) + String(repeating: ".", count: Self.width - full)
        return "[\(bar)] \(done)/\(count) \(remaining(done))\(step)"
    }

    /// How long the rest takes if it goes on like this; nothing before the first step is done.
    private func remaining(_ done: Int) -> String {
        guard done > 0, done < count else { return "" }
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        let seconds = Int(elapsed / Double(done) * Double(count - done))
        return seconds < 90 ? "\(seconds) s left, " : "\((seconds + 30) / 60) min left, "
    }
}
