import Fleet
import Probe
import Pulse

/// Asks the guest's sound server once per report what it has, and remembers when it answered last.
actor SoundServerWatch {
    private let watch: PulseWatch
    private var inventory = SoundInventory()
    private var answeredAt = ContinuousClock.now

    /// - Parameter server: its address for libpulse.
    init(_ server: String) { watch = PulseWatch(server: server, name: "loco-health") }

    /// What the server said last, and how long ago that is; a server that has said nothing yet has been silent since this
    /// was made.
    func reading() async -> SoundServerReading {
        if let told = try? await watch.inventory() {
            inventory = told
            answeredAt = .now
        }
        // The server is the guest's own: whoever plays into it is QEMU.
        let stream: GuestStream =
            inventory.streams.isEmpty ? .absent : inventory.streams.allSatisfy(\.isCorked) ? .corked : .running
        return SoundServerReading(
            sinks: inventory.sinks.count, sources: inventory.sources.count, guestStream: stream,
            age: answeredAt.duration(to: .now).inSeconds)
    }

    /// Ends the connection.
    func stop() async { await watch.stop() }
}
