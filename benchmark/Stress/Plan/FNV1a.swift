/// The hash FNV-1a with 64 bits: the same in every process, unlike Swift's own.
enum FNV1a {
    static func hash(_ text: String) -> UInt64 { hash(text.utf8) }

    static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
