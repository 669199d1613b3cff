import Foundation
import Probe

/// An instance's quality as `GET /api/quality/metrics` shows it. What is not measured is `null`.
struct QualityMetrics: Encodable, Sendable {
    /// What of it can be used.
    struct Availability: Encodable, Sendable, Equatable {
        /// An RFB server listens.
        @ExplicitNull var vnc: Bool?
        /// The capture delivers a picture.
        @ExplicitNull var stream: Bool?
        /// The sound server runs.
        @ExplicitNull var audio: Bool?
        /// QEMU, which takes the input, runs and answers.
        @ExplicitNull var controls: Bool?
    }

    /// How good it is.
    struct Quality: Encodable, Sendable, Equatable {
        /// Milliseconds that the node took to answer the hub's last request for its viewers' figures, at most a second ago.
        @ExplicitNull var connectionLatency: Double?
        /// Frames per second that differ from the one before; 0 on a static screen.
        @ExplicitNull var videoFrameRate: Double?
        /// See ``AudioQuality``.
        @ExplicitNull var audioQuality: AudioQuality?
        /// 0...1, linear, of the sound that is streamed.
        @ExplicitNull var audioLevel: Double?
        /// QEMU answers its control socket.
        @ExplicitNull var controlsResponsive: Bool?
        /// Per cent of packets that viewers missed: the mean of those whose receivers report; `null` without any.
        @ExplicitNull var packetLoss: Double?
        /// Milliseconds, likewise.
        @ExplicitNull var jitter: Double?
    }

    let instanceId: String
    let availability: Availability
    let quality: Quality
    let errors: [String]
    /// Seconds since the node's last report.
    @ExplicitNull var reportAge: Double?

    /// - Parameters:
    ///   - figures: what the node's viewers report; nil when the node did not answer.
    init(_ report: NodeReport, figures: ViewerFigures?, now: ContinuousClock.Instant = .now) {
        let health = report.health
        let deep = health?.deepHealth
        instanceId = report.instance.id.rawValue
        availability = Availability(
            vnc: .init(wrappedValue: deep?.video.vncAvailable), stream: .init(wrappedValue: deep?.video.displayActive),
            audio: .init(wrappedValue: deep?.audio.pulseRunning), controls: .init(wrappedValue: deep?.qemuHealthy))
        quality = Quality(
            connectionLatency: .init(wrappedValue: figures?.roundTrip),
            videoFrameRate: .init(wrappedValue: deep?.video.estimatedFrameRate),
            audioQuality: .init(wrappedValue: AudioQuality(report.json(at: now)["deepHealth"]?["audio"])),
            audioLevel: .init(wrappedValue: deep?.audio.estimatedLevel),
            controlsResponsive: .init(wrappedValue: deep?.qemuHealthy),
            packetLoss: .init(wrappedValue: figures?.packetLoss), jitter: .init(wrappedValue: figures?.jitter))
        errors = health?.errors ?? []
        _reportAge = .init(wrappedValue: report.state.reportAge(at: now))
    }
}
