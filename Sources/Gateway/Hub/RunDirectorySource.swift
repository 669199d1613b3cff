import Fleet
import Foundation

/// The nodes that live on this machine, as their `node.json` in the run directory tells; whoever started them.
struct RunDirectorySource: InstanceSource {
    let run: RunDirectory
    /// Time between two looks.
    var interval: Duration = .milliseconds(500)

    func updates() -> AsyncStream<[Instance]> {
        // Each reader looks for itself, and only when it asks for the next set: nothing runs on when it leaves.
        let (run, interval) = (run, interval)
        var isFirst = true
        let look: () async -> [Instance]? = {
            if !isFirst { try? await Task.sleep(for: interval) }
            isFirst = false
            return Task.isCancelled ? nil : Self.look(run)
        }
        // AsyncStream calls it from the one reader there is, never twice at a time.
        nonisolated(unsafe) let sequential = look
        return AsyncStream { await sequential() }
    }

    private static func look(_ run: RunDirectory) -> [Instance] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: run.path)) ?? []
        return names.compactMap { name -> Instance? in
            guard let id = InstanceID(name), FileManager.default.fileExists(atPath: "\(run.path)/\(name)/node.json"),
                let directory = try? run.instance(id), let record = try? NodeRecord.living(in: directory)
            else { return nil }
            var instance = Instance(
                id: id, name: "Loco guest \(id.ordinal ?? 0)", description: "a guest on this machine",
                status: record.isReady ? .running : .booting)
            instance.streamUrl = record.url
            instance.healthUrl = record.url + "/health"
            return instance
        }
        .sorted { $0.id < $1.id }
    }
}
