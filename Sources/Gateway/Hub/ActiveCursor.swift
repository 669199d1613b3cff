import Fleet

/// The place among the instances that a hardware brick's buttons move, one for each socket.
struct ActiveCursor: Sendable {
    /// Where it is; nil before the first step.
    private(set) var place: InstanceID?

    /// Moves one step, from the last to the first and back.
    /// - Parameters:
    ///   - instances: those there are, in order.
    ///   - start: where it counts from before the first step; nil for beside both ends.
    mutating func step(forward: Bool, among instances: [InstanceID], from start: InstanceID?) {
        guard let first = instances.first, let last = instances.last else { return place = nil }
        guard let place = place ?? start else { return self.place = forward ? first : last }
        // By order, not by index: the instance it stood on may be gone.
        self.place =
            forward ? instances.first { $0 > place } ?? first : instances.last { $0 < place } ?? last
    }

    /// Where it stands among those there are: before the first step on the active one, else on the first.
    mutating func settle(among instances: [InstanceID], from start: InstanceID?) -> InstanceID? {
        if let place = place ?? start, instances.contains(place) {
            self.place = place
        } else {
            place = instances.first
        }
        return place
    }
}
