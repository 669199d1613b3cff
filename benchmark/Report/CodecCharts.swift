/// The charts of a table of codec figures.
struct CodecCharts: Sendable {
    private let rows: [CodecRow]
    /// Encoders with their presets, in the order of the table: the series of all charts.
    private let names: [String]

    init(_ rows: [CodecRow]) {
        // Panels come in this order; the first of equal sizes and rates is the first of the table.
        self.rows = rows.enumerated().sorted {
            let (first, second) = ($0.element.subject, $1.element.subject)
            return (first.width * first.height, first.targetFPS, first.replicas, $0.offset)
                < (second.width * second.height, second.targetFPS, second.replicas, $1.offset)
        }.map(\.element)
        names = Self.distinct(rows.map(Self.name))
    }

    /// Those with anything to show.
    var all: [Chart] {
        [
            quality(
                "quality", "Quality against bitrate", "PSNR of luma, dB", \.psnrY),
            quality("ssim", "Structural similarity against bitrate", "SSIM of luma", \.ssim), cpu, latency, rate,
        ].filter { !$0.isEmpty }
    }

    /// Of the fewest guests: more of them show the same picture, only later.
    private func quality(_ key: String, _ title: String, _ label: String, _ figure: (CodecRow) -> Double?) -> Chart {
        let fewest = rows.map(\.subject.replicas).min() ?? 1
        let shown = rows.filter { $0.subject.replicas == fewest }
        return Chart(
            key: key, title: title,
            caption: "Higher and farther left is better. A point per frame rate, of \(fewest) "
                + "\(fewest == 1 ? "guest" : "guests"); each panel has axes of its own.",
            xLabel: "kbit/s", yLabel: label, names: names,
            panels: panels(
                shown.sorted { Self.place($0) < Self.place($1) }, by: { "\($0.source) \(Self.size($0))" }
            ) { rows in
                series(rows) { row in
                    guard let bitrate = row.bitrate, let value = figure(row) else { return nil }
                    return Chart.Point(
                        x: bitrate, y: value,
                        hint: hint(row, "\(Figure.text(bitrate, 0)) kbit/s, \(label) \(Figure.short(value))"))
                }
            }, sharesAxes: false, columns: Set(shown.map { Self.size($0.subject) }).count == 2 ? 2 : 3,
            allowsLog: (x: true, y: false))
    }

    private var cpu: Chart {
        Chart(
            key: "cpu", title: "CPU against guests",
            caption: "Of all guests together; the middle one where several contents were measured. A straight line: "
                + "each further guest costs as much as the first.",
            xLabel: "guests", yLabel: "CPU, % of one core", names: names,
            panels: panels(rows, by: { "\(Self.size($0)) at \($0.targetFPS) frames/s" }) { rows in
                series(merged(rows, by: { [$0.replicas] })) { row in
                    guard let cost = row.cpuPercentPerGuest else { return nil }
                    let count = row.subject.replicas
                    return Chart.Point(
                        x: Double(count), y: cost * Double(count),
                        hint: hint(row, "\(count) x \(Figure.text(cost)) %", withSource: false))
                }
            }, startsAtZero: (x: true, y: true), xTicks: [0] + Self.ticks(rows.map(\.subject.replicas)))
    }

    private var latency: Chart {
        let places = names.map { name in
            let encoder = name.split(separator: " ").first.map(String.init) ?? name
            return encoder.hasSuffix("enc") ? String(encoder.dropLast(3)) : encoder
        }
        func spans(_ rows: [CodecRow], _ lower: (CodecRow) -> Double?, _ upper: (CodecRow) -> Double?) -> [Chart.Series]
        {
            names.indices.map { index in
                let own = merged(rows.filter { Self.name($0) == names[index] }) {
                    [$0.width, $0.height, $0.targetFPS]
                }.filter { lower($0) != nil && upper($0) != nil }
                return Chart.Series(
                    name: index,
                    points: own.enumerated().compactMap { position, row in
                        guard let low = lower(row), let high = upper(row) else { return nil }
                        let shift = (Double(position) + 0.5) / Double(own.count) - 0.5
                        return Chart.Point(
                            x: Double(index) + shift * 0.8, y: low, upper: high,
                            hint: hint(
                                row, "p50 \(Figure.text(low)) ms, p95 \(Figure.text(high)) ms", withSource: false))
                    })
            }
        }
        let panels = Self.ticks(rows.map(\.subject.replicas)).flatMap { count -> [Chart.Panel] in
            let own = rows.filter { Double($0.subject.replicas) == count }
            let guests = count == 1 ? "1 guest" : "\(Int(count)) guests"
            return [
                Chart.Panel(
                    title: "raw to encoded frame, \(guests)", series: spans(own, \.encodeP50, \.encodeP95),
                    places: places),
                Chart.Panel(
                    title: "captured to decoded frame, \(guests)", series: spans(own, \.glassP50, \.glassP95),
                    places: places),
            ]
        }
        return Chart(
            key: "latency", title: "Latency",
            caption:
                "From the median (mark) to the 95th percentile (bar), a line per picture size and frame rate, small "
                + "and slow ones first.",
            xLabel: "", yLabel: "ms", names: names,
            panels: panels.filter { $0.series.contains { !$0.points.isEmpty } }, marks: .spans, columns: 2,
            startsAtZero: (x: false, y: true), allowsLog: (x: false, y: true))
    }

    private var rate: Chart {
        Chart(
            key: "fps", title: "Frame rate",
            caption:
                "Of the slowest guest; the dashed line is what was asked for. The middle one where several contents "
                + "were measured: one that stands still has fewer frames to send.",
            xLabel: "frames/s asked for", yLabel: "frames/s", names: names,
            panels: panels(rows, by: { "\(Self.size($0)), \($0.replicas) guest\($0.replicas == 1 ? "" : "s")" }) {
                rows in
                series(merged(rows, by: { [$0.targetFPS] })) { row in
                    guard let rate = row.fps else { return nil }
                    return Chart.Point(
                        x: Double(row.subject.targetFPS), y: rate,
                        hint: hint(row, "\(Figure.text(rate)) frames/s", withSource: false))
                }
            }, startsAtZero: (x: true, y: true), xTicks: Self.ticks(rows.map(\.subject.targetFPS)), hasDiagonal: true)
    }

    // MARK: Rows into series

    private func panels(
        _ rows: [CodecRow], by title: (CodecRow.Subject) -> String, _ series: ([CodecRow]) -> [Chart.Series]
    ) -> [Chart.Panel] {
        Self.distinct(rows.map { title($0.subject) }).map { name in
            Chart.Panel(title: name, series: series(rows.filter { title($0.subject) == name }))
        }.filter { panel in panel.series.contains { !$0.points.isEmpty } }
    }

    /// A series for each encoder, its points from left to right.
    private func series(_ rows: [CodecRow], _ point: (CodecRow) -> Chart.Point?) -> [Chart.Series] {
        names.indices.map { index in
            Chart.Series(
                name: index,
                points: rows.filter { Self.name($0) == names[index] }.compactMap(point).sorted { $0.x < $1.x })
        }
    }

    private struct Group: Hashable {
        let name: String
        let key: [Int]
    }

    /// One row for each encoder and key, in the order of the keys: each figure the middle one of theirs.
    private func merged(_ rows: [CodecRow], by key: (CodecRow.Subject) -> [Int]) -> [CodecRow] {
        let groups = Dictionary(grouping: rows) { Group(name: Self.name($0), key: key($0.subject)) }
        return groups.values.compactMap { rows in
            guard var row = rows.first else { return nil }
            func middle(_ figure: (CodecRow) -> Double?) -> Double? { Distribution(rows.compactMap(figure)).median }
            row.fps = middle(\.fps)
            row.cpuPercentPerGuest = middle(\.cpuPercentPerGuest)
            (row.encodeP50, row.encodeP95) = (middle(\.encodeP50), middle(\.encodeP95))
            (row.glassP50, row.glassP95) = (middle(\.glassP50), middle(\.glassP95))
            return row
        }.sorted {
            let (first, second) = ($0.subject, $1.subject)
            return (first.width * first.height, first.targetFPS, first.replicas, first.encoder)
                < (second.width * second.height, second.targetFPS, second.replicas, second.encoder)
        }
    }

    private func hint(_ row: CodecRow, _ figures: String, withSource: Bool = true) -> String {
        let subject = row.subject
        return "\(Self.name(row)) \(Self.size(subject))@\(subject.targetFPS)"
            + "\(withSource ? " \(subject.source)" : ""): \(figures)"
    }

    private static func name(_ row: CodecRow) -> String {
        row.subject.preset.isEmpty ? row.subject.encoder : "\(row.subject.encoder) \(row.subject.preset)"
    }

    private static func place(_ row: CodecRow) -> (String, Int) {
        (row.subject.source, row.subject.width * row.subject.height)
    }

    private static func size(_ subject: CodecRow.Subject) -> String { "\(subject.width)x\(subject.height)" }

    private static func ticks(_ values: [Int]) -> [Double] { Set(values).sorted().map(Double.init) }

    private static func distinct(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
