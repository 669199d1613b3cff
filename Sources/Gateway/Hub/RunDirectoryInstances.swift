import Fleet
import Foundation

/// The nodes that live on this machine, as their `node.json` in the run directory tells; whoever started them.
struct RunDirectoryInstances: InstanceProvider {
    let kind = "local"
    let run: RunDirectory

    func instances() async throws -> [HubInstance] {
        try FileManager.default.contentsOfDirectory(atPath: run.path).compactMap { name in
            guard let id = InstanceID(name), FileManager.default.fileExists(atPath: "\(run.path)/\(name)/node.json"),
                let record = try NodeRecord.living(in: try run.instance(id))
            else { return nil }
            return HubInstance(
                id: "\(id)", name: "Loco guest \(id.ordinal ?? 0)", nodeURL: record.url, discoveredAt: Date())
        }
    }
}
