import Foundation
import Probe
import Synchronization

/// Keeps what QEMU has reported of trouble, as the guest's events tell it; begins anew with each QEMU.
final class IncidentLog: Sendable {
    private let state = Mutex(GuestIncidents())

    /// What was reported so far.
    var incidents: GuestIncidents { state.withLock { $0 } }

    /// Seconds of the clock that incidents are noted by.
    static var now: Double { Double(MonotonicClock.now()) / 1e9 }

    func note(_ event: GuestEvent) {
        switch event {
        case .service(let status) where status.name == "qemu" && status.state == .running:
            state.withLock { $0 = GuestIncidents() }
        case .qmp(let event):
            var data: [String: String] = [:]
            if case .object(let fields) = event.data { data = fields.compactMapValues(\.string) }
            state.withLock { $0.note(event.name, data: data, at: Self.now) }
        default: break
        }
    }
}
