import Foundation

/// A guest's share of the processors: by a control group where that is allowed, else by priority, else not at all.
struct GuestShare: Sendable {
    /// What holds the share.
    enum Means: String, Sendable {
        case cgroup
        case priority
    }

    /// What is so.
    struct Held: Sendable, Equatable {
        /// The share that is in force: 1 where it could not be lowered.
        var share = 1.0
        /// By what; nil where nothing had to be done, or could be.
        var means: Means?
        /// Why the share that was wished is not in force.
        var reason: String?
    }

    private let name: String
    private let groups: ControlGroups
    private let priority: PriorityShare
    private var group: Result<GuestGroup, ShareObstacle>?
    /// What was lowered by priority.
    private var lowered: Int32?

    /// - Parameters:
    ///   - name: the instance's, for its control group.
    ///   - groups: where control groups are looked for; tests make up their own.
    init(name: String, groups: ControlGroups = ControlGroups(), priority: PriorityShare = PriorityShare()) {
        self.name = name
        self.groups = groups
        self.priority = priority
    }

    /// Gives QEMU that share.
    ///
    /// - Parameter isCompared: some guest is in focus: a guest in a group of its own then stands beside groups, as is
    ///   needed for the weights to be those that were wished.
    mutating func hold(_ pid: Int32, share: Double, isCompared: Bool) async -> Held {
        guard isCompared || share < 1 || group != nil || lowered == pid else { return Held() }
        if group == nil {
            do { group = .success(try GuestGroup.make(name, groups: groups)) } catch { group = .failure(error) }
        }
        var obstacles: [String] = []
        switch group {
        case .success(let group):
            do {
                try group.hold(pid, share: share)
                return Held(share: share, means: .cgroup)
            } catch { obstacles.append(error.description) }
        case .failure(let obstacle): obstacles.append(obstacle.description)
        case nil: break
        }
        // What was never lowered needs nothing to have its whole share.
        guard share < 1 || lowered == pid else { return Held() }
        do {
            try await priority.hold(pid, share: share)
            lowered = share < 1 ? pid : nil
            return Held(share: share, means: share < 1 ? .priority : nil)
        } catch { obstacles.append(error.description) }
        return Held(reason: obstacles.joined(separator: "; "))
    }

    /// Whether that is still so for this QEMU; a share that could not be lowered is not tried again.
    func isInForce(_ held: Held, _ pid: Int32) -> Bool {
        switch (held.means, group) {
        case (.cgroup, .success(let group)): group.holds(pid, share: held.share, groups: groups)
        case (.priority, _): priority.holds(pid, share: held.share)
        default: true
        }
    }

    /// Removes the group once QEMU has ended.
    mutating func end() async {
        guard case .success(let group) = group else { return }
        for _ in 0..<20 where !group.remove() { try? await Task.sleep(for: .milliseconds(50)) }
        self.group = nil
    }
}
