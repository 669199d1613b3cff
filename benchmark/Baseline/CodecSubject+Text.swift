extension CodecRow.Subject {
    /// For people, in one line.
    var text: String {
        "\(replicas)x \(encoder)\(preset.isEmpty ? "" : " \(preset)") \(width)x\(height)@\(targetFPS) \(source)"
    }
}
