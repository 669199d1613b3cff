import Foundation

@testable import Fleet

/// A boot sector that says "R" on QEMU's debug port when it runs, then every key's character, and switches to 640x480
/// (and says "M") on the key m.
struct EchoGuest {
    let image: String
    let output: String

    private static let code: [UInt8] = [
        0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xd0, 0xbc, 0x00, 0x7c, 0xfb, 0xb0, 0x52, 0xe6, 0xe9, 0x30, 0xe4, 0xcd, 0x16,
        0xe6, 0xe9, 0x3c, 0x6d, 0x75, 0xf6, 0xb8, 0x12, 0x00, 0xcd, 0x10, 0xb0, 0x4d, 0xe6, 0xe9, 0xeb, 0xeb,
    ]

    init(in folder: String, name: String = "guest", bytes: Int = 1_474_560, suffix: String = "img") throws {
        image = "\(folder)/\(name).\(suffix)"
        output = "\(folder)/\(name).out"
        var data = Data(Self.code)
        data.append(Data(count: 510 - data.count))
        data.append(contentsOf: [0x55, 0xaa])
        data.append(Data(count: bytes - data.count))
        try data.write(to: URL(fileURLWithPath: image))
    }

    var configuration: GuestConfiguration {
        var configuration = GuestConfiguration.demo(number: 0, image: image)
        configuration.extraArguments = ["-debugcon", "file:\(output)", "-global", "isa-debugcon.iobase=0xe9"]
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
