import Foundation

@testable import Fleet

/// A boot sector that only turns in a circle: its processor never halts.
struct BusyGuest {
    let image: String

    init(in folder: String) throws {
        image = folder + "/busy.img"
        var data = Data([0xfa, 0xeb, 0xfe])
        data.append(Data(count: 510 - data.count))
        data.append(contentsOf: [0x55, 0xaa])
        data.append(Data(count: 1_474_560 - data.count))
        try data.write(to: URL(fileURLWithPath: image))
    }

    func configuration(_ number: Int) -> GuestConfiguration {
        var configuration = GuestConfiguration.demo(number: number, image: image)
        configuration.accelerator = .tcg
        return configuration
    }
}
