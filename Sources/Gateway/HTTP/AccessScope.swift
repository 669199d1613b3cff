import Signaling

/// What the holder of a token may do; each scope may do what the ones before it may.
enum AccessScope: String, Sendable, Codable, CaseIterable, Comparable {
    /// Look at everything, and watch.
    case view
    /// Play the guests, and choose what is in focus.
    case control
    /// Mend, restart, delete, and read logs.
    case admin

    /// What a viewer's session of that scope may do.
    var forViewers: ViewerAccess { self == .view ? .view : .control }

    static func < (left: AccessScope, right: AccessScope) -> Bool {
        guard let left = allCases.firstIndex(of: left), let right = allCases.firstIndex(of: right) else { return false }
        return left < right
    }
}
