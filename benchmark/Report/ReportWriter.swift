import Foundation
import GStreamer

/// Writes the report of a table of codec figures: a page, and its charts as files beside it.
struct ReportWriter: Sendable {
    let rows: [CodecRow]
    /// What was not measured, and why, a line each.
    var skips: [String] = []

    /// Writes `report.html`, and `report-quality.svg`, `report-quality.png` and so on beside it.
    ///
    /// - Parameter path: of the page.
    /// - Returns: the files it wrote, and why any was not.
    /// - Throws: `BenchError.unwritable`, or `GStreamerError` where GStreamer cannot be started.
    func write(html path: String) async throws -> (files: [String], problems: [String]) {
        let charts = CodecCharts(rows).all
        var files: [String] = []
        let page = ReportPage(rows: rows, skips: skips, charts: charts, notes: notes)
        files.append(try Self.save(Data(page.html.utf8), path))
        var problems = Set<String>()
        let base = path.hasSuffix(".html") ? String(path.dropLast(5)) : path
        try Runtime.start()
        for chart in charts {
            let drawing = ChartSVG(chart)
            files.append(try Self.save(Data(drawing.file().utf8), "\(base)-\(chart.key).svg"))
            do {
                // Twice as many pixels: screens have had them for years.
                let size = drawing.size(scale: 2)
                let picture = try await PNGPicture.of(
                    svg: drawing.file(scale: 2), width: size.width, height: size.height)
                files.append(try Self.save(Data(picture), "\(base)-\(chart.key).png"))
            } catch let error as GStreamerError {
                problems.insert("no PNG files of the charts: \(error)")
            }
        }
        return (files, problems.sorted())
    }

    /// Figures that are absent, by column.
    private var notes: [String] {
        let figures: [(String, (CodecRow) -> Double?)] = [
            ("frame rate", \.fps), ("bitrate", \.bitrate), ("CPU", \.cpuPercentPerGuest),
            ("memory", \.rssMegabytesPerGuest), ("encode times", \.encodeP95), ("capture to decoded frame", \.glassP95),
            ("PSNR", \.psnrY), ("SSIM", \.ssim), ("dropped frames", { $0.droppedFrames.map(Double.init) }),
        ]
        return figures.compactMap { name, figure in
            let absent = rows.count { figure($0) == nil }
            return absent > 0 ? "\(name): not measured in \(absent) of \(rows.count) rows" : nil
        }
    }

    private static func save(_ data: Data, _ path: String) throws -> String {
        guard FileManager.default.createFile(atPath: path, contents: data) else {
            throw BenchError.unwritable(path: path)
        }
        return path
    }
}
