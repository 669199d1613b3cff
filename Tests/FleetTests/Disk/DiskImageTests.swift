import Foundation
import Testing

@testable import Fleet

@Suite("DiskImage", .timeLimit(.minutes(2)))
struct DiskImageTests {
    private func write(_ folder: String, _ name: String, _ data: Data) throws -> String {
        try data.write(to: URL(fileURLWithPath: folder + "/" + name))
        return folder + "/" + name
    }

    @Test("what is no image is refused by name")
    func refused() async throws {
        try await withTemporaryFolder { folder in
            let text = try write(folder, "letter.txt", Data(String(repeating: "Dear disk, ", count: 500).utf8))
            await #expect(throws: DiskImageError.notAnImage(path: text)) { try await DiskImage.inspect(text) }
            await #expect(throws: DiskImageError.notAFile(path: folder)) { try await DiskImage.inspect(folder) }
            let empty = try write(folder, "empty.img", Data())
            await #expect(throws: DiskImageError.empty(path: empty)) { try await DiskImage.inspect(empty) }
            let gone = folder + "/gone.qcow2"
            let error = await #expect(throws: DiskImageError.self) { try await DiskImage.inspect(gone) }
            #expect("\(error!)".contains("No such file"))
            let broken = try write(
                folder, "broken.qcow2", Data([0x51, 0x46, 0x49, 0xfb] + [UInt8](repeating: 9, count: 600)))
            await #expect(throws: DiskImageError.self) { try await DiskImage.inspect(broken) }
        }
    }

    @Test("raw images with a boot signature or a raw name are accepted, and so is qcow2")
    func accepted() async throws {
        try await withTemporaryFolder { folder in
            let bootable = try EchoGuest(in: folder, suffix: "bin")
            let boot = try await DiskImage.inspect(bootable.image)
            #expect(boot.format == "raw")
            let named = try write(folder, "blank.raw", Data(count: 4096))
            let blank = try await DiskImage.inspect(named)
            #expect(blank.virtualSize == 4096)
            let made = try await ImageTool.run(["create", "-q", "-f", "qcow2", folder + "/d.qcow2", "8M"])
            #expect(made.succeeded)
            let disk = try await DiskImage.inspect(folder + "/d.qcow2")
            #expect(disk.format == "qcow2")
        }
    }

    @Test("images that build upon each other are refused")
    func loop() async throws {
        try await withTemporaryFolder { folder in
            let (a, b) = (folder + "/a.qcow2", folder + "/b.qcow2")
            for arguments in [
                ["create", "-q", "-f", "qcow2", a, "8M"], ["create", "-q", "-f", "qcow2", "-b", a, "-F", "qcow2", b],
                ["rebase", "-q", "-u", "-b", b, "-F", "qcow2", a],
            ] {
                let outcome = try await ImageTool.run(arguments)
                #expect(outcome.succeeded)
            }
            await #expect(throws: DiskImageError.self) { try await DiskImage.inspect(a) }
        }
    }

    @Test("an overlay is kept for its base and set aside when the base changes")
    func overlay() async throws {
        try await withTemporaryFolder { folder in
            let directory = try RunDirectory(path: folder + "/run").instance(InstanceID(ordinal: 0))
            let overlay = DiskOverlay(directory: directory, logger: testLogger)
            let base = try EchoGuest(in: folder, bytes: 8 << 20)
            let path = try await overlay.prepare(over: try await DiskImage.inspect(base.image))
            let first = try FileVersion(of: path)
            _ = try await overlay.prepare(over: try await DiskImage.inspect(base.image))
            #expect(try FileVersion(of: path) == first)
            _ = try EchoGuest(in: folder, bytes: 9 << 20)
            _ = try await overlay.prepare(over: try await DiskImage.inspect(base.image))
            #expect(try FileVersion(of: path) != first)
            #expect(try FileVersion(of: path + ".stale").inode == first.inode)
        }
    }

    @Test("a guest writes to its overlay and never to its base, and the overlay outlives a restart")
    func baseUntouched() async throws {
        try await withTemporaryFolder { folder in
            // Writes 0xAA.. to its own first sector through the BIOS, then says W.
            let echo = try EchoGuest(in: folder, bytes: 8 << 20)
            var image = try Data(contentsOf: URL(fileURLWithPath: echo.image))
            let code: [UInt8] = [
                0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xc0, 0xb8, 0x01, 0x03, 0xb9, 0x05, 0x00, 0xba, 0x80, 0x00, 0xbb, 0x00,
                0x7c, 0xcd, 0x13, 0xb0, 0x57, 0xe6, 0xe9, 0xf4, 0xeb, 0xfd,
            ]
            image.replaceSubrange(0..<code.count, with: code)
            try image.write(to: URL(fileURLWithPath: echo.image))
            var configuration = echo.configuration
            configuration.boot = .disk(echo.image)
            configuration.accelerator = Accelerator.kvmObstacle() == nil ? .kvm : .automatic
            let directory = try RunDirectory(path: folder + "/run").instance(InstanceID(ordinal: 0))
            let guest = Guest(configuration: configuration, directory: directory, logger: testLogger)
            try await guest.start()
            #expect(await echo.hasSaid("W"))
            try await guest.stop()
            #expect(try Data(contentsOf: URL(fileURLWithPath: echo.image)) == image)
            let version = try FileVersion(of: directory.overlay)
            let raw = folder + "/merged.raw"
            let converted = try await ImageTool.run(["convert", "-O", "raw", directory.overlay, raw])
            #expect(converted.succeeded)
            let merged = try Data(contentsOf: URL(fileURLWithPath: raw))
            #expect(merged[2048..<2560] == image[0..<512])
            #expect(merged != image)
            try await guest.start()
            try await guest.stop()
            #expect(try FileVersion(of: directory.overlay).inode == version.inode)
        }
    }
}
