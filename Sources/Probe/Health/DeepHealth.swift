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
        /// Seconds since the picture last changed; a static screen's grow and it is well.
        @ExplicitNull public var frozenSeconds: Double?
        /// Nothing can be seen on the screen; a screen saver's is black and well.
        @ExplicitNull public var black: Bool?

        enum CodingKeys: String, CodingKey {
            case vncAvailable = "vnc_available"
            case displayActive = "display_active"
            case estimatedFrameRate = "estimated_frame_rate"
            case frozenSeconds = "frozen_seconds"
            case black
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
        /// The same in decibels below full scale; -100 stands for all that is fainter.
        @ExplicitNull public var rmsDecibels: Double?
        /// The peak in decibels below full scale; -100 stands for all that is fainter.
        @ExplicitNull public var peakDecibels: Double?
        /// Nothing can be heard; a guest that plays nothing is silent and well.
        @ExplicitNull public var silent: Bool?
        /// The guest's stream in the sound server; nil when it was not asked or does not answer.
        @ExplicitNull public var guestStream: GuestStream?

        enum CodingKeys: String, CodingKey {
            case pulseRunning = "pulse_running"
            case audioDevices = "audio_devices"
            case estimatedLevel = "estimated_level"
            case rmsDecibels = "rms_db"
            case peakDecibels = "peak_db"
            case silent
            case guestStream = "guest_stream"
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
        /// Milliseconds that 95 of 100 frames take at most to encode; nil while nothing is encoded.
        @ExplicitNull public var encodeMilliseconds: Double?
        /// Frames dropped at viewers' queues by the encoders that run now.
        @ExplicitNull public var queueDrops: Int?
        /// Per cent of one core that the guest's processors took over the last interval.
        @ExplicitNull public var vcpuProgress: Double?
        /// Disk errors that QEMU has reported since it began.
        @ExplicitNull public var diskErrors: Int?

        enum CodingKeys: String, CodingKey {
            case qemuCPU = "qemu_cpu"
            case qemuMemory = "qemu_memory"
            case loadAverage = "load_average"
            case encodeMilliseconds = "encode_ms_p95"
            case queueDrops = "queue_drops"
            case vcpuProgress = "vcpu_progress"
            case diskErrors = "disk_errors"
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
        /// Transmit errors of bridge and TAP since they were made.
        @ExplicitNull public var txErrors: Int?
        /// Receive errors of bridge and TAP since they were made.
        @ExplicitNull public var rxErrors: Int?
        /// Transmit errors per second over the last 10 s.
        @ExplicitNull public var txErrorRate: Double?
        /// Receive errors per second over the last 10 s.
        @ExplicitNull public var rxErrorRate: Double?

        enum CodingKeys: String, CodingKey {
            case bridgeUp = "bridge_up"
            case tapUp = "tap_up"
            case txErrors = "tx_errors"
            case rxErrors = "rx_errors"
            case txErrorRate = "tx_error_rate"
            case rxErrorRate = "rx_error_rate"
        }
    }
}
