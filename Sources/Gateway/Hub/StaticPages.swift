import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The dashboard's files, read once at start. Each file is one route, so that no path a client sends ever reaches the
/// file system, and what is not a file is not found.
struct StaticPages: Sendable {
    /// The files could not be found.
    struct Missing: Error, CustomStringConvertible {
        let places: [String]
        var description: String {
            "the dashboard's files are missing (looked in \(places.joined(separator: ", "))): reinstall Loco, or build it again"
        }
    }

    private struct File: Sendable {
        let data: ByteBuffer
        let type: String
        let tag: EntityTag
    }

    private let files: [String: File]

    /// Reads all files below a folder.
    init(directory: URL) throws {
        let root = directory.resolvingSymlinksInPath().path(percentEncoded: false)
        let prefix = root.hasSuffix("/") ? root : root + "/"
        var files: [String: File] = [:]
        let enumerator = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: [.isRegularFileKey])
        for case let url as URL in enumerator ?? .init() {
            let path = url.resolvingSymlinksInPath().path(percentEncoded: false)
            guard path.hasPrefix(prefix), !url.lastPathComponent.hasPrefix("."),
                try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true
            else { continue }
            let data = try Data(contentsOf: url)
            files["/" + path.dropFirst(prefix.count)] = File(
                data: ByteBuffer(bytes: data), type: Self.type(of: url.pathExtension), tag: EntityTag(of: data))
        }
        self.files = files
    }

    /// Reads the files that belong to this program.
    /// - Throws: ``Missing``.
    static func bundled() throws -> StaticPages {
        // Not Bundle.module, which stops the program when the files are not there.
        let places = [
            Bundle.main.bundleURL.appending(path: "loco_Gateway.resources/Web"),
            URL(filePath: "/usr/share/loco/Web"),
        ]
        for place in places where FileManager.default.fileExists(atPath: place.path(percentEncoded: false)) {
            return try StaticPages(directory: place)
        }
        throw Missing(places: places.map { $0.path(percentEncoded: false) })
    }

    /// The paths there are.
    var paths: [String] { files.keys.sorted() }

    /// Adds a route per file of one front end and of what all front ends share, each at its own path; the front end's
    /// `index.html` is also the page at `/`.
    func addRoutes(to routes: HTTPService.Routes, frontEnd: String) {
        for (path, file) in files where path.hasPrefix("/\(frontEnd)/") || path.hasPrefix("/shared/") {
            routes.get(RouterPath(path)) { request, _ in Self.response(to: request, file) }
        }
        if let page = files["/\(frontEnd)/index.html"] {
            routes.get("/") { request, _ in Self.response(to: request, page) }
        }
    }

    private static func response(to request: Request, _ file: File) -> Response {
        // Always asked for again, mostly answered with 304: a new version shows at once.
        var headers: HTTPFields = [.eTag: file.tag.text, .cacheControl: "no-cache"]
        if file.tag.isKnown(to: request) { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = file.type
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: file.data))
    }

    static func type(of fileExtension: String) -> String {
        switch fileExtension.lowercased() {
        case "html": "text/html; charset=utf-8"
        case "js", "mjs": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "json", "map": "application/json; charset=utf-8"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "jpg", "jpeg": "image/jpeg"
        case "ico": "image/x-icon"
        case "woff2": "font/woff2"
        case "wasm": "application/wasm"
        case "txt": "text/plain; charset=utf-8"
        default: "application/octet-stream"
        }
    }
}
