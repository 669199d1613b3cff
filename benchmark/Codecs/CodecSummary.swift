/// The rows of a run for people.
struct CodecSummary: Sendable {
    let rows: [CodecRow]

    var text: String {
        var table = TextTable(header: [
            "encoder", "size", "rate", "guests", "fps", "kbit/s", "CPU %", "RSS MB", "encode ms p50", "p95",
            "glass ms p50", "p95", "PSNR dB", "SSIM", "dropped",
        ])
        for row in rows {
            table.add([
                row.subject.encoder, "\(row.subject.width)x\(row.subject.height)", "\(row.subject.targetFPS)",
                "\(row.subject.replicas)", Figure.text(row.fps), Figure.text(row.bitrate, 0),
                Figure.text(row.cpuPercentPerGuest), Figure.text(row.rssMegabytesPerGuest, 0),
                Figure.text(row.encodeP50), Figure.text(row.encodeP95), Figure.text(row.glassP50),
                Figure.text(row.glassP95), Figure.text(row.psnrY), Figure.text(row.ssim, 4),
                row.droppedFrames.map(String.init) ?? "-",
            ])
        }
        return table.text
    }
}
