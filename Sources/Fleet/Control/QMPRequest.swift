import Foundation
import NIOCore

/// One command on its way to QEMU.
struct QMPRequest: Sendable {
    let command: String
    let arguments: QMPValue?
    let deadline: Duration
    /// Fulfilled with the result; nil when nobody waits for one.
    let promise: EventLoopPromise<QMPValue>?

    func encode(id: Int64, into buffer: inout ByteBuffer) throws {
        var members: [String: QMPValue] = ["execute": .string(command), "id": .integer(id)]
        members["arguments"] = arguments
        buffer.writeBytes(try JSONEncoder().encode(QMPValue.object(members)))
        buffer.writeInteger(UInt8(ascii: "\n"))
    }
}
