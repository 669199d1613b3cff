import Synchronization

/// The NAL units of the first H.264 pictures that arrive, read from their RTP packets (RFC 6184, sections 5.6 to 5.8).
final class UnitLog: Sendable {
    /// Pictures that are read.
    private static let limit = 3
    private let pictures = Mutex<[(timestamp: UInt32, kinds: [UInt8], isWhole: Bool)]>([])
    private let payloadType: UInt8

    /// - Parameter payloadType: the video's.
    init(payloadType: UInt8) { self.payloadType = payloadType }

    /// The types of the units (`nal_unit_type`) of each whole picture, in their order.
    var units: [[UInt8]] { pictures.withLock { $0.filter(\.isWhole).map(\.kinds) } }

    /// Reads one packet.
    func read(_ packet: UnsafeRawBufferPointer) {
        guard packet.count > 12, packet[1] & 0x7F == payloadType else { return }
        var start = 12 + 4 * Int(packet[0] & 0x0F)
        if packet[0] & 0x10 != 0 { start += 4 + 4 * (Int(packet[start + 2]) << 8 | Int(packet[start + 3])) }
        // Nothing but padding.
        guard packet[0] & 0x20 == 0, start < packet.count else { return }
        let timestamp = packet[4..<8].reduce(0) { $0 << 8 | UInt32($1) }
        let (kinds, isLast) = (kinds(in: packet[start...]), packet[1] & 0x80 != 0)
        pictures.withLock { pictures in
            if pictures.last?.timestamp != timestamp {
                guard pictures.count < Self.limit else { return }
                pictures.append((timestamp, [], false))
            }
            pictures[pictures.count - 1].kinds += kinds
            pictures[pictures.count - 1].isWhole = isLast
        }
    }

    private func kinds(in payload: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
        let first = payload.startIndex
        switch payload[first] & 0x1F {
        case 24:  // STAP-A: several units, each after its size.
            var (found, next): ([UInt8], Int) = ([], first + 1)
            while next + 2 < payload.endIndex {
                found.append(payload[next + 2] & 0x1F)
                next += 2 + (Int(payload[next]) << 8 | Int(payload[next + 1]))
            }
            return found
        case 28:  // FU-A: a fragment; its unit is counted with the first.
            return payload[first + 1] & 0x80 != 0 ? [payload[first + 1] & 0x1F] : []
        case let kind: return [kind]
        }
    }
}
