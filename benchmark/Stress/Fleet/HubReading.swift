/// The hub as it tells of itself and its nodes at one moment.
struct HubReading: Sendable, Codable, Equatable {
    /// Sessions of each guest whose node reports.
    var viewers: [Int: Int] = [:]
    /// Open sockets on `/signal`, and those to nodes.
    var signalClients = 0
    var signalUpstreams = 0
    var process: ProcessFootprint?

    init() {}

    /// - Parameter metrics: the text of its `/metrics`.
    init(metrics: String, process: ProcessFootprint?) {
        self.process = process
        for sample in PrometheusSample.all(in: metrics) {
            switch sample.name {
            case "loco_signal_clients": signalClients = Int(sample.value)
            case "loco_signal_upstreams": signalUpstreams = Int(sample.value)
            case "loco_instance_viewers":
                guard let name = sample.labels["instance"], let guest = Int(name.dropFirst("instance-".count)) else {
                    continue
                }
                viewers[guest] = Int(sample.value)
            default: break
            }
        }
    }
}
