import Fleet
import Foundation
import HTTPTypes
import Pipelines

/// The files of one instance's recordings: the media, and beside them what is to be known of each (`ID.json`).
struct RecordingFolder: Sendable {
    /// Its path.
    let path: String

    /// Makes it where it is absent, for its owner alone.
    ///
    /// - Throws: `RunDirectoryError`.
    func make() throws {
        try PrivateDirectory.make(path)
        guard access(path, W_OK | X_OK) == 0 else {
            throw RunDirectoryError.cannotWrite(path: path, reason: String(cString: strerror(errno)))
        }
    }

    /// Where the file of that number is, 1 for the first.
    func media(_ id: RecordingID, _ format: String, part: Int) -> String {
        "\(path)/\(id)\(part == 1 ? "" : "-\(part)").\(format)"
    }

    /// Makes the folder, and looks whether there is room for a recording.
    ///
    /// - Throws: `APIError` naming the place and the remedy.
    func prepare(keeping reserve: Int) throws {
        do { try make() } catch {
            throw APIError(
                .serviceUnavailable, "directory-unwritable",
                "\(error): give the node the right to write there, or name another folder (recording.directory)")
        }
        if let lack = lack(keeping: reserve) { throw APIError(.insufficientStorage, "disk-full", lack) }
    }

    /// What to tell where the disk has no more than so many bytes free; nil where there is room, or it cannot be told.
    func lack(keeping reserve: Int) -> String? {
        var disk = statvfs()
        guard statvfs(path, &disk) == 0 else { return nil }
        let free = UInt64(disk.f_bavail).multipliedReportingOverflow(by: UInt64(disk.f_frsize))
        guard !free.overflow, free.partialValue <= UInt64(reserve) else { return nil }
        return "only \(free.partialValue >> 20) MiB are free at \(path), and \(reserve >> 20) are left to others"
            + " (recording.keepFree): delete recordings, or name a folder on a larger disk (recording.directory)"
    }

    /// Keeps what is known of a recording.
    ///
    /// - Throws: `RunDirectoryError.cannotWrite`.
    func keep(_ recording: Recording, _ id: RecordingID) throws {
        try AtomicFile.writeJSON(recording, to: "\(path)/\(id).json")
    }

    /// Everything that is kept; what was being written when its node was killed has ended, with what is on disk.
    ///
    /// - Returns: the recordings, which of them were found unfinished, and what cannot be read or kept, in words.
    func load() -> (recordings: [Recording], unfinished: Set<String>, troubles: [String]) {
        var recordings: [Recording] = []
        var unfinished: Set<String> = []
        var troubles: [String] = []
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] where name.hasSuffix(".json") {
            // Files of others are left alone.
            guard let id = RecordingID(String(name.dropLast(5))) else { continue }
            var recording: Recording
            do {
                guard let kept = try AtomicFile.readJSON(Recording.self, from: "\(path)/\(name)"),
                    kept.id == "\(id)", ["mp4", "webm"].contains(kept.format)
                else {
                    troubles.append("\(path)/\(name) does not tell of the recording it is named after")
                    continue
                }
                recording = kept
            } catch {
                troubles.append("\(error)")
                continue
            }
            if recording.state == .recording {
                measure(&recording, id)
                // After: cutting is writing.
                if recording.format == "mp4", let last = recording.files.indices.last {
                    let file = media(id, recording.format, part: last + 1)
                    do { recording.files[last].bytes -= try FragmentedMovie.cutTorn(file) } catch {
                        troubles.append("\(error)")
                    }
                }
                recording.state = .finished
                recording.error = .init(
                    code: "node-lost", message: "the node ended while it recorded; the files hold what it had written")
                unfinished.insert(recording.id)
                do { try keep(recording, id) } catch { troubles.append("\(error)") }
            }
            recordings.append(recording)
        }
        return (recordings.sorted { $0.startedAt < $1.startedAt }, unfinished, troubles)
    }

    /// Removes a recording's files.
    ///
    /// - Throws: `RunDirectoryError.cannotWrite` where one cannot be removed.
    func remove(_ recording: Recording, _ id: RecordingID) throws {
        let media = (1...max(1, recording.files.count)).map { self.media(id, recording.format, part: $0) }
        // What tells of it goes last: a removal that fails half-way can be asked for again.
        for file in media + ["\(path)/\(id).json"] {
            guard unlink(file) != 0, errno != ENOENT else { continue }
            throw RunDirectoryError.cannotWrite(path: file, reason: String(cString: strerror(errno)))
        }
    }

    /// Takes sizes from the disk, and lengths from when each file was written last, which is after every second of it.
    private func measure(_ recording: inout Recording, _ id: RecordingID) {
        for index in recording.files.indices {
            var info = stat()
            guard lstat(media(id, recording.format, part: index + 1), &info) == 0 else { continue }
            recording.files[index].bytes = Int(info.st_size)
            guard index == recording.files.count - 1 else { continue }
            let written = Date(
                timeIntervalSince1970: Double(info.st_mtim.tv_sec) + Double(info.st_mtim.tv_nsec) / 1e9)
            recording.files[index].seconds = max(0, written.timeIntervalSince(recording.files[index].startedAt))
        }
    }
}

extension HTTPResponse.Status {
    /// 507: there is no room for what was asked (RFC 4918).
    static let insufficientStorage = HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
}
