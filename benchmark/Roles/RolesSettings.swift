import Foundation

/// What `bench roles` was asked to do.
struct RolesSettings: Sendable {
    let guests: Int
    let viewersPerGuest: Int
    /// Length of each measured phase.
    let seconds: Int
    /// Pause before each measured phase, so that booting and joining are not in it.
    let settleSeconds: Int
    let codec: VideoCodec
    /// Absolute path of the program.
    let loco: String
    /// Where rows are appended; nil for nowhere.
    let csv: String?
}
