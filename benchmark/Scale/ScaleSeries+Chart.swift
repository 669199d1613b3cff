import Foundation

extension ScaleSeries {
    /// A panel for each figure that matters: what was measured, and the straight line that was fitted to it.
    var chart: Chart {
        let names = ["measured", "saturated", "fitted"]
        let panels = charted.compactMap { key -> Chart.Panel? in
            guard let heading = rows.lazy.compactMap({ $0.figures.first { $0.key == key }?.heading }).first else {
                return nil
            }
            func points(_ rows: [ScaleRow]) -> [Chart.Point] {
                rows.compactMap { row in
                    row.value(key).map {
                        Chart.Point(x: Double(row.count), y: $0, hint: "\(row.count): \(Figure.short($0))")
                    }
                }
            }
            let measured = points(fitted)
            var series = [
                Chart.Series(name: 0, points: measured, isJoined: false),
                Chart.Series(name: 1, points: points(rows.filter { $0.saturation != nil }), isJoined: false),
            ]
            // What does not grow by the number has no line.
            if slopes.contains(where: { $0.key == key }), let fit = fit(key), let first = measured.first,
                let last = measured.last
            {
                let ends = [first.x, last.x].map { Chart.Point(x: $0, y: fit.value(at: $0), hint: "") }
                series.append(Chart.Series(name: 2, points: ends, isMarked: false))
            }
            return series.allSatisfy(\.points.isEmpty) ? nil : Chart.Panel(title: heading, series: series)
        }
        return Chart(
            key: part.rawValue, title: "Cost of \(title)", caption: "The line is fitted to the sizes with room left.",
            xLabel: title, yLabel: "", names: names, panels: panels, sharesAxes: false, startsAtZero: (x: true, y: true)
        )
    }

    /// Writes the chart beside others of the same run: `scale-viewers.svg` for `scale.svg`.
    ///
    /// - Throws: `BenchError.unwritable`.
    func writeChart(_ path: String) throws {
        guard !chart.isEmpty else { return }
        let base = path.hasSuffix(".svg") ? String(path.dropLast(4)) : path
        let file = "\(base)-\(part.rawValue).svg"
        guard FileManager.default.createFile(atPath: file, contents: Data(ChartSVG(chart).file().utf8)) else {
            throw BenchError.unwritable(path: file)
        }
    }

    /// The figures that have a panel.
    private var charted: [String] {
        switch part {
        case .viewers: ["node.cpu", "node.rss", "viewer.join.p95"]
        case .guests: ["guests.cpu", "guests.pss", "viewer.join.p95"]
        default: ["hub.cpu", "hub.rss", "socket.join.p95"]
        }
    }
}
