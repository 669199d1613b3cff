/// Messages that the hub refuses by itself, each with one error; the same seed makes the same ones. None reaches a node.
struct MalformedMessage: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// The kinds there are.
    static let kinds = 14

    /// The next message.
    mutating func next() -> String {
        let number = random()
        let word = String(random(), radix: 36)
        return switch Int(number % UInt64(Self.kinds)) {
        case 0: word
        case 1: "{"
        case 2: String(repeating: "[", count: 1 + Int(random() % 400))
        case 3: "null"
        case 4: "[\"\(word)\",\(number)]"
        case 5: "{}"
        case 6: "{\"type\":\(number)}"
        case 7: "{\"type\":\"\(word)\"}"
        case 8: "{\"type\":\"register\",\"id\":\(number)}"
        case 9: "{\"type\":\"register\",\"id\":\"\(word) \(word)\"}"
        case 10: "{\"type\":\"signal\",\"data\":{}}"
        case 11: "{\"type\":\"signal\",\"target\":\"instance-0\",\"data\":\"\(word)\"}"
        case 12: "{\"type\":\"signal\",\"target\":\"\(String(repeating: "x", count: 64))\",\"data\":{}}"
        default: "{\"type\":\"__ping\",\"ts\":\"\(word)\"}"
        }
    }

    /// SplitMix64: enough for variety, and the same everywhere.
    private mutating func random() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
