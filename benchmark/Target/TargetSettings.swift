import ArgumentParser
import Foundation

/// What `bench codecs --target` was asked to do.
struct TargetSettings: Sendable {
    /// The fleet's hub.
    let hub: HubClient
    /// Its host and port: the name of the machine in the file, for nothing else of it can be seen from here.
    let name: String
    let host: String
    let replicas: [Int]
    let codecs: [VideoCodec]
    /// Frames per second that the fleet's `video.fps` asks for, which a hub does not tell.
    let rate: Int
    let windows: CodecWindows
    /// The file that rows are appended to.
    let output: String
    /// Whether combinations that the file holds are left out.
    let resumes: Bool

    /// - Parameters:
    ///   - command: its `target` is set.
    ///   - token: the fleet's, for its admin where it is to be scaled.
    /// - Throws: `ValidationError` with the option and the value that is not understood.
    init(_ command: CodecsCommand, token: String?) throws {
        let text = command.target ?? ""
        guard let parts = URLComponents(string: text), let scheme = parts.scheme, ["http", "https"].contains(scheme),
            let host = parts.host, !host.isEmpty, ["", "/"].contains(parts.path), parts.query == nil, parts.user == nil
        else {
            throw ValidationError("--target: '\(text)' is no address such as http://192.168.1.5:3000")
        }
        let port = parts.port ?? (scheme == "https" ? 443 : 80)
        self.host = host
        name = "\(host):\(port)"
        hub = HubClient(base: "\(scheme)://\(host):\(port)", port: port, token: token)
        for (option, isGiven) in [("--sizes", command.sizes != nil), ("--source", command.source != "guest")]
        where isGiven {
            throw ValidationError("\(option) does not go with --target: its guests show what they show")
        }
        replicas = try CodecsSettings.numbers(
            "--replicas", command.replicas ?? (command.quick ? "1,3" : "1,3,9"), 1...64)
        let rates = try CodecsSettings.numbers("--rates", command.rates ?? "30", 1...120)
        guard rates.count == 1, let rate = rates.first else {
            throw ValidationError("--rates: with --target the one that the fleet is set to (video.fps)")
        }
        self.rate = rate
        codecs = try Self.codecs(command.codecs)
        let seconds = command.seconds ?? (command.quick ? 3 : 8)
        guard (1...600).contains(seconds) else {
            throw ValidationError("--seconds: \(seconds) is not allowed: 1 to 600")
        }
        windows = CodecWindows(settle: .milliseconds(1500), cost: .seconds(seconds), quality: .zero)
        output = command.output
        resumes = command.resume
    }

    /// What nodes send of the codecs that were asked for; how they encode it is theirs to choose.
    private static func codecs(_ text: String) throws -> [VideoCodec] {
        guard text != CodecEncoder.usual else { return VideoCodec.allCases }
        return try CodecsSettings.list("--codecs", text).map { word in
            guard let codec = VideoCodec(rawValue: word) else {
                throw ValidationError(
                    "--codecs: '\(word)': with --target it is any of "
                        + VideoCodec.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return codec
        }
    }
}
