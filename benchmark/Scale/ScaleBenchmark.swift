import Foundation

/// One run of `bench scale`.
struct ScaleBenchmark: Sendable {
    let settings: MeasureSettings
    let parts: [ScalePart]
    /// How many viewers come and go.
    let cycles: Int
    /// Where the chart goes; nil for nowhere.
    let chart: String?

    /// Measures part by part; each one's table and rows are out before the next begins.
    func run() async throws -> [Measure] {
        let results = try settings.csv.map { try ResultFile(path: $0) }
        var measures: [Measure] = []
        var grown: [ScaleSeries] = []
        for part in parts {
            switch part {
            case .viewers: grown.append(try await ViewerGrowth(settings).measure())
            case .guests: grown.append(try await GuestGrowth(settings).measure())
            case .sockets: grown.append(try await SocketGrowth(settings).measure())
            case .flood:
                measures += try await HubFlood(settings).measure()
                continue
            case .cycles:
                measures += try await ConnectCycles(settings, count: cycles).measure()
                continue
            }
            guard let series = grown.last else { continue }
            print(series.text)
            for row in series.rows { try results?.append(series.leading(row, settings, at: Date()), row.fields) }
            measures += series.measures
            if let chart { try series.writeChart(chart) }
        }
        return measures
    }
}
