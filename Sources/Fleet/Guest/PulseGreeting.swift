/// The first exchange of PulseAudio's native protocol (pulsecore/native-common.h, tagstruct.h): enough to tell a server
/// that works from one that hangs.
enum PulseGreeting {
    /// True when the server at the socket answers a login, whatever its answer is, within a second.
    static func isAnswered(at socket: String) -> Bool {
        guard let connection = UnixSocket(path: socket, timeout: 1) else { return false }
        func number(_ value: UInt32) -> [UInt8] { (0..<4).reversed().map { UInt8(value >> (8 * $0) & 0xff) } }
        // PA_COMMAND_AUTH, the request's number, the protocol's version, a cookie that an anonymous login ignores.
        let cookie = [UInt8](repeating: 0, count: 256)
        let values: [UInt32] = [8, 0, 32]
        let message =
            values.flatMap { [UInt8(ascii: "L")] + number($0) } + [UInt8(ascii: "x")] + number(256) + cookie
        // Length, channel (none: it is a command), offset, flags.
        let frame = number(UInt32(message.count)) + number(.max) + number(0) + number(0) + number(0)
        return connection.write(frame + message) && connection.read(20) != nil
    }
}
