import Foundation

/// The secret that a guest's X server asks of its clients: without one, every user of the host could watch and type.
struct XCookie: Sendable, Equatable {
    static let protocolName = "MIT-MAGIC-COOKIE-1"
    let secret: [UInt8]

    /// A fresh secret.
    init() {
        var generator = SystemRandomNumberGenerator()
        secret = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    /// The contents of an Xauthority file that offers the secret to whatever display asks.
    var authorityFile: Data {
        var data = Data()
        func append(_ text: [UInt8]) {
            data.append(contentsOf: [UInt8(text.count >> 8), UInt8(text.count & 0xff)])
            data.append(contentsOf: text)
        }
        // FamilyWild with an empty address and display number matches any server: the number is not known yet.
        data.append(contentsOf: [0xff, 0xff])
        append([])
        append([])
        append(Array(Self.protocolName.utf8))
        append(secret)
        return data
    }
}
