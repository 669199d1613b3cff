import Foundation

/// Takes what a job writes, in its keeper: as lines into a log that rotates, or as it is, up to a limit.
final class JobOutput {
    /// Where one end of a pipe is read and what is read goes.
    private struct Source {
        let descriptor: Int32
        /// The file that takes the bytes; nil for the log.
        let file: Int32?
        var left: Int
        var isOpen = true
    }

    private var sources: [Source] = []
    private var ring = LineRing()
    private var log: LogFile?
    /// The ends the job writes to: standard output, standard error.
    private(set) var writeEnds: [Int32] = []
    /// More came than was kept.
    private(set) var isTruncated = false

    /// Opens the files and the pipes.
    ///
    /// - Throws: `RunDirectoryError`.
    init(_ spec: JobSpec, in folder: JobFolder) throws {
        guard let capture = spec.capture else {
            if let directory = spec.logDirectory {
                try? FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            }
            log = try LogFile(path: folder.log(of: spec))
            // One pipe, so that the lines of both channels are in the order they were written.
            let end = try open(file: nil, limit: 0)
            writeEnds = [end, end]
            return
        }
        writeEnds = try [folder.output, folder.errors].map { path in
            let file = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard file >= 0 else { throw RunDirectoryError.cannotWrite(path: path, reason: errnoText()) }
            return try open(file: file, limit: capture)
        }
    }

    private func open(file: Int32?, limit: Int) throws -> Int32 {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw RunDirectoryError.cannotWrite(path: "a pipe", reason: errnoText()) }
        sources.append(Source(descriptor: ends[0], file: file, left: limit))
        return ends[1]
    }

    /// The job has its ends now: those here would keep the pipes open.
    func closeWriteEnds() {
        for end in Set(writeEnds) { close(end) }
        writeEnds = []
    }

    /// The ends to wait for.
    var descriptors: [Int32] { sources.filter(\.isOpen).map(\.descriptor) }

    /// The last lines, at most 200; none where output is kept as it is.
    var lines: [String] { ring.lines }

    /// Reads what is there from an end that has something, or has ended.
    func read(_ descriptor: Int32) {
        guard let index = sources.firstIndex(where: { $0.descriptor == descriptor && $0.isOpen }) else { return }
        var page = [UInt8](repeating: 0, count: 16 << 10)
        let count = Glibc.read(descriptor, &page, page.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return }
        guard count > 0 else {
            sources[index].isOpen = false
            close(descriptor)
            return
        }
        guard let file = sources[index].file else {
            for line in ring.append(page[..<count]) { log?.append(line) }
            return
        }
        let kept = min(count, sources[index].left)
        if kept < count { isTruncated = true }
        // A full disk loses output and nothing else.
        let written = kept > 0 ? Glibc.write(file, page, kept) : 0
        sources[index].left -= max(0, written)
    }

    /// What was written last without a line's end counts as a line.
    func finish() {
        if let line = ring.flush() { log?.append(line) }
        for source in sources {
            if source.isOpen { close(source.descriptor) }
            if let file = source.file { close(file) }
        }
        sources = []
    }
}
