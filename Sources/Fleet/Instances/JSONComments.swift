/// JSON with `//` comments, as configuration files of people have them.
enum JSONComments {
    /// Replaces comments by spaces, so that positions in error messages stay right. Slashes inside strings stay.
    static func blank(_ bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        var (inString, escaped, inComment) = (false, false, false)
        for (index, byte) in bytes.enumerated() {
            if inComment {
                if byte == UInt8(ascii: "\n") { inComment = false } else { result[index] = UInt8(ascii: " ") }
            } else if inString {
                if escaped {
                    escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    escaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                }
            } else if byte == UInt8(ascii: "\"") {
                inString = true
            } else if byte == UInt8(ascii: "/"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "/") {
                inComment = true
                result[index] = UInt8(ascii: " ")
            }
        }
        return result
    }
}
