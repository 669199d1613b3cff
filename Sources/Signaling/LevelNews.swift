import Foundation

/// What viewers are told of how loud the guest's sound is: a message where there is something new to see on a meter.
///
/// Levels come ten times a second, and each message is a packet to every viewer; most levels say what the last one said.
struct LevelNews {
    /// Below it, in dBFS, a meter shows nothing: told as silence.
    static let floor = -60.0
    /// The change, in dB, that is worth a message.
    static let step = 1.0

    private var told: (rms: Double, peak: Double)?
    private var isTold = false

    /// Takes a level in dBFS, nil where there is no sound to measure.
    ///
    /// - Returns: the message for the viewers; nil where there is nothing new.
    mutating func take(_ level: (rms: Double, peak: Double)?) -> String? {
        let audible = level.flatMap { $0.rms > Self.floor ? $0 : nil }
        if isTold {
            switch (told, audible) {
            case (nil, nil): return nil
            case (let old?, let new?) where abs(new.rms - old.rms) < Self.step && abs(new.peak - old.peak) < Self.step:
                return nil
            default: break
            }
        }
        told = audible
        isTold = true
        func text(_ value: Double?) -> String { value.map { String(($0 * 10).rounded() / 10) } ?? "null" }
        return #"{"peak":\#(text(audible?.peak)),"rms":\#(text(audible?.rms)),"type":"level"}"#
    }
}
