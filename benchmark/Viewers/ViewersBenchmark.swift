/// One run of `bench viewers`.
struct ViewersBenchmark: Sendable {
    let settings: MeasureSettings
    let parts: Set<ViewersPart>

    func run() async throws -> [Measure] {
        var measures: [Measure] = []
        if parts != [.tiles] {
            let loco = LocoSettings(
                loco: settings.loco, viewersMax: FurtherViewers.most + 8, bitrate: FloorSettings.videoBitrate)
            measures = try await LocoRun.with(loco) { loco, instances in
                let subject = try await Subject(loco, instances)
                var measures: [Measure] = []
                if parts.contains(.one) { measures += try await OneViewer(subject, settings).measure() }
                if parts.contains(.further) { measures += try await FurtherViewers(subject, settings).measure() }
                if parts.contains(.slow) { measures += try await SlowViewer(subject, settings).measure() }
                return measures
            }
        }
        if parts.contains(.tiles) { measures += try await TileViewers(settings).measure() }
        return measures
    }
}
