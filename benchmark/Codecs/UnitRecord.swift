import Foundation

/// What the encoding worker writes into the pipe to the decoding one: a head of 16 bytes, then the payload.
struct UnitRecord: Sendable {
    enum Kind: UInt32, Sendable {
        /// The stream's capabilities in GStreamer's notation, ahead of its first frame.
        case caps = 1
        /// An encoded frame.
        case unit
        /// The brightness of a raw frame that goes into the encoder, ahead of its encoded frame: width and height as
        /// 32-bit numbers, then the pixels.
        case luma
        /// A `CodecLine`.
        case line
    }

    let kind: Kind
    /// The frame's time in nanoseconds; 0 for what is no frame.
    let stamp: UInt64
    let payload: [UInt8]

    /// The longest payload that is taken: a raw frame of 4096 by 4096 pixels.
    static let limit = 1 << 25

    init(_ kind: Kind, at stamp: UInt64 = 0, _ payload: [UInt8]) {
        self.kind = kind
        self.stamp = stamp
        self.payload = payload
    }

    init(_ luma: LumaPlane, at stamp: UInt64) {
        let size = [UInt32(luma.width), UInt32(luma.height)].flatMap { Self.bytes($0) }
        self.init(.luma, at: stamp, size + luma.bytes)
    }

    init(_ line: CodecLine) throws { self.init(.line, Array(try JSONEncoder().encode(line))) }

    /// The raw frame's brightness; nil where the record is none.
    var luma: LumaPlane? {
        guard kind == .luma, payload.count >= 8 else { return nil }
        let (width, height) = payload.withUnsafeBytes {
            ($0.loadUnaligned(as: UInt32.self), $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        }
        return LumaPlane(width: Int(width), height: Int(height), bytes: Array(payload[8...]))
    }

    /// The head: both ends run on one machine, so that the byte order is its own.
    var head: [UInt8] { Self.bytes(kind.rawValue) + Self.bytes(UInt32(payload.count)) + Self.bytes(stamp) }

    /// Writes head and payload.
    ///
    /// - Returns: whether the reader took them.
    func write(to descriptor: Int32) -> Bool {
        Self.write(head, to: descriptor) && Self.write(payload, to: descriptor)
    }

    /// Reads the next record; nil at the end, and where what comes is none.
    init?(from descriptor: Int32) {
        guard let head = Self.read(16, from: descriptor) else { return nil }
        let (kind, size, stamp) = head.withUnsafeBytes {
            (
                $0.loadUnaligned(as: UInt32.self), $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self),
                $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            )
        }
        guard let kind = Kind(rawValue: kind), Int(size) <= Self.limit,
            let payload = Self.read(Int(size), from: descriptor)
        else { return nil }
        self.init(kind, at: stamp, payload)
    }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { rest in
                Foundation.write(descriptor, rest.baseAddress! + done, rest.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    private static func read(_ size: Int, from descriptor: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: size)
        var done = 0
        while done < size {
            let count = bytes.withUnsafeMutableBytes { rest in
                Foundation.read(descriptor, rest.baseAddress! + done, rest.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            done += count
        }
        return bytes
    }
}
