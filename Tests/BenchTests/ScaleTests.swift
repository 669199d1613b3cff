import Foundation
import FoundationXML
import Testing

@testable import bench

@Suite("How cost grows", .timeLimit(.minutes(1))) struct ScaleTests {
    private func series(_ points: [(count: Int, cpu: Double?, saturation: String?)]) -> ScaleSeries {
        ScaleSeries(
            part: .viewers, title: "viewers of one guest", guests: { _ in 1 }, viewersPerGuest: { $0.count },
            rows: points.map { point in
                ScaleRow(point.count, [ScaleFigure("node", "cpu", "%", point.cpu)], saturation: point.saturation)
            }, slopes: [.init(key: "node.cpu", name: "each viewer", unit: "% of a core", factor: 10)])
    }

    @Test("the slope is fitted to the sizes with room on the machine, and scaled")
    func slope() throws {
        let grown = series([(1, 6, nil), (10, 10.5, nil), (20, 15.5, nil), (40, 90, "the cores were 99 % busy")])
        let measure = try #require(grown.measures.first)
        #expect(abs((measure.value ?? 0) - 5) < 1e-9)
        #expect(measure.note?.contains("1, 10, 20 viewers") == true && measure.note?.contains("40") == false)
        #expect(grown.text.contains("saturated") && grown.text.contains("99 % busy; nothing larger follows"))
    }

    @Test("there is no slope where there are not two sizes with a figure")
    func noSlope() throws {
        for points: [(Int, Double?, String?)] in [
            [], [(1, 5, nil)], [(1, 5, nil), (2, nil, nil)], [(1, 5, nil), (2, 9, "full")],
        ] {
            let measure = try #require(series(points).measures.first)
            #expect(measure.value == nil && measure.note?.isEmpty == false)
        }
    }

    @Test("a row has all its figures in the file, one that was not measured without a value")
    func fields() {
        let grown = series([(3, nil, "full")])
        #expect(
            grown.rows[0].fields == [
                ["scale", "node", "cpu", "value", "%", ""], ["scale", "machine", "saturated", "value", "", "1"],
            ])
        let settings = MeasureSettings(
            loco: "", seconds: 8, rounds: 1, settleSeconds: 1, isQuick: false, csv: nil, isStrict: false)
        let leading = grown.leading(grown.rows[0], settings, at: Date(timeIntervalSince1970: 0))
        #expect(leading == ["1970-01-01T00:00:00Z", "scale-viewers", "1", "3", "8", "h264"])
        #expect(leading.count + grown.rows[0].fields[0].count == ResultFile.columns.count)
    }

    @Test("a file that several parts write to has its header once")
    func header() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("scale-\(UUID()).csv").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let leading = Array(repeating: "x", count: 6)
        let file = try ResultFile(path: path)
        for _ in 0..<2 { try file.append(leading, [Array(repeating: "y", count: 6)]) }
        try ResultFile(path: path).append(leading, [Array(repeating: "z", count: 6)])
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 4 && lines.filter { $0.hasPrefix("time,") }.count == 1)
    }

    @Test("a machine is full when its cores are, or when a viewer lacks frames that it had")
    func saturation() {
        #expect(Saturation.reason(busy: 80, frames: 29, usual: 30) == nil)
        #expect(Saturation.reason(busy: nil) == nil)
        #expect(Saturation.reason(busy: 97)?.contains("97 %") == true)
        #expect(Saturation.reason(busy: 50, frames: 20, usual: 30)?.contains("20.0 frames") == true)
        #expect(Saturation.reason(busy: 50, frames: 20, usual: nil) == nil)
    }

    @Test("the chart has what was measured, what was saturated apart, and the line between the ends of the former")
    func chart() throws {
        let chart = series([(1, 6, nil), (10, 10.5, nil), (20, nil, nil), (40, 90, "full")]).chart
        let panel = try #require(chart.panels.first)
        #expect(chart.panels.count == 1 && panel.title == "node cpu [%]")
        #expect(panel.series.map { $0.points.map(\.x) } == [[1, 10], [40], [1, 10]])
        #expect(panel.series.last?.points.map(\.y) == [6, 10.5])
        #expect(panel.series.map(\.isJoined) == [false, false, true])
        #expect(panel.series.map(\.isMarked) == [true, true, false])
        let parser = XMLParser(data: Data(ChartSVG(chart).file().utf8))
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        #expect(series([]).chart.isEmpty)
    }
}
