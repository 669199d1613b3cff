import ArgumentParser

/// What `bench scale` can measure.
enum ScalePart: String, CaseIterable, ExpressibleByArgument {
    /// Growing numbers of viewers of one guest.
    case viewers
    /// Growing numbers of guests.
    case guests
    /// Growing numbers of signaling sockets on the hub.
    case sockets
    /// Malformed messages while somebody watches.
    case flood
    /// Viewers that come and go.
    case cycles
}
