import Foundation

/// A row as the fields of a line of `CodecTable`, in the order of its columns.
extension CodecRow {
    /// The fields; empty where nothing was measured.
    var fields: [String] {
        func text(_ value: Double?, _ digits: Int = 2) -> String { value.map { Figure.text($0, digits) } ?? "" }
        return [
            "\(subject.replicas)", text(fps), text(bitrate, 1), subject.codec, subject.encoder, subject.preset,
            "\(subject.width)", "\(subject.height)", "\(subject.targetFPS)", text(cpuPercentPerGuest),
            text(rssMegabytesPerGuest, 1), text(encodeP50, 3), text(encodeP95, 3), text(glassP50, 3),
            text(glassP95, 3), text(psnrY), text(ssim, 5), droppedFrames.map(String.init) ?? "", subject.source,
            machine, version, startedAt.ISO8601Format(),
        ]
    }

    /// Reads the fields; nil where there are too few or too many, or one is not what its column holds.
    init?(fields: [String]) {
        guard fields.count == CodecTable.columns.count else { return nil }
        let field = Dictionary(uniqueKeysWithValues: zip(CodecTable.columns, fields))
        func integer(_ column: String) -> Int? { field[column].flatMap { Int($0) } }
        var isMalformed = false
        // Empty is nil; a word is none.
        func measured<Number: LosslessStringConvertible>(_ column: String, _ type: Number.Type) -> Number? {
            guard let text = field[column], !text.isEmpty else { return nil }
            let value = Number(text)
            isMalformed = isMalformed || value == nil
            return value
        }
        guard let replicas = integer("replicas"), let width = integer("width"), let height = integer("height"),
            let rate = integer("target_fps"), let codec = field["codec"], let encoder = field["encoder"],
            let preset = field["preset"], let source = field["source"], let machine = field["machine"],
            let version = field["version"], let started = field["started_at"],
            let startedAt = try? Date(started, strategy: .iso8601)
        else { return nil }
        self.init(
            subject: Subject(
                replicas: replicas, codec: codec, encoder: encoder, preset: preset, width: width, height: height,
                targetFPS: rate, source: source),
            fps: measured("fps", Double.self), bitrate: measured("bitrate", Double.self),
            cpuPercentPerGuest: measured("cpu_percent_per_guest", Double.self),
            rssMegabytesPerGuest: measured("rss_mb_per_guest", Double.self),
            encodeP50: measured("encode_ms_p50", Double.self), encodeP95: measured("encode_ms_p95", Double.self),
            glassP50: measured("glass_ms_p50", Double.self), glassP95: measured("glass_ms_p95", Double.self),
            psnrY: measured("psnr_y_db", Double.self), ssim: measured("ssim", Double.self),
            droppedFrames: measured("dropped_frames", Int.self), machine: machine, version: version,
            startedAt: startedAt)
        if isMalformed { return nil }
    }
}
