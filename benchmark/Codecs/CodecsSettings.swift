import ArgumentParser
import Foundation

/// What `bench codecs` was asked to do.
struct CodecsSettings: Sendable {
    /// A picture's size in pixels.
    struct Size: Sendable, Equatable {
        let width: Int
        let height: Int
    }

    let replicas: [Int]
    let encoders: [CodecEncoder]
    let sizes: [Size]
    /// Frames per second.
    let rates: [Int]
    let source: CodecSource
    let windows: CodecWindows
    /// How long all of it may take; nil for as long as it takes.
    let limit: Duration?
    /// The file that rows are appended to.
    let output: String
    /// Whether combinations that the file holds are left out.
    let resumes: Bool

    /// A short run ends within two minutes; what remains is for starting and ending.
    static let quickLimit = Duration.seconds(108)

    /// - Throws: `ValidationError` with the option and the value that is not understood.
    init(_ command: CodecsCommand) throws {
        let quick = command.quick
        replicas = try Self.numbers("--replicas", command.replicas ?? (quick ? "1,3" : "1,3,9"), 1...64)
        rates = try Self.numbers("--rates", command.rates ?? (quick ? "30" : "15,25,30,60"), 1...120)
        sizes = try Self.list("--sizes", command.sizes ?? (quick ? "640x480" : "640x480,1024x768")).map(Self.size)
        encoders = try Self.list("--codecs", command.codecs).flatMap { word in
            guard let encoders = CodecEncoder.named(word) else {
                throw ValidationError(
                    "--codecs: '\(word)' is none of \(CodecEncoder.words.joined(separator: ", "))")
            }
            return encoders
        }
        guard let source = CodecSource(command.source) else {
            throw ValidationError(
                "--source: '\(command.source)' is neither guest, \(CodecSource.kinds.joined(separator: ", ")) "
                    + "nor a file that can be read")
        }
        self.source = source
        let seconds = command.seconds ?? (quick ? 3 : 8)
        guard (1...600).contains(seconds) else {
            throw ValidationError("--seconds: \(seconds) is not allowed: 1 to 600")
        }
        windows = CodecWindows(
            settle: .milliseconds(quick ? 400 : 1500), cost: .seconds(seconds),
            quality: .milliseconds(quick ? 800 : 2500))
        limit = quick ? Self.quickLimit : nil
        output = command.output
        resumes = command.resume
        for (name, words) in [("--codecs", encoders.map(\.rawValue)), ("--sizes", sizes.map { "\($0)" })]
        where Set(words).count < words.count {
            throw ValidationError("\(name): something is named twice")
        }
    }

    /// The words of a list.
    static func list(_ option: String, _ text: String) throws -> [String] {
        let words = text.split(separator: ",", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        guard words.allSatisfy({ !$0.isEmpty }) else {
            throw ValidationError("\(option): '\(text)' is no list with commas between")
        }
        return words
    }

    /// The whole numbers of a list.
    static func numbers(_ option: String, _ text: String, _ range: ClosedRange<Int>) throws -> [Int] {
        let numbers = try list(option, text).map { word in
            guard let number = Int(word), range.contains(number) else {
                throw ValidationError(
                    "\(option): '\(word)' is not allowed: \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
        guard Set(numbers).count == numbers.count else { throw ValidationError("\(option): a number is named twice") }
        return numbers
    }

    private static func size(_ word: String) throws -> Size {
        let parts = word.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let width = parts[0], let height = parts[1],
            [width, height].allSatisfy({ (64...4096).contains($0) && $0.isMultiple(of: 2) })
        else {
            throw ValidationError("--sizes: '\(word)' is no size such as 640x480, of even numbers from 64 to 4096")
        }
        return Size(width: width, height: height)
    }
}
