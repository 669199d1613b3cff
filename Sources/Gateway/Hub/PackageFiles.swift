import Foundation
import HTTPTypes
import Hummingbird

/// Scripts that another Debian package ships and pages import: served from where the package put them, so that no copy of
/// them is ours to keep up to date.
///
/// What is there is listed once, at the start. A path that a client sends is only looked up in that list, and never
/// reaches the file system.
struct PackageFiles: Sendable {
    private struct File: Sendable {
        let path: String
        let type: String
        let tag: EntityTag
    }

    /// three.js, the scene of the VR page.
    static let three = PackageFiles("three", in: "/usr/share/javascript/three")
    /// noVNC, the dashboard's other way to a guest.
    static let novnc = PackageFiles("novnc", in: "/usr/share/novnc")
    /// Chart.js, for what is drawn over time.
    static let charts = PackageFiles("chart.js", in: "/usr/share/javascript/chart.js")

    /// The first part of the paths it is served at.
    let name: String

    private let files: [String: File]

    /// Lists the scripts in a folder; where there is none, nothing is served.
    init(_ name: String, in directory: String) {
        self.name = name
        let root = URL(filePath: directory, directoryHint: .isDirectory)
        var files: [String: File] = [:]
        for path in FileManager.default.enumerator(atPath: directory) ?? .init() {
            guard let path = path as? String else { continue }
            // Names may be links to files beside them.
            let url = root.appending(path: path).resolvingSymlinksInPath()
            let place = url.path(percentEncoded: false)
            guard ["js", "mjs"].contains(url.pathExtension),
                let attributes = try? FileManager.default.attributesOfItem(atPath: place),
                attributes[.type] as? FileAttributeType == .typeRegular, let size = attributes[.size] as? Int
            else { continue }
            let changed = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            files[path] = File(
                path: place, type: StaticPages.type(of: url.pathExtension),
                tag: EntityTag(changed: changed.bitPattern, size: size))
        }
        self.files = files
    }

    /// Whether the package is installed.
    var isInstalled: Bool { !files.isEmpty }

    /// Adds the route below which the files are.
    func add(to routes: HTTPService.Routes) {
        routes.get("/\(name)/**") { request, context in
            guard let file = files[context.parameters.getCatchAll().joined(separator: "/")] else {
                throw APIError(.notFound, "not-found", "no such file of \(name)")
            }
            var headers: HTTPFields = [.eTag: file.tag.text, .cacheControl: "max-age=3600"]
            if file.tag.isKnown(to: request) { return Response(status: .notModified, headers: headers) }
            headers[.contentType] = file.type
            guard FileManager.default.isReadableFile(atPath: file.path) else {
                throw APIError(.notFound, "not-found", "\(name) was removed since the hub started")
            }
            // As the client takes it: three.js has more than a megabyte.
            let body = try await FileIO().loadFile(path: file.path, context: context)
            return Response(status: .ok, headers: headers, body: body.paced(context))
        }
    }
}
