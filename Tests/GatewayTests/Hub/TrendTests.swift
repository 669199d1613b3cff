import Foundation
import Probe
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct TrendTests {
    private let start = ContinuousClock.now
    private let date = Date(timeIntervalSince1970: 1_000_000)

    private func report(_ fps: Double?) -> HealthReport {
        var report = HealthReport.fake()
        report.deepHealth.video.estimatedFrameRate = fps
        return report
    }

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private func trend(_ reports: [(Double, Double?)]) -> Trend {
        var trend = Trend()
        for (seconds, fps) in reports { trend.note(report(fps), at: at(seconds), date: date) }
        return trend
    }

    @Test func `of the reports within one span the newest counts`() {
        let trend = trend([(0, 10), (1, 11), (2, 12), (3, 13), (4, 14)])
        let (from, samples) = trend.samples(at: at(4.5)) ?? (.distantPast, [])
        #expect(from == date)
        #expect(samples.map(\.fps) == [11, 13, 14])
    }

    @Test func `a span without a report is a gap, also at the end`() {
        let trend = trend([(0, 10), (7, 17)])
        #expect(trend.samples(at: at(7))?.samples.map(\.fps) == [10, nil, nil, 17])
        #expect(trend.samples(at: at(12.1))?.samples.map(\.fps) == [10, nil, nil, 17, nil, nil])
        #expect(trend.samples(at: at(12.1))?.samples.last == TrendSample())
    }

    @Test func `what a report does not measure is a gap, though it came`() {
        #expect(trend([(0, nil), (2, 0)]).samples(at: at(2))?.samples.map(\.fps) == [nil, 0])
        var silent = HealthReport.fake()
        silent.encoders = [.init(rendition: "full", codec: "H264", element: "x264enc", fps: nil, bitrate: nil)]
        #expect(TrendSample(silent).kbps == nil)
        silent.encoders[0].bitrate = 900_000
        silent.encoders.append(.init(rendition: "audio", codec: "opus", element: "opusenc", fps: nil, bitrate: 64_000))
        #expect(TrendSample(silent).kbps == 964)
    }

    @Test func `ten minutes are kept, however long it lasts and however long nothing came`() {
        var trend = Trend()
        #expect(trend.samples(at: start) == nil)
        for second in 0..<700 { trend.note(report(Double(second)), at: at(Double(second)), date: date) }
        var (from, samples) = trend.samples(at: at(699)) ?? (.distantPast, [])
        #expect(samples.count == 300 && samples.first?.fps == 101 && samples.last?.fps == 699)
        #expect(from == date.addingTimeInterval(100))
        trend.note(report(5), at: at(100_000), date: date)
        (from, samples) = trend.samples(at: at(100_001)) ?? (.distantPast, [])
        #expect(samples.count == 300 && samples.dropLast().allSatisfy { $0 == TrendSample() })
        #expect(samples.last?.fps == 5 && from == date.addingTimeInterval(100_002 - 600))
    }
}
