import Foundation

@testable import Fleet

/// A boot sector that says "R" on QEMU's debug port, holds a tone of 440 Hz on the PC speaker, and says every key's
/// character.
struct ToneGuest {
    let image: String
    let output: String
    var boot: BootSource

    private static let code: [UInt8] = [
        0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xd0, 0xbc, 0x00, 0x7c, 0xfb, 0xb0, 0xb6, 0xe6, 0x43, 0xb8, 0x98, 0x0a, 0xe6,
        0x42, 0x88, 0xe0, 0xe6, 0x42, 0xe4, 0x61, 0x0c, 0x03, 0xe6, 0x61, 0xb0, 0x52, 0xe6, 0xe9, 0x30, 0xe4, 0xcd,
        0x16, 0xe6, 0xe9, 0xeb, 0xf8,
    ]

    init(in folder: String, name: String = "tone", bytes: Int = 1_474_560) throws {
        image = "\(folder)/\(name).img"
        output = "\(folder)/\(name).out"
        boot = .sharedImage(image)
        var data = Data(Self.code)
        data.append(Data(count: 510 - data.count))
        data.append(contentsOf: [0x55, 0xaa])
        data.append(Data(count: bytes - data.count))
        try data.write(to: URL(fileURLWithPath: image))
    }

    var configuration: GuestConfiguration {
        var configuration = GuestConfiguration.demo(number: 0, image: image)
        configuration.boot = boot
        // Appending: the QEMU that takes the guest over opens it too.
        configuration.extraArguments = [
            "-chardev", "file,id=said,path=\(output),append=on", "-device", "isa-debugcon,iobase=0xe9,chardev=said",
        ]
        return configuration
    }

    /// What the guest has said so far.
    var said: String {
        String(decoding: FileManager.default.contents(atPath: output) ?? Data(), as: UTF8.self)
    }

    func hasSaid(_ text: String, within limit: Duration = .seconds(15)) async -> Bool {
        await eventually(within: limit) { said.contains(text) }
    }
}
