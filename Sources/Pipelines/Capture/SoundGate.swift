import Foundation
import GStreamer

/// Keeps digital silence from being encoded and sent: a guest that plays nothing costs nothing.
///
/// Only zeros count, so nothing audible is ever cut. For a while after the last sound silence still passes, so that
/// codecs fade out; then only a packet now and then, as Opus's own DTX does (RFC 6716, section 2.1.9).
struct SoundGate {
    /// How long silence passes after sound, in nanoseconds.
    static let hangover: UInt64 = 200_000_000
    /// The longest pause between two packets, in nanoseconds.
    static let floor: UInt64 = 400_000_000

    /// What passes of a reading.
    enum Part {
        case all
        /// As much as one Opus packet holds.
        case packet
        case none
    }

    private var lastSound: UInt64 = 0
    private var lastPassed: UInt64 = 0

    /// How much of the samples of that time (nanoseconds) passes.
    mutating func part(isSilent: Bool, at now: UInt64) -> Part {
        if !isSilent { lastSound = now }
        let isFading = now <= lastSound + Self.hangover
        guard isFading || now >= lastPassed + Self.floor else { return .none }
        lastPassed = now
        return isFading ? .all : .packet
    }

    /// Whether all of the bytes are zero; stops at the first that is not.
    static func isSilent(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let first = bytes.baseAddress, bytes.count > 0 else { return true }
        // Each byte equals the one before it, and the first is zero.
        return bytes[0] == 0 && memcmp(first, first + 1, bytes.count - 1) == 0
    }
}
