import GStreamer

/// What a file's header says of its picture. A stream that says something else needs a file of its own.
struct StreamSignature: Equatable {
    /// The picture's size.
    let size: FrameSize
    /// H.264's parameter sets; empty for VP8, whose frames need none.
    let parameters: [UInt8]

    /// Reads a keyframe.
    ///
    /// - Returns: nil where its size is not known.
    init?(_ keyframe: borrowing Sample, _ format: RecordingFormat) {
        guard let caps = keyframe.caps, let width = caps["width"]?.integer, let height = caps["height"]?.integer else {
            return nil
        }
        size = FrameSize(width: Int(width), height: Int(height))
        parameters =
            format == .mp4 ? keyframe.withView { $0.withBytes(Self.parameterSets) ?? [] } : []
    }

    /// The bytes before the first slice of an access unit in Annex B's form, without what may change from frame to frame:
    /// only the NAL units of the types 7 and 8.
    static func parameterSets(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var sets: [UInt8] = []
        var index = 0
        var begin: Int?
        while index + 3 < bytes.count {
            guard bytes[index] == 0, bytes[index + 1] == 0, bytes[index + 2] == 1 else {
                index += 1
                continue
            }
            if let begin { sets += bytes[begin..<index] }
            let type = bytes[index + 3] & 0x1f
            begin = type == 7 || type == 8 ? index + 3 : nil
            // The slices are long and come last.
            if type == 5 || type == 1 { break }
            index += 3
        }
        return sets
    }
}
