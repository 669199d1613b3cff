import Probe
import Signaling

/// A node's measurements at one moment, as Prometheus reads them. Everything is gathered when it is asked for, so that a
/// viewer's and an encoder's series vanish with them.
struct NodeMetrics: Sendable {
    /// The instance's id, a label of every series.
    var instance: String
    /// How long frames take, by stage.
    var stages: [(name: String, reading: DurationHistogram.Reading)]
    var captureDelay: DurationHistogram.Reading
    var frames: FrameMeter.Reading
    /// Processor time in nanoseconds.
    var gateTime: UInt64
    var encoders: [EncoderFigures]
    var viewers: [ViewerSummary]
    var sessions: Viewers.Counters
    var clickToPixel: DurationHistogram.Reading
    /// Seconds; nil before the first measurement.
    var clickQuantiles: (p50: Double, p95: Double, p99: Double)?
    var firstFrame: DurationHistogram.Reading
    var join: DurationHistogram.Reading
    /// How long sessions lasted that have ended.
    var session: DurationHistogram.Reading
    /// What failed in them.
    var failures: ViewerTelemetry.Failures
    /// What the watch over the guest knows.
    var health: HealthFigures
    var process: ProcessUsage?
    var liveObjects: Int
    var recordings = RecordingFigures()

    /// Prometheus's text format.
    var text: String {
        var page = PrometheusText()
        writeStages(to: &page)
        writeEncoders(to: &page)
        writeSessions(to: &page)
        writeViewers(to: &page)
        recordings.write(to: &page, instance: instance)
        health.write(to: &page, instance: instance)
        writeProcess(to: &page)
        return page.text
    }

    private var own: [(String, String)] { [("instance", instance)] }

    private func writeStages(to page: inout PrometheusText) {
        page.family("loco_stage_seconds", .histogram, "How long frames take, by stage of their way through the node.")
        for stage in stages { page.sample("loco_stage_seconds", own + [("stage", stage.name)], stage.reading) }
        page.family("loco_capture_delay_seconds", .histogram, "From the guest's drawing to the grab.")
        page.sample("loco_capture_delay_seconds", own, captureDelay)
        page.family("loco_frames_total", .counter, "Looks at the guest's screen, and those that found it changed.")
        page.sample("loco_frames_total", own + [("kind", "grabbed")], Double(frames.frames))
        page.sample("loco_frames_total", own + [("kind", "changed")], Double(frames.changedFrames))
        page.family("loco_gate_seconds_total", .counter, "Processor time spent looking at the screen and comparing.")
        page.sample("loco_gate_seconds_total", own, Double(gateTime) / 1e9)
    }

    private func writeEncoders(to page: inout PrometheusText) {
        func each(
            _ name: String, _ kind: PrometheusText.Kind, _ help: String, _ value: (EncoderFigures) -> Double?
        ) {
            page.family(name, kind, help)
            for encoder in encoders {
                guard let value = value(encoder) else { continue }
                page.sample(name, own + [("rendition", encoder.rendition), ("codec", encoder.codec)], value)
            }
        }
        each("loco_encoder_viewers", .gauge, "Viewers that get the encoder's stream.") { Double($0.viewers) }
        each("loco_encoder_target_bits", .gauge, "Bits per second the encoder aims at.") {
            $0.targetBits.map(Double.init)
        }
        each("loco_encoded_frames_total", .counter, "Frames the encoder made since it started.") { Double($0.frames) }
        each("loco_encoded_bytes_total", .counter, "Bytes the encoder made since it started.") { Double($0.bytes) }
        each("loco_keyframes_total", .counter, "Keyframes the encoder made since it started.") { Double($0.keyframes) }
        each("loco_dropped_frames_total", .counter, "Frames of the encoder that viewers missed since it started.") {
            Double($0.dropped)
        }
    }

    private func writeSessions(to page: inout PrometheusText) {
        page.family("loco_viewers", .gauge, "Viewers' sessions now.")
        page.sample("loco_viewers", own, Double(viewers.count))
        page.family("loco_sessions_opened_total", .counter, "Sessions answered.")
        page.sample("loco_sessions_opened_total", own, Double(sessions.opened))
        page.family("loco_sessions_total", .counter, "Sessions that ended, by reason.")
        for end in SessionEnd.allCases {
            page.sample("loco_sessions_total", own + [("end", end.rawValue)], Double(sessions.ended[end] ?? 0))
        }
        page.family("loco_negotiation_failures_total", .counter, "Offers that could not be answered, by reason.")
        for reason in NegotiationFailure.allCases {
            page.sample(
                "loco_negotiation_failures_total", own + [("reason", reason.rawValue)],
                Double(sessions.refused[reason] ?? 0))
        }
        page.family("loco_session_seconds", .histogram, "From a viewer's offer to its session's end.")
        page.sample("loco_session_seconds", own, session)
        page.family("loco_ice_failures_total", .counter, "Sessions that ended because of ICE, by how it failed.")
        for kind in ICEFailure.allCases {
            page.sample(
                "loco_ice_failures_total", own + [("kind", kind.rawValue)], Double(failures.ice[kind] ?? 0))
        }
        page.family("loco_sctp_errors_total", .counter, "Failures of data channels and their transport, by kind.")
        for kind in SCTPFailure.allCases {
            page.sample(
                "loco_sctp_errors_total", own + [("kind", kind.rawValue)], Double(failures.sctp[kind] ?? 0))
        }
        page.family(
            "loco_click_to_pixel_seconds", .histogram,
            "From input in a viewer's page to the frame that shows its effect there, as viewers measure it.")
        page.sample("loco_click_to_pixel_seconds", own, clickToPixel)
        page.family(
            "loco_click_to_pixel_quantile_seconds", .gauge, "The same over the newest samples of all viewers.")
        if let clickQuantiles {
            let values = [("0.5", clickQuantiles.p50), ("0.95", clickQuantiles.p95), ("0.99", clickQuantiles.p99)]
            for (quantile, value) in values {
                page.sample("loco_click_to_pixel_quantile_seconds", own + [("quantile", quantile)], value)
            }
        }
        page.family(
            "loco_first_frame_seconds", .histogram,
            "From a viewer's wish for a picture to its first frame, as viewers measure it.")
        page.sample("loco_first_frame_seconds", own, firstFrame)
        page.family("loco_join_seconds", .histogram, "From a viewer's offer to its connection.")
        page.sample("loco_join_seconds", own, join)
    }

    private func writeViewers(to page: inout PrometheusText) {
        func each(
            _ name: String, _ kind: PrometheusText.Kind, _ help: String, _ value: (ViewerSummary) -> Double?
        ) {
            page.family(name, kind, help)
            for viewer in viewers {
                guard let value = value(viewer) else { continue }
                page.sample(name, own + [("viewer", viewer.id)], value)
            }
        }
        each("loco_viewer_estimate_bits", .gauge, "Bits per second the viewer's path carries, as estimated.") {
            $0.estimate.map(Double.init)
        }
        each("loco_viewer_loss_ratio", .gauge, "Share of the packets to the viewer that were lost.") { $0.loss }
        each("loco_viewer_round_trip_seconds", .gauge, "Round trip to the viewer, by its receiver reports.") {
            $0.roundTrip.map { $0 / 1000 }
        }
        each("loco_viewer_decoded_fps", .gauge, "Frames per second that the viewer decodes, as it says.") {
            $0.decodedFps
        }
        each("loco_viewer_delivered_frames_total", .counter, "Frames queued for the viewer.") { Double($0.delivered) }
        each("loco_viewer_dropped_frames_total", .counter, "Frames the viewer missed.") { Double($0.dropped) }
        each("loco_viewer_unsent_packets_total", .counter, "Packets that the node's socket did not take.") {
            Double($0.unsent)
        }
        page.family("loco_viewer_rendition", .gauge, "1 for the rendition the viewer gets.")
        for viewer in viewers {
            page.sample(
                "loco_viewer_rendition", own + [("viewer", viewer.id), ("rendition", viewer.rendition)], 1)
        }
        page.family(
            "loco_viewer_click_to_pixel_seconds", .gauge, "Click to pixel over the viewer's newest samples.")
        for viewer in viewers {
            guard let measured = viewer.clickToPixel else { continue }
            for (quantile, value) in [("0.5", measured.p50), ("0.95", measured.p95), ("0.99", measured.p99)] {
                page.sample(
                    "loco_viewer_click_to_pixel_seconds", own + [("viewer", viewer.id), ("quantile", quantile)],
                    value / 1000)
            }
        }
    }

    private func writeProcess(to page: inout PrometheusText) {
        func one(_ name: String, _ kind: PrometheusText.Kind, _ help: String, _ value: Double?) {
            page.family(name, kind, help)
            if let value { page.sample(name, own, value) }
        }
        one(
            "loco_process_resident_bytes", .gauge, "RAM of the node's process.",
            process.map { Double($0.residentBytes) })
        one("loco_process_cpu_seconds_total", .counter, "Processor time of the node's process.", process?.cpuSeconds)
        one("loco_process_threads", .gauge, "Threads of the node's process.", process.map { Double($0.threads) })
        one("loco_process_open_fds", .gauge, "Open files of the node's process.", process.map { Double($0.openFiles) })
        one("loco_live_objects", .gauge, "Media objects that are not freed yet.", Double(liveObjects))
    }
}
