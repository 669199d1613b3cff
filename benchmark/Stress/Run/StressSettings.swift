import Foundation

/// How stress runs are done.
struct StressSettings: Sendable {
    /// Absolute path of the loco program.
    let loco: String
    /// A fault planted in hub and nodes, for a test of this tool; nil for none.
    var fault: String?
    /// Where the folders of failures go.
    let output: String
    /// Whether every step is shown.
    var isVerbose = false
}
