import Foundation
import Logging

/// A guest's own changes to its disk, as a qcow2 file over the base image, which is only ever read.
///
/// The overlay is kept across restarts. It is only valid over exactly the base it was made for: when the base has
/// changed (or another one is given), the overlay is moved aside as `overlay.qcow2.stale`, replacing an earlier
/// stale one, and a fresh one is made.
struct DiskOverlay: Sendable {
    let directory: InstanceDirectory
    let logger: Logger

    private var recordPath: String { directory.path + "/overlay.json" }

    /// The overlay's path, made if there is none for this base.
    ///
    /// - Throws: `DiskImageError.overlayFailed`, `RunDirectoryError`.
    func prepare(over base: DiskImage) async throws -> String {
        let path = directory.overlay
        let exists = FileManager.default.fileExists(atPath: path)
        if exists, try AtomicFile.readJSON(DiskImage.self, from: recordPath) == base {
            return path
        }
        if exists {
            logger.warning(
                "the base image has changed; the old overlay is set aside",
                metadata: ["base": "\(base.path)", "stale": "\(path).stale"])
            guard rename(path, path + ".stale") == 0 else {
                throw DiskImageError.overlayFailed(path: path, reason: errnoText())
            }
        }
        let outcome = try await ImageTool.run([
            "create", "-q", "-f", "qcow2", "-b", base.path, "-F", base.format, path,
        ])
        guard outcome.succeeded else {
            unlink(path)
            throw DiskImageError.overlayFailed(path: path, reason: outcome.complaint)
        }
        try AtomicFile.writeJSON(base, to: recordPath)
        return path
    }

    private var throwawayPath: String { directory.path + "/throwaway.qcow2" }

    /// A fresh overlay for a guest whose changes are forgotten.
    ///
    /// - Throws: `DiskImageError.overlayFailed`.
    func makeThrowaway(over base: DiskImage) async throws -> String {
        unlink(throwawayPath)
        let outcome = try await ImageTool.run([
            "create", "-q", "-f", "qcow2", "-b", base.path, "-F", base.format, throwawayPath,
        ])
        guard outcome.succeeded else {
            unlink(throwawayPath)
            throw DiskImageError.overlayFailed(path: throwawayPath, reason: outcome.complaint)
        }
        return throwawayPath
    }

    /// Forgets the changes.
    func removeThrowaway() { unlink(throwawayPath) }
}
