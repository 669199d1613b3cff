import Foundation
import Synchronization

/// Remembers how loud the streamed sound is, from the messages of GStreamer's `level` element.
///
/// One thread records, any thread reads; no lock.
public final class AudioLevelMeter: Sendable {
    /// What the meter says at one moment.
    public struct Reading: Sendable, Equatable, Codable {
        /// Root mean square of the loudest channel, 0...1, linear.
        public let level: Double
        /// Peak of the loudest channel, 0...1, linear.
        public let peak: Double
        /// Seconds for which the sound has been silent; 0 while it sounds.
        public let silentFor: Double

        /// `level` in decibels below full scale; -100 stands for all that is fainter.
        public var rmsDecibels: Double { AudioLevelMeter.decibels(level) }
        /// `peak` in decibels below full scale; -100 stands for all that is fainter.
        public var peakDecibels: Double { AudioLevelMeter.decibels(peak) }
        /// Nothing can be heard.
        public var isSilent: Bool { level < AudioLevelMeter.silence }
    }

    /// Below -60 dB a channel counts as silent.
    public static let silence = 0.001
    /// Decibels that stand for digital silence, which has none.
    public static let floor = -100.0
    /// A message older than this says nothing about now.
    private static let validity: UInt64 = 2_000_000_000

    private let level = Atomic<UInt64>(0)
    private let peak = Atomic<UInt64>(0)
    private let last = Atomic<UInt64>(0)
    private let lastSound = Atomic<UInt64>(0)

    /// A meter that has heard nothing.
    public init() {}

    /// Notes a message.
    ///
    /// - Parameters:
    ///   - rms: decibels below full scale per channel (0 is the loudest, -inf is silence).
    ///   - peakDecibels: the same for the peaks.
    ///   - nanoseconds: on a monotonic clock, the same one as `reading(at:)`'s.
    public func record(rms: some Sequence<Double>, peak peakDecibels: some Sequence<Double>, at nanoseconds: UInt64) {
        let loudest = Self.linear(rms.max() ?? -.infinity)
        level.store(loudest.bitPattern, ordering: .relaxed)
        peak.store(Self.linear(peakDecibels.max() ?? -.infinity).bitPattern, ordering: .relaxed)
        if loudest >= Self.silence || last.load(ordering: .relaxed) == 0 {
            lastSound.store(nanoseconds, ordering: .relaxed)
        }
        last.store(max(nanoseconds, 1), ordering: .releasing)
    }

    /// The level now; nil when no message came in the last 2 s, that is: not measured.
    public func reading(at now: UInt64) -> Reading? {
        let heard = last.load(ordering: .acquiring)
        guard heard > 0, now < heard + Self.validity else { return nil }
        let loudest = Double(bitPattern: level.load(ordering: .relaxed))
        let sound = lastSound.load(ordering: .relaxed)
        return Reading(
            level: loudest, peak: Double(bitPattern: peak.load(ordering: .relaxed)),
            silentFor: loudest >= Self.silence || now < sound ? 0 : Double(now - sound) / 1e9)
    }

    /// 0...1 as decibels below full scale.
    static func decibels(_ linear: Double) -> Double {
        linear > 0 ? max(floor, 20 * log10(linear)) : floor
    }

    /// Decibels below full scale as 0...1.
    static func linear(_ decibels: Double) -> Double {
        // GStreamer writes digital silence as -700 dB; below a 16-bit sample's last bit there is nothing to hear.
        guard decibels.isFinite, decibels > floor else { return decibels > 0 ? 1 : 0 }
        return min(1, pow(10, decibels / 20))
    }
}
