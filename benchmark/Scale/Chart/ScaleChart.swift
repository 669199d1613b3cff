import Foundation

/// What grew, as one SVG picture without scripts or fonts of its own: a row for each series, a plot for each figure.
struct ScaleChart: Sendable {
    private static let width = 340.0
    private static let height = 240.0
    private let series: [ScaleSeries]

    init(_ series: [ScaleSeries]) { self.series = series.filter { !$0.rows.isEmpty } }

    /// The picture.
    var svg: String {
        let plots = series.map(Self.plots)
        let columns = plots.map(\.count).max() ?? 1
        let (width, height) = (Self.width * Double(columns), Self.height * Double(max(1, plots.count)))
        let body = plots.enumerated().map { row, plots in
            plots.enumerated().map { column, plot in
                "<g transform=\"translate(\(Int(Self.width) * column),\(Int(Self.height) * row))\">\(plot.svg)</g>"
            }.joined(separator: "\n")
        }.joined(separator: "\n")
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(width))" height="\(Int(height))" \
            viewBox="0 0 \(Int(width)) \(Int(height))" font-family="sans-serif" font-size="11">
            <rect width="100%" height="100%" fill="white"/>
            \(body)
            </svg>

            """
    }

    /// - Throws: `BenchError.unwritable`.
    func write(to path: String) throws {
        do { try Data(svg.utf8).write(to: URL(fileURLWithPath: path)) } catch {
            throw BenchError.unwritable(path: path)
        }
    }

    private static func plots(_ series: ScaleSeries) -> [ScalePlot] {
        let wanted =
            switch series.part {
            case .viewers: ["node.cpu", "node.rss", "viewer.join.p95"]
            case .guests: ["guests.cpu", "guests.pss", "viewer.join.p95"]
            default: ["hub.cpu", "hub.rss", "socket.join.p95"]
            }
        return wanted.compactMap { key in
            let figure = series.rows.lazy.compactMap { $0.figures.first { $0.key == key } }.first
            let points = series.rows.compactMap { row in
                row.value(key).map { ScalePlot.Point(x: Double(row.count), y: $0, isFitted: row.saturation == nil) }
            }
            guard let figure, !points.isEmpty else { return nil }
            return ScalePlot(
                title: figure.heading, axis: series.title, points: points, width: width, height: height)
        }
    }
}
