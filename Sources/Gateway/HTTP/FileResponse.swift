import Foundation
import HTTPTypes
import Hummingbird

extension Response {
    /// Bytes that are read from the disk at a time.
    private static let chunk = 64 * 1024

    /// A file as a download, all of it or the part that is asked for, read from the disk as the client takes it.
    ///
    /// - Parameters:
    ///   - path: made by us; no link is followed.
    ///   - name: what the client may call it; made by us too.
    /// - Throws: `APIError` 404 where there is no such file.
    static func file(
        _ path: String, type: String, name: String, to request: Request, context: LocoRequestContext
    ) async throws -> Response {
        var info = stat()
        guard lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
            throw APIError(.notFound, "no-file", "the file of this recording is gone")
        }
        let size = Int(info.st_size)
        let written = UInt64(info.st_mtim.tv_sec) * 1_000_000_000 + UInt64(info.st_mtim.tv_nsec)
        let tag = EntityTag(changed: written, size: size)
        var headers: HTTPFields = [
            .contentType: type, .acceptRanges: "bytes", .eTag: tag.text, .cacheControl: "private, no-cache",
            .contentDisposition: "attachment; filename=\"\(name)\"",
        ]
        if tag.isKnown(to: request) { return Response(status: .notModified, headers: headers) }
        // A part of what has changed meanwhile would fit nothing.
        let isSame = request.headers[.ifRange].map { $0 == tag.text } ?? true
        switch ByteRange(isSame ? request.headers[.range] : nil, of: size) {
        case .unsatisfiable:
            throw APIError(
                .rangeNotSatisfiable, "range-not-satisfiable", "the file has \(size) bytes",
                headers: [.contentRange: "bytes */\(size)", .acceptRanges: "bytes"])
        case .whole:
            guard size > 0 else { return Response(status: .ok, headers: headers) }
            let body = try await FileIO().loadFile(
                path: path, range: 0...size - 1, context: context, chunkLength: chunk)
            return Response(status: .ok, headers: headers, body: body.paced(context))
        case .part(let range):
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound)/\(size)"
            let body = try await FileIO().loadFile(path: path, range: range, context: context, chunkLength: chunk)
            return Response(status: .partialContent, headers: headers, body: body.paced(context))
        }
    }
}
