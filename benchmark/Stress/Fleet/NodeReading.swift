/// One node as it tells of itself at one moment.
struct NodeReading: Sendable, Codable, Equatable {
    /// An entry of its `/viewers`.
    struct Session: Sendable, Codable, Equatable {
        let id: String
        let connected: Bool
        /// Its age.
        let seconds: Double
        let rendition: String
        let codec: String
        /// Frames queued for it.
        let delivered: UInt64
    }

    /// An encoder that runs.
    struct Encoder: Sendable, Codable, Equatable {
        let rendition: String
        let codec: String
        let viewers: Int

        /// Whether it makes pictures.
        var isVideo: Bool { VideoCodec(rawValue: codec.lowercased()) != nil }
    }

    let guest: Int
    var sessions: [Session] = []
    var encoders: [Encoder] = []
    /// Sessions by its metrics: now, opened and ended since its start.
    var viewers = 0
    var opened = 0
    var ended = 0
    /// Frames that found the guest's screen changed.
    var changedFrames = 0
    /// Media objects alive.
    var liveObjects = 0
    var process: ProcessFootprint?

    init(guest: Int) { self.guest = guest }

    /// - Parameter metrics: the text of its `/metrics`.
    init(guest: Int, metrics: String, sessions: [Session], process: ProcessFootprint?) {
        self.guest = guest
        self.sessions = sessions
        self.process = process
        let metrics = NodeMetrics(text: metrics)
        func total(_ name: String, _ labels: [String: String] = [:]) -> Int { Int(metrics.total(name, labels) ?? 0) }
        viewers = total("loco_viewers")
        opened = total("loco_sessions_opened_total")
        ended = total("loco_sessions_total")
        changedFrames = total("loco_frames_total", ["kind": "changed"])
        liveObjects = total("loco_live_objects")
        encoders = metrics.samples(of: "loco_encoder_viewers").map { sample in
            Encoder(
                rendition: sample.labels["rendition"] ?? "", codec: sample.labels["codec"] ?? "",
                viewers: Int(sample.value))
        }
    }
}
