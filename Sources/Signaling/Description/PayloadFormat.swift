/// One payload type of a media section (RFC 8866 `rtpmap` and `fmtp`).
struct PayloadFormat: Equatable {
    let payloadType: Int
    let encodingName: String
    let clockRate: Int
    /// The `fmtp` parameters by lower-case name.
    let parameters: [String: String]

    /// Reads all payload types of a section, in the section's order of preference.
    static func all(in lines: [String]) -> [PayloadFormat] {
        let types = lines.first?.split(separator: " ").dropFirst(3).compactMap { Int($0) } ?? []
        let maps = SDPText.attributes("rtpmap", in: lines)
        let parameters = SDPText.attributes("fmtp", in: lines)
        return types.compactMap { type in
            guard let map = maps.first(where: { $0.hasPrefix("\(type) ") }) else { return nil }
            let parts = map.dropFirst("\(type) ".count).split(separator: "/")
            guard parts.count >= 2, let clockRate = Int(parts[1]) else { return nil }
            let format = parameters.first { $0.hasPrefix("\(type) ") }?.dropFirst("\(type) ".count)
            var fields: [String: String] = [:]
            for field in format?.split(separator: ";") ?? [] {
                let pair = field.split(separator: "=", maxSplits: 1)
                let name = pair[0].trimmed.lowercased()
                fields[name] = pair.count > 1 ? pair[1].trimmed : ""
            }
            return PayloadFormat(
                payloadType: type, encodingName: String(parts[0]), clockRate: clockRate, parameters: fields)
        }
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
