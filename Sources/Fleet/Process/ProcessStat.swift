import Foundation

/// The fields of `/proc/<pid>/stat` that supervision needs.
struct ProcessStat: Sendable, Equatable {
    let state: Character
    let parent: Int32
    let session: Int32
    let startTime: UInt64

    init?(pid: Int32) {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
        self.init(text: String(decoding: data, as: UTF8.self))
    }

    /// Parses one line. The program's name stands in parentheses and may itself hold spaces and parentheses,
    /// so the fields are counted from the last one.
    init?(text: String) {
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let state = fields[0].first, let parent = Int32(fields[1]),
            let session = Int32(fields[3]), let startTime = UInt64(fields[19])
        else { return nil }
        self.state = state
        self.parent = parent
        self.session = session
        self.startTime = startTime
    }
}
