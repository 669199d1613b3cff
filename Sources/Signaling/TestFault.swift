import Foundation
import Synchronization

/// A fault that is planted on purpose, to prove that `bench stress` finds it; see docs/faults.md. Never in production: a
/// program refuses to start with one unless it is told twice.
public enum TestFault: String, CaseIterable, Sendable {
    /// Every third session that ends keeps its peer.
    case leakPeer = "leak-peer"
    /// Every third session does not end, whatever its viewer says or does.
    case stuckSession = "stuck-session"
    /// The hub sends every third WHEP offer to another guest's node.
    case swapGuest = "swap-guest"

    /// Names the fault.
    public static let variable = "LOCO_TEST_FAULT"
    /// Has to be `1`, or no fault is planted.
    public static let permission = "LOCO_TEST_FAULTS_ALLOWED"

    /// The fault of this process; read once.
    public static let planted = try? named(in: ProcessInfo.processInfo.environment)

    private static let uses = Atomic<Int>(0)
    static let kept = Mutex<[Peer]>([])

    /// The fault that an environment names.
    ///
    /// - Throws: ``TestFaultError``.
    public static func named(in environment: [String: String]) throws(TestFaultError) -> TestFault? {
        guard let name = environment[variable] else { return nil }
        guard environment[permission] == "1" else { throw .notAllowed(name) }
        guard let fault = TestFault(rawValue: name) else { throw .unknown(name) }
        return fault
    }

    /// Whether this is planted and strikes now: at every third use.
    public var strikes: Bool {
        guard Self.planted == self else { return false }
        return Self.uses.add(1, ordering: .relaxed).newValue % 3 == 0
    }
}

/// Why a program with a planted fault does not start.
public enum TestFaultError: Error, Equatable, CustomStringConvertible {
    case notAllowed(String)
    case unknown(String)

    /// One sentence for people.
    public var description: String {
        switch self {
        case .notAllowed(let name):
            "\(TestFault.variable)=\(name) breaks this program on purpose; to mean it, set \(TestFault.permission)=1 too"
        case .unknown(let name):
            "\(TestFault.variable): there is no fault '\(name)'; there are "
                + TestFault.allCases.map(\.rawValue).joined(separator: ", ")
        }
    }
}
