import Foundation
import GStreamer

/// Measures one codec on the guests of a running fleet, each with one viewer: what the viewers get, and what the nodes
/// say of themselves over the same seconds.
struct TargetMeasurement: Sendable {
    /// What one guest came to.
    struct Guest: Sendable {
        let received: ReceivedRates
        /// Its node's metrics at the beginning and at the end; nil where they could not be had.
        let before: NodeMetrics?
        let after: NodeMetrics?
        /// Between the two readings, in seconds.
        let seconds: Double
    }

    let target: FleetTarget
    let codec: VideoCodec
    /// This machine's, towards the fleet.
    let address: String
    let windows: CodecWindows
    let rate: Int
    /// The fleet's name and Loco's version there.
    let machine: String
    let version: String

    /// Watches the guests, all at the same time.
    ///
    /// - Throws: `BenchError.noVideo`, `refused`, and what the network says.
    func row(of ids: [String]) async throws -> CodecRow {
        let started = Date()
        let viewers = try ids.map { try Viewer(of: $0, hub: target.hub, codec: codec, addresses: [address]) }
        return try await ViewerGroup.with(viewers) { viewers in
            for viewer in viewers { try await viewer.join(log: "on its node's host") }
            try await Task.sleep(for: windows.settle)
            let size = try await viewers.first?.message("size")
            var elements: Set<String> = []
            for id in ids { elements.formUnion(try await target.encoders(of: id, codec: codec)) }
            let starts = try await readings(of: viewers)
            try await Task.sleep(for: windows.cost)
            let ends = try await readings(of: viewers)
            let guests = zip(starts, ends).map { start, end in
                Guest(
                    received: ReceivedRates(end.counts - start.counts, over: max(1, end.countedAt - start.countedAt)),
                    before: start.metrics, after: end.metrics, seconds: Double(end.readAt - start.readAt) / 1e9)
            }
            guard let width = size?.width, let height = size?.height else {
                throw BenchError.noSize(instance: ids.first ?? "the fleet")
            }
            let element = elements.sorted().joined(separator: "+")
            let subject = CodecRow.Subject(
                replicas: ids.count, codec: codec.rawValue, encoder: element.isEmpty ? "unknown" : element,
                preset: CodecEncoder.allCases.first { $0.element == element }?.preset ?? "unknown", width: width,
                height: height, targetFPS: rate, source: "fleet")
            return row(of: guests, subject, started)
        }
    }

    private struct Reading: Sendable {
        let counts: RTPCounts
        let countedAt: UInt64
        let metrics: NodeMetrics?
        let readAt: UInt64
    }

    private func readings(of viewers: [Viewer]) async throws -> [Reading] {
        var readings: [Reading] = []
        for viewer in viewers {
            let (counts, countedAt) = (viewer.meter.counts, Runtime.now())
            let metrics = try await target.metrics(of: viewer.instance)
            readings.append(Reading(counts: counts, countedAt: countedAt, metrics: metrics, readAt: Runtime.now()))
        }
        return readings
    }

    /// The figures of all guests as those of one row. What cannot be seen from outside is nil: quality, and the way to a
    /// decoded frame, which would take one clock for both ends.
    func row(of guests: [Guest], _ subject: CodecRow.Subject, _ started: Date) -> CodecRow {
        /// The mean over all guests; nil where it is not known of each.
        func mean(_ figure: (Guest) -> Double?) -> Double? {
            let figures = guests.compactMap(figure)
            return figures.count == guests.count && !figures.isEmpty
                ? figures.reduce(0, +) / Double(figures.count) : nil
        }
        func growth(_ name: String, _ labels: [String: String] = [:]) -> (Guest) -> Double? {
            { guest in
                guard let before = guest.before?.total(name, labels), let after = guest.after?.total(name, labels),
                    after >= before
                else { return nil }
                return after - before
            }
        }
        let (before, after) = (guests.compactMap(\.before), guests.compactMap(\.after))
        let hasAll = before.count == guests.count && after.count == guests.count
        func encode(_ share: Double) -> Double? {
            guard hasAll else { return nil }
            return NodeMetrics(of: after).quantile(
                share, of: "loco_stage_seconds", ["stage": "encode"], since: NodeMetrics(of: before)
            ).map { $0 * 1000 }
        }
        let dropped = guests.compactMap(growth("loco_dropped_frames_total", ["codec": subject.codec]))
        return CodecRow(
            subject: subject, fps: guests.map(\.received.framesPerSecond).min(),
            bitrate: mean(\.received.videoKilobits),
            cpuPercentPerGuest: mean { guest in
                growth("loco_process_cpu_seconds_total")(guest).map { $0 / guest.seconds * 100 }
            },
            rssMegabytesPerGuest: mean { $0.after?.total("loco_process_resident_bytes").map { $0 / 1e6 } },
            encodeP50: encode(0.5), encodeP95: encode(0.95), glassP50: nil, glassP95: nil, psnrY: nil, ssim: nil,
            droppedFrames: dropped.count == guests.count ? Int(dropped.reduce(0, +)) : nil, machine: machine,
            version: version, startedAt: started)
    }
}
