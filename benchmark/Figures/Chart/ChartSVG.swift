import Foundation

/// Draws a chart as SVG.
struct ChartSVG {
    private let chart: Chart

    private static let width = 1080.0
    private static let gap = 26.0
    private static let panelHeight = 270.0
    /// Room inside a panel for labels, on each side.
    private static let margin = (left: 54.0, right: 12.0, top: 30.0, bottom: 48.0)
    private let columns: Int
    private var height: Double { header + Double((chart.panels.count + columns - 1) / columns) * Self.panelHeight + 10 }
    private let legend: [(name: Int, x: Double, y: Double)]
    private let header: Double

    /// Lays it out.
    init(_ chart: Chart) {
        self.chart = chart
        columns = min(chart.columns, max(1, chart.panels.count))
        // From left to right, in as many lines as it takes; a letter is less than 8 wide.
        var (legend, left, line): ([(name: Int, x: Double, y: Double)], Double, Double) = ([], 20, 78)
        for (index, name) in chart.names.enumerated() {
            let width = 46 + 7.5 * Double(name.count)
            if left + width > Self.width, left > 20 { (left, line) = (20, line + 20) }
            legend.append((index, left, line))
            left += width
        }
        self.legend = legend
        header = line + 22
    }

    /// The axes for panels that are to be compared.
    private func axes(of panels: [Chart.Panel]) -> (x: ChartAxis, y: ChartAxis) {
        let points = panels.flatMap { $0.series.flatMap(\.points) }
        let heights = points.flatMap { [$0.y] + ($0.upper.map { [$0] } ?? []) }
        let places = panels.map(\.places.count).max() ?? 0
        let x =
            places > 0
            ? ChartAxis(from: -0.5, to: Double(places) - 0.5)
            : ChartAxis(
                points.map(\.x) + chart.xTicks, startsAtZero: chart.startsAtZero.x, allowsLog: chart.allowsLog.x)
        let y = ChartAxis(
            heights + (chart.hasDiagonal ? points.map(\.x) : []), startsAtZero: chart.startsAtZero.y,
            allowsLog: chart.allowsLog.y)
        return (x, y)
    }

    /// In pixels, of a file with as many for each unit.
    func size(scale: Int = 1) -> (width: Int, height: Int) { (Int(Self.width) * scale, Int(height) * scale) }

    /// A file of its own.
    ///
    /// - Parameter scale: pixels for each unit.
    func file(scale: Int = 1) -> String {
        let size = self.size(scale: scale)
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" class="chart" width="\(size.width)" height="\(size.height)" \
            viewBox="0 0 \(Int(Self.width)) \(Int(height))">
            <style>
            \(ChartStyle.fileRules)
            </style>
            \(body)
            </svg>

            """
    }

    /// As part of a page that holds `ChartStyle.pageRules`.
    var inline: String {
        """
        <svg class="chart" role="img" aria-label="\(Markup.escaped(chart.title))" \
        viewBox="0 0 \(Int(Self.width)) \(Int(height))">
        \(body)
        </svg>
        """
    }

    private var body: String {
        var parts = [
            "<rect class=\"ground\" width=\"\(Int(Self.width))\" height=\"\(Int(height))\"/>",
            text(chart.title, 20, 30, "title"), text(chart.caption, 20, 52, ""),
        ]
        for entry in legend {
            parts.append(
                "<path class=\"line s\(colour(entry.name))\" d=\"M\(number(entry.x)) \(number(entry.y - 4))h22\"/>")
            parts.append(mark(entry.name, entry.x + 11, entry.y - 4, hint: nil))
            parts.append(text(chart.names[entry.name], entry.x + 28, entry.y, "name"))
        }
        let width = (Self.width - 30 - Self.gap * Double(columns - 1)) / Double(columns)
        let shared = chart.sharesAxes ? axes(of: chart.panels) : nil
        for (index, panel) in chart.panels.enumerated() {
            let left = 10 + Double(index % columns) * (width + Self.gap)
            let top = header + Double(index / columns) * Self.panelHeight
            let axes = shared ?? axes(of: [panel])
            let plot = PlotArea(
                x: axes.x, y: axes.y,
                left: left + Self.margin.left, top: top + Self.margin.top,
                width: width - Self.margin.left - Self.margin.right,
                height: Self.panelHeight - Self.margin.top - Self.margin.bottom)
            parts += frame(panel, plot) + marks(panel, plot)
        }
        return parts.joined(separator: "\n")
    }

    /// Where a panel's data are.
    private struct PlotArea {
        let x, y: ChartAxis
        let left, top, width, height: Double
        var right: Double { left + width }
        var bottom: Double { top + height }
        func across(_ value: Double) -> Double { left + x.position(value) * width }
        func down(_ value: Double) -> Double { bottom - y.position(value) * height }
    }

    private func frame(_ panel: Chart.Panel, _ plot: PlotArea) -> [String] {
        var parts = [text(panel.title, plot.left, plot.top - 10, "panel")]
        for tick in plot.y.ticks {
            let height = plot.down(tick)
            parts.append(
                "<path class=\"grid\" d=\"M\(number(plot.left)) \(number(height))H\(number(plot.right))\"/>")
            parts.append(text(Figure.short(tick), plot.left - 7, height + 4, "", anchor: "end"))
        }
        let ticks: [(Double, String)] =
            panel.places.isEmpty
            ? (chart.xTicks.isEmpty ? plot.x.ticks : chart.xTicks).map { ($0, Figure.short($0)) }
            : panel.places.enumerated().map { (Double($0.offset), $0.element) }
        var last = -Double.infinity
        for (tick, label) in ticks {
            let across = plot.across(tick)
            if panel.places.isEmpty {
                parts.append(
                    "<path class=\"grid\" d=\"M\(number(across)) \(number(plot.top))V\(number(plot.bottom))\"/>")
            }
            // Labels that would lie on each other are left out; names of places stay.
            let half = 3.6 * Double(label.count)
            guard across - half > last + 4 || !panel.places.isEmpty else { continue }
            last = across + half
            parts.append(text(label, across, plot.bottom + 17, "", anchor: "middle"))
        }
        parts.append(
            "<path class=\"axis\" d=\"M\(number(plot.left)) \(number(plot.top))V\(number(plot.bottom))"
                + "H\(number(plot.right))\"/>")
        parts.append(text(chart.xLabel, plot.left + plot.width / 2, plot.bottom + 36, "", anchor: "middle"))
        let middle = plot.top + plot.height / 2
        let axis = plot.left - 42
        parts.append(
            "<text text-anchor=\"middle\" transform=\"translate(\(number(axis)) \(number(middle))) rotate(-90)\">"
                + "\(Markup.escaped(chart.yLabel))</text>")
        if chart.hasDiagonal {
            let (from, to) = (max(plot.x.lower, plot.y.lower), min(plot.x.upper, plot.y.upper))
            parts.append("<path class=\"diagonal\" d=\"\(path([(from, from), (to, to)], plot))\"/>")
        }
        return parts
    }

    private func marks(_ panel: Chart.Panel, _ plot: PlotArea) -> [String] {
        var parts: [String] = []
        for series in panel.series {
            let points = series.points.filter { $0.x.isFinite && $0.y.isFinite }
            switch chart.marks {
            case .lines where series.isJoined && points.count > 1:
                parts.append(
                    "<path class=\"line s\(colour(series.name))\" d=\"\(path(points.map { ($0.x, $0.y) }, plot))\"/>")
            case .spans:
                for point in points {
                    guard let upper = point.upper, upper.isFinite else { continue }
                    let across = plot.across(point.x)
                    let (from, to) = (
                        plot.down(point.y), plot.down(upper)
                    )
                    parts.append(
                        "<path class=\"span s\(colour(series.name))\" d=\"M\(number(across)) \(number(from))V"
                            + "\(number(to))M\(number(across - 3)) \(number(to))h6\"/>")
                }
            case .lines: break
            }
            for point in points where series.isMarked {
                parts.append(
                    mark(
                        series.name, plot.across(point.x),
                        plot.down(point.y), hint: point.hint))
            }
        }
        return parts
    }

    /// A series' own shape, so that it is known without its colour.
    private func mark(_ name: Int, _ x: Double, _ y: Double, hint: String?) -> String {
        let shape =
            switch name % 4 {
            case 0: "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z"
            case 1: "M-4 -4h8v8h-8z"
            case 2: "M0 -5.2L5 3.8H-5z"
            default: "M0 -5.5L5.5 0L0 5.5L-5.5 0z"
            }
        let title = hint.map { "<title>\(Markup.escaped($0))</title>" } ?? ""
        return
            "<path class=\"mark s\(colour(name))\" transform=\"translate(\(number(x)) \(number(y)))\(chart.marks == .spans ? " scale(.7)" : "")\" d=\"\(shape)\">"
            + "\(title)</path>"
    }

    private func path(_ points: [(Double, Double)], _ plot: PlotArea) -> String {
        points.enumerated().map { index, point in
            let across = plot.across(point.0)
            let height = plot.down(point.1)
            return "\(index == 0 ? "M" : "L")\(number(across)) \(number(height))"
        }.joined()
    }

    private func text(_ text: String, _ x: Double, _ y: Double, _ style: String, anchor: String = "start") -> String {
        let style = style.isEmpty ? "" : " class=\"\(style)\""
        return "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\"\(style)>"
            + "\(Markup.escaped(text))</text>"
    }

    private func colour(_ name: Int) -> Int { name % ChartStyle.count }

    private func number(_ value: Double) -> String { String(format: "%.1f", value) }
}
