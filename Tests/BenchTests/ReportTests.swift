import Foundation
import FoundationXML
import Testing

@testable import bench

@Suite("The report", .timeLimit(.minutes(1))) final class ReportTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("report-\(UUID())")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func row(
        _ encoder: String = "x264enc", replicas: Int = 1, fps: Int = 30, source: String = "scroll", width: Int = 640
    ) -> CodecRow {
        CodecRow(
            subject: .init(
                replicas: replicas, codec: "h264", encoder: encoder, preset: "", width: width, height: width * 3 / 4,
                targetFPS: fps, source: source),
            fps: Double(fps) - 0.5, bitrate: Double(fps * 50 + replicas), cpuPercentPerGuest: 12.5,
            rssMegabytesPerGuest: 60, encodeP50: 2, encodeP95: 4.5, glassP50: 12, glassP95: 31, psnrY: 41.5, ssim: 0.98,
            droppedFrames: 1, machine: "CPU & co; 2 cores", version: "1.2.3",
            startedAt: Date(timeIntervalSince1970: 1_700_000_000))
    }

    /// Whether it is XML as a whole.
    private func isWellFormed(_ text: String) -> Bool { XMLParser(data: Data(text.utf8)).parse() }

    @Test("axes hold all values between round numbers, and spread far ones by their logarithm")
    func axes() {
        let plain = ChartAxis([3.2, 17.9])
        #expect(plain.lower <= 3.2 && plain.upper >= 17.9 && !plain.isLogarithmic)
        #expect(plain.ticks == [0, 5, 10, 15, 20])
        #expect(plain.position(plain.lower) == 0 && plain.position(plain.upper) == 1)
        #expect(ChartAxis([12, 14], startsAtZero: true).lower == 0)
        let wide = ChartAxis([120, 9000], allowsLog: true)
        #expect(wide.isLogarithmic && wide.ticks == [100, 200, 500, 1000, 2000, 5000, 10000])
        #expect(abs(wide.position(1000) - 0.5) < 1e-9)
        #expect(!ChartAxis([0, 9000], allowsLog: true).isLogarithmic)
        for values in [[], [5], [0, 0], [.infinity, 3], [.nan]] as [[Double]] {
            let axis = ChartAxis(values)
            #expect(axis.lower < axis.upper && axis.ticks.count > 1, "\(values)")
        }
    }

    @Test("each chart shows what was measured, and one without figures is left out")
    func charts() throws {
        let rows = [row(), row(fps: 60), row("vp8enc"), row(replicas: 3), row(source: "game")]
        let charts = CodecCharts(rows).all
        #expect(charts.map(\.key) == ["quality", "ssim", "cpu", "latency", "fps"])
        let quality = try #require(charts.first)
        #expect(quality.names == ["x264enc", "vp8enc"])
        #expect(quality.panels.map(\.title) == ["game 640x480", "scroll 640x480"])
        // Of one guest alone, from left to right.
        #expect(quality.panels[1].series[0].points.map(\.x) == [1501, 3001])
        let cpu = try #require(charts.first { $0.key == "cpu" })
        #expect(cpu.panels[0].series[0].points.map(\.y) == [12.5, 37.5])
        let unmeasured = rows.map { row in
            var row = row
            (row.psnrY, row.ssim, row.glassP95, row.encodeP95) = (nil, nil, nil, nil)
            return row
        }
        #expect(CodecCharts(unmeasured).all.map(\.key) == ["cpu", "fps"])
        #expect(CodecCharts([]).all.isEmpty)
    }

    @Test("the page holds every row, what was left out and the machine, and asks nothing of a network")
    func page() async throws {
        var poor = row("vp8enc", source: "<b>\"x\" & 'y'</b>")
        poor.psnrY = nil
        let path = folder.appendingPathComponent("report.html").path
        let (files, problems) = try await ReportWriter(rows: [row(), poor], skips: ["av1: no av1enc <here>"]).write(
            html: path)
        #expect(problems.isEmpty && files.first == path)
        let html = try String(contentsOfFile: path, encoding: .utf8)
        #expect(html.components(separatedBy: "<tr>").count - 1 == 3)
        #expect(html.contains("av1: no av1enc &lt;here&gt;") && html.contains("CPU &amp; co; 2 cores"))
        #expect(html.contains("&lt;b&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/b&gt;") && !html.contains("<b>"))
        #expect(html.contains("PSNR: not measured in 1 of 2 rows"))
        for outside in ["http:", "https:", "src=", "@import", "url(", "<script"] { #expect(!html.contains(outside)) }
        #expect(html.contains("prefers-color-scheme:dark"))
    }

    @Test("charts are saved as SVG and as PNG of twice the size")
    func files() async throws {
        let path = folder.appendingPathComponent("figures.html").path
        let (files, problems) = try await ReportWriter(rows: [row(), row(fps: 60)]).write(html: path)
        #expect(problems.isEmpty && files.count == 11)
        for key in ["quality", "ssim", "cpu", "latency", "fps"] {
            let base = folder.appendingPathComponent("figures-\(key)").path
            let svg = try String(contentsOfFile: base + ".svg", encoding: .utf8)
            #expect(isWellFormed(svg), "\(key)")
            let png = try [UInt8](Data(contentsOf: URL(fileURLWithPath: base + ".png")))
            #expect(png.prefix(8) == [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
            // The width, in the first chunk.
            #expect(png[16..<20].reduce(0) { $0 << 8 | Int($1) } == 2160)
        }
    }

    @Test("a drawing is well-formed whatever the names hold, also without a single point")
    func drawing() {
        let point = Chart.Point(x: 1, y: .infinity, hint: "<&\u{1}>")
        let chart = Chart(
            key: "k", title: "<t> & \"q\"", caption: "'", xLabel: "<", yLabel: "&", names: ["a<b", "c"],
            panels: [Chart.Panel(title: "p&", series: [Chart.Series(name: 0, points: [point])])])
        #expect(isWellFormed(ChartSVG(chart).file()) && isWellFormed(ChartSVG(chart).inline))
    }
}
