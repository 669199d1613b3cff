import Probe

/// What shows that a viewer is still there, and how well it receives. A pure value: times (nanoseconds) are passed in.
struct ViewerVitals {
    /// A page that has not told its frame rate for that long does not tell it.
    private static let tellingLimit: UInt64 = 5_000_000_000

    /// What is known of its reception.
    private(set) var reception = ViewerQuality()
    private var watch: ViewerWatch
    private var lastHeartbeat: UInt64?
    private var lastFeedback: UInt64?
    private var lastProgress: (at: UInt64, values: [UInt32: [UInt32]])?
    private var decoded: (at: UInt64, fps: Double)?
    private var delivered: (at: UInt64, frames: UInt64)?
    private var reported: (loss: Double, roundTrip: Double?, jitter: Double?)?

    /// - Parameter viewer: the session's public name.
    init(viewer: String) { watch = ViewerWatch(viewer: viewer) }

    /// What has been wrong with its connection for some seconds, at that time (nanoseconds).
    func troubles(at now: UInt64) -> [ViewerTrouble] { watch.troubles(at: Double(now) / 1e9) }

    /// A message that only says that the viewer is there.
    mutating func heartbeat(at now: UInt64) { lastHeartbeat = now }

    /// Feedback about packets.
    mutating func feedback(at now: UInt64) { lastFeedback = now }

    /// The viewer told how many frames it decodes per second.
    mutating func decodes(_ fps: Double, at now: UInt64) { decoded = (now, fps) }

    /// Takes the viewer's newest receiver reports, by source.
    mutating func took(_ reports: [UInt32: ReceiverReport], at now: UInt64) {
        let progress = reports.mapValues(\.progress)
        if lastProgress == nil || lastProgress?.values != progress { lastProgress = (now, progress) }
        // Picture and sound take the same path: the worse of the two tells of it.
        reported = reports.values.map(\.loss).max().map { loss in
            (loss, reports.values.compactMap(\.roundTrip).max(), reports.values.compactMap(\.jitter).max())
        }
    }

    /// Takes a look, once a second.
    ///
    /// - Parameters:
    ///   - frames: delivered to the viewer's packetiser so far.
    ///   - loss: the part of packets that is lost by transport-wide feedback, which is the better measure; nil without.
    mutating func look(delivered frames: UInt64, loss: Double?, at now: UInt64) {
        reception.loss = loss ?? reported?.loss
        reception.roundTrip = reported?.roundTrip.map { $0 / 1000 }
        reception.jitter = reported?.jitter.map { $0 / 1000 }
        reception.decodedFps = decoded.flatMap { now > $0.at + Self.tellingLimit ? nil : $0.fps }
        if let before = delivered, now > before.at, frames >= before.frames {
            reception.sentFps = Double(frames - before.frames) / (Double(now - before.at) / 1e9)
        }
        delivered = (now, frames)
        watch.note(reception, at: Double(now) / 1e9)
    }

    /// Whether nothing has been heard of the viewer for longer than the limit.
    func isSilent(at now: UInt64, connectedAt: UInt64, limit: UInt64) -> Bool {
        if let heard = [lastHeartbeat, lastFeedback].compactMap(\.self).max() { return now > heard + limit }
        let newest = max(connectedAt, lastProgress?.at ?? 0)
        return now > newest && now - newest > limit
    }
}
