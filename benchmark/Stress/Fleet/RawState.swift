/// What hub and nodes answered at one moment, word for word, for the folder of a failure.
struct RawState: Sendable {
    /// When, in seconds of a steady clock.
    let time: Double
    /// Texts by the name of the file that they go to.
    var files: [String: String] = [:]
}
