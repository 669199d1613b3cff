/// The measurements behind a health report. What does not exist or is not measured is nil and written as `null`.
public struct DeepHealth: Sendable, Codable, Equatable {
    /// Nothing measured.
    public init() {}

    /// QEMU runs and answers.
    @ExplicitNull public var qemuHealthy: Bool?
    /// The picture.
    public var video = Video()
    /// The sound.
    public var audio = Audio()
    /// The cost.
    public var performance = Performance()
    /// The guest's network.
    public var network = Network()

    enum CodingKeys: String, CodingKey {
        case qemuHealthy = "qemu_healthy"
        case video, audio, performance, network
    }

    /// The picture.
    public struct Video: Sendable, Codable, Equatable {
        /// Nothing measured.
        public init() {}
        /// An RFB server listens; known without connecting to it, which could evict somebody.
        @ExplicitNull public var vncAvailable: Bool?
        /// The capture produced a frame in the last 2 s.
        @ExplicitNull public var displayActive: Bool?
        /// Frames per second that differ from the one before, over 2 s; 0 on a static screen.
        @ExplicitNull public var estimatedFrameRate: Double?

        enum CodingKeys: String, CodingKey {
            case vncAvailable = "vnc_available"
            case displayActive = "display_active"
            case estimatedFrameRate = "estimated_frame_rate"
        }
    }

    /// The sound.
    public struct Audio: Sendable, Codable, Equatable {
        /// Nothing measured.
        public init() {}
        /// The sound server runs.
        @ExplicitNull public var pulseRunning: Bool?
        /// Its sinks and sources.
        @ExplicitNull public var audioDevices: Int?
        /// 0...1, linear, from the RMS of the sound being streamed.
        @ExplicitNull public var estimatedLevel: Double?

        enum CodingKeys: String, CodingKey {
            case pulseRunning = "pulse_running"
            case audioDevices = "audio_devices"
            case estimatedLevel = "estimated_level"
        }
    }

    /// The cost.
    public struct Performance: Sendable, Codable, Equatable {
        /// Nothing measured.
        public init() {}
        /// Per cent of one core over the last interval.
        @ExplicitNull public var qemuCPU: Double?
        /// Per cent of the host's memory.
        @ExplicitNull public var qemuMemory: Double?
        /// The host's load over the last minute.
        @ExplicitNull public var loadAverage: Double?

        enum CodingKeys: String, CodingKey {
            case qemuCPU = "qemu_cpu"
            case qemuMemory = "qemu_memory"
            case loadAverage = "load_average"
        }
    }

    /// The guest's network.
    public struct Network: Sendable, Codable, Equatable {
        /// Nothing measured.
        public init() {}
        /// The bridge is up; nil when the guest has none.
        @ExplicitNull public var bridgeUp: Bool?
        /// The TAP is up; nil when the guest has none.
        @ExplicitNull public var tapUp: Bool?
        /// Transmit errors of the TAP.
        @ExplicitNull public var txErrors: Int?
        /// Receive errors of the TAP.
        @ExplicitNull public var rxErrors: Int?

        enum CodingKeys: String, CodingKey {
            case bridgeUp = "bridge_up"
            case tapUp = "tap_up"
            case txErrors = "tx_errors"
            case rxErrors = "rx_errors"
        }
    }
}
