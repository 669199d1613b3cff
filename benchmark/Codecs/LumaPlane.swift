import GStreamer

/// The brightness of a picture: what people see most of, and what quality is told by.
struct LumaPlane: Sendable, Equatable {
    let width: Int
    let height: Int
    /// A byte per pixel, rows without gaps.
    let bytes: [UInt8]

    /// - Parameter bytes: as many as there are pixels.
    init?(width: Int, height: Int, bytes: [UInt8]) {
        guard width > 0, height > 0, bytes.count == width * height else { return nil }
        self.width = width
        self.height = height
        self.bytes = bytes
    }

    /// That of a raw I420 picture in GStreamer's usual layout, whose rows begin at multiples of four; nil for another.
    init?(_ sample: borrowing Sample) {
        guard let caps = sample.caps, caps["format"]?.text == "I420",
            let width = caps["width"]?.integer.map({ Int($0) }), let height = caps["height"]?.integer.map({ Int($0) })
        else { return nil }
        let stride = (width + 3) & ~3
        let plane = sample.withView { view in
            view.withBytes { bytes -> [UInt8]? in
                guard bytes.count >= stride * height * 3 / 2 else { return nil }
                if stride == width { return Array(bytes[..<(width * height)]) }
                return (0..<height).flatMap { row in bytes[(row * stride)..<(row * stride + width)] }
            }
        }
        guard case let plane?? = plane else { return nil }
        self.init(width: width, height: height, bytes: plane)
    }
}
