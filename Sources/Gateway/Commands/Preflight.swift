import ArgumentParser
import Fleet
import Foundation

/// What has to be there before a guest can start, looked at before anything is started, so that what is missing is
/// said once and at once instead of by every node.
enum Preflight {
    /// Checks programs and images.
    ///
    /// - Throws: `ProcessError.missingProgram` with the Debian package, `DiskImageError` naming the image, `NodeError`,
    ///   or `ValidationError` for a demo image that cannot be read.
    static func check(_ configuration: LocoConfiguration) async throws {
        let emulator = GuestConfiguration(number: 0, boot: .sharedImage("")).emulator
        for program in ["Xvfb", "pulseaudio", emulator, "setpriv"] { _ = try ProgramPath.resolve(program) }
        if let disk = configuration.guest.disk {
            _ = try await DiskImage.inspect(disk)
        } else {
            let image = try DemoImage.path(configured: configuration.guest.demoImage)
            guard FileManager.default.isReadableFile(atPath: image) else {
                throw ValidationError("guest.demoImage: '\(image)' cannot be read")
            }
        }
    }

    /// Variables of this process that nodes need to find and debug the media library; children get no others but
    /// those they are given.
    static var mediaEnvironment: [String: String] {
        ProcessInfo.processInfo.environment.filter { $0.key.hasPrefix("GST_") || $0.key == "G_DEBUG" }
    }
}
