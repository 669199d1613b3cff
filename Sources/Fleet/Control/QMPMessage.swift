import Foundation

/// One line from QEMU, sorted by what it is.
enum QMPMessage: Equatable {
    case greeting(version: String)
    case result(id: Int64?, QMPValue)
    case failure(id: Int64?, errorClass: String, message: String)
    case event(QMPEvent)

    init(line: Data) throws {
        guard let value = try? JSONDecoder().decode(QMPValue.self, from: line), case .object(let members) = value else {
            throw QMPError.malformed(String(decoding: line.prefix(200), as: UTF8.self))
        }
        let id = members["id"]?.integer
        if let name = members["event"]?.string {
            let seconds = members["timestamp"]?["seconds"]?.integer ?? 0
            let micros = members["timestamp"]?["microseconds"]?.integer ?? 0
            let time = Date(timeIntervalSince1970: Double(seconds) + Double(micros) / 1e6)
            self = .event(QMPEvent(name: name, data: members["data"] ?? .null, time: time))
        } else if let error = members["error"] {
            self = .failure(
                id: id, errorClass: error["class"]?.string ?? "GenericError", message: error["desc"]?.string ?? "")
        } else if let result = members["return"] {
            self = .result(id: id, result)
        } else if let version = members["QMP"]?["version"]?["qemu"] {
            let parts = ["major", "minor", "micro"].compactMap { version[$0]?.integer }
            self = .greeting(version: parts.map(String.init).joined(separator: "."))
        } else {
            throw QMPError.malformed(String(decoding: line.prefix(200), as: UTF8.self))
        }
    }
}
