import Foundation

/// An instance's health as `GET /health` of a node and the hub's deep-health routes give it.
public struct HealthReport: Sendable, Codable, Equatable {
    /// The instance.
    public var instanceId: String
    /// When it was measured.
    public var timestamp: Date
    /// How it is.
    public var overallStatus: OverallStatus
    /// The measurements.
    public var deepHealth: DeepHealth
    /// Where the failure is.
    public var failureType: FailureClass
    /// Something should be done about it.
    public var recoveryNeeded: Bool
    /// What is wrong, one sentence each.
    public var errors: [String]
    /// The same with what was measured and the limit it broke; empty from a node that does not tell.
    @EmptyIfMissing public var evidence: [Evidence] = []
    /// QEMU's word for what the guest does: "running", "paused"; nil when not known.
    @ExplicitNull public var runState: String?
    /// What is being tried to mend it; nil from where nobody mends.
    @ExplicitNull public var recovery: Recovery?
    /// What the focus means for it; nil from where nobody tells.
    @ExplicitNull public var focus: Focus?
    /// Where it runs, when in Kubernetes.
    @ExplicitNull public var kubernetes: Kubernetes?
    /// The processes behind it.
    public var services: [Service] = []
    /// Viewers connected; nil when not known.
    @ExplicitNull public var viewers: Int?
    /// The capture; nil while there is none.
    @ExplicitNull public var capture: Capture?
    /// The encoders that run now.
    public var encoders: [Encoder] = []
    /// What encodes each codec that is offered, whether somebody watches or not; nil from a node that does not tell.
    public var encoderChoices: [EncoderChoice]?

    /// A report with the verdict on `facts`.
    public init(instanceId: String, timestamp: Date = Date(), facts: HealthFacts, deepHealth: DeepHealth) {
        let verdict = HealthVerdict.of(facts)
        self.instanceId = instanceId
        self.timestamp = timestamp
        overallStatus = verdict.status
        self.deepHealth = deepHealth
        failureType = verdict.failure
        recoveryNeeded = verdict.recoveryNeeded
        errors = verdict.errors
        evidence = verdict.evidence
        runState = facts.runState
    }

    /// The report on an instance whose node does not report: nothing of it is measured now, and old measurements
    /// would pass for new ones.
    public init(instanceId: String, timestamp: Date = Date(), contact: NodeContact) {
        var facts = HealthFacts()
        facts.node = contact
        self.init(instanceId: instanceId, timestamp: timestamp, facts: facts, deepHealth: DeepHealth())
    }

    /// The guest is on its first way up: that degrades and accuses nobody, and nothing else does.
    public var isStarting: Bool { overallStatus == .degraded && failureType == .none }

    /// The report as JSON: sorted keys, ISO 8601 time, `null` for what is not measured.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    /// Reads what `json()` wrote.
    public static func decode(_ data: Data) throws -> HealthReport {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(HealthReport.self, from: data)
    }

    /// A pod.
    public struct Kubernetes: Sendable, Codable, Hashable {
        /// Its namespace.
        public var namespace: String
        /// Its name.
        public var podName: String
        /// When the hub found it.
        public var discoveredAt: Date

        /// Names a pod.
        public init(namespace: String, podName: String, discoveredAt: Date) {
            self.namespace = namespace
            self.podName = podName
            self.discoveredAt = discoveredAt
        }
    }

    /// One process behind the instance.
    public struct Service: Sendable, Codable, Equatable {
        /// "xserver", "pulse", "qemu".
        public var name: String
        /// stopped, starting, running, stopping, error or restarting.
        public var state: String
        /// Its pid; nil when it has none.
        @ExplicitNull public var pid: Int32?
        /// Seconds since it was ready; nil when it is not running.
        @ExplicitNull public var uptime: Double?
        /// Starts after an end nobody asked for.
        public var restarts: Int

        /// Describes a process.
        public init(name: String, state: String, pid: Int32?, uptime: Double?, restarts: Int) {
            self.name = name
            self.state = state
            self.restarts = restarts
            self.pid = pid
            self.uptime = uptime
        }
    }

    /// The capture of the guest's picture.
    public struct Capture: Sendable, Codable, Hashable {
        /// Frames per second grabbed, changed or not.
        @ExplicitNull public var grabbedFps: Double?
        /// The guest's mode in pixels.
        public var width: Int
        /// The guest's mode in pixels.
        public var height: Int

        /// Describes a capture.
        public init(grabbedFps: Double?, width: Int, height: Int) {
            self.width = width
            self.height = height
            self.grabbedFps = grabbedFps
        }
    }

    /// What encodes a codec.
    public struct EncoderChoice: Sendable, Codable, Equatable {
        /// An element that is installed and not used.
        public struct PassedOver: Sendable, Codable, Equatable {
            /// "vah264enc".
            public var element: String
            /// What it was that failed.
            public var reason: String

            /// Describes an element that is passed over.
            public init(element: String, reason: String) {
                self.element = element
                self.reason = reason
            }
        }

        /// "h264" or "vp8".
        public var codec: String
        /// The element that encodes it, "x264enc"; nil where there is none.
        @ExplicitNull public var element: String?
        /// Better ones that failed.
        public var passedOver: [PassedOver]

        /// Describes a choice.
        public init(codec: String, element: String?, passedOver: [PassedOver]) {
            self.codec = codec
            self.passedOver = passedOver
            self.element = element
        }
    }

    /// An encoder that runs.
    public struct Encoder: Sendable, Codable, Equatable {
        /// "full", "tile" or "audio".
        public var rendition: String
        /// "H264", "VP8", "opus".
        public var codec: String
        /// The element that does it, "x264enc".
        public var element: String
        /// Frames per second that came out of it over the last window.
        @ExplicitNull public var fps: Double?
        /// Bits per second that came out of it over the last window.
        @ExplicitNull public var bitrate: Double?

        /// Describes an encoder.
        public init(rendition: String, codec: String, element: String, fps: Double?, bitrate: Double?) {
            self.rendition = rendition
            self.codec = codec
            self.element = element
            self.fps = fps
            self.bitrate = bitrate
        }
    }
}
