import Foundation

/// A disk image that has been looked at and found usable as a base.
public struct DiskImage: Sendable, Codable, Hashable {
    /// Its absolute path.
    public let path: String
    /// QEMU's name of its format: qcow2, raw, vmdk ...
    public let format: String
    /// The size the guest sees, in bytes.
    public let virtualSize: Int64
    /// Which contents these are: file number, size and time of change.
    public let version: FileVersion

    /// Formats a base may have. Others exist that reach over the network or into other programs.
    private static let formats: Set<String> = [
        "raw", "qcow2", "qcow", "qed", "vmdk", "vdi", "vpc", "vhdx", "parallels",
    ]

    private struct Info: Decodable {
        let format: String
        let virtualSize: Int64
        let backing: String?

        enum CodingKeys: String, CodingKey {
            case format
            case virtualSize = "virtual-size"
            case backing = "full-backing-filename"
        }
    }

    /// Looks at an image without changing it.
    ///
    /// - Throws: `DiskImageError`, or `ProcessError.missingProgram` for `qemu-img`.
    public static func inspect(_ path: String) async throws -> DiskImage {
        let version = try FileVersion(of: path)
        guard version.size > 0 else { throw DiskImageError.empty(path: path) }
        let outcome = try await ImageTool.run(["info", "--output=json", "--force-share", "--backing-chain", path])
        guard outcome.succeeded else { throw DiskImageError.damaged(path: path, reason: outcome.complaint) }
        let chain: [Info]
        do {
            chain = try JSONDecoder().decode([Info].self, from: outcome.output)
        } catch {
            throw DiskImageError.damaged(path: path, reason: "qemu-img described it in an unknown way")
        }
        guard let top = chain.first, chain.allSatisfy({ formats.contains($0.format) }) else {
            throw DiskImageError.damaged(path: path, reason: "its format is not supported as a guest's disk")
        }
        if top.format == "raw", !looksLikeRawImage(path) { throw DiskImageError.notAnImage(path: path) }
        let absolute = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        return DiskImage(path: absolute, format: top.format, virtualSize: top.virtualSize, version: version)
    }

    /// Raw is what is left when nothing else fits, so it needs a sign of its own.
    private static func looksLikeRawImage(_ path: String) -> Bool {
        if ["img", "raw"].contains((path as NSString).pathExtension.lowercased()) { return true }
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        guard let sector = try? file.read(upToCount: 512), sector.count == 512 else { return false }
        return sector[510] == 0x55 && sector[511] == 0xaa
    }
}
