import ArgumentParser

/// What a stress run is about.
enum StressScenario: String, Codable, Sendable, CaseIterable, ExpressibleByArgument {
    /// Every guest is connected to and left again, over and over.
    case rapid
    /// Five clients at once; two leave, three still play, two come back.
    case concurrent
    /// Hub, node and QEMU are killed in turn: clear errors, then recovery.
    case restarts
    /// Three tabs on one guest: sessions of their own, one encoder; two close, one plays on.
    case tabs
    /// Very many connects and disconnects: nothing is left of them.
    case soak
    /// Any operation at any time.
    case random

    /// What runs where no scenario is named.
    static let continuous: [StressScenario] = [.rapid, .concurrent, .restarts, .tabs, .random]

    /// The factor for the waits of that set, with which it ends within five minutes on two cores.
    static let continuousScale = 0.2
}
