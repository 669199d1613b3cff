import Fleet
import Probe

/// The hub's measurements at one moment, as Prometheus reads them. Everything is gathered when it is asked for, so that an
/// instance's series vanish with it.
struct HubMetrics: Sendable {
    /// The instances with what is known of their nodes.
    var instances: [(instance: Instance, state: NodeState)]
    /// How they were found.
    var discovery: DiscoveryReport
    var events: EventFeed.Counts
    var signaling: SignalRelay.Counts
    /// What was said on signaling sockets.
    var said: SignalTally
    /// How long signaling sockets were open.
    var signalSessions: DurationHistogram.Reading
    var sockets: WebSocketStatistics.Counts
    var requests: [HTTPStatistics.Key: Int]
    var recoveries: [NodeRecovery.Tally: Int]
    /// Ends of nodes that the hub started, since its start.
    var crashes: [EventFeed.NodeCrash: Int]
    /// The active set.
    var active: [InstanceID]
    var process: ProcessUsage?

    /// Prometheus's text format.
    var text: String {
        var page = PrometheusText()
        writeInstances(to: &page)
        writeTraffic(to: &page)
        writeProcess(to: &page)
        return page.text
    }

    private func writeInstances(to page: inout PrometheusText) {
        let now = ContinuousClock.now
        func each(
            _ name: String, _ help: String, _ samples: (Instance, NodeState) -> [([(String, String)], Double)]
        ) {
            page.family(name, .gauge, help)
            for (instance, state) in instances {
                for (labels, value) in samples(instance, state) {
                    page.sample(name, [("instance", instance.id.rawValue)] + labels, value)
                }
            }
        }
        page.family("loco_instances", .gauge, "Instances known, by status.")
        let byStatus = Dictionary(grouping: instances) { $0.state.status(of: $0.instance) }.mapValues(\.count)
        for status in InstanceStatus.allCases {
            page.sample("loco_instances", [("status", status.rawValue)], Double(byStatus[status] ?? 0))
        }
        page.family(
            "loco_discovery_stale", .gauge, "1 while the instances are the last known ones: what tells of them is away."
        )
        page.sample("loco_discovery_stale", [], discovery.isStale ? 1 : 0)
        page.family("loco_discovery_fallback", .gauge, "1 while a file stands in for a cluster that is not there.")
        page.sample("loco_discovery_fallback", [], discovery.isFallback ? 1 : 0)
        each("loco_up", "1 while the instance's node reports to the hub.") { [([], $1.isReporting ? 1 : 0)] }
        each("loco_report_age_seconds", "Since the instance's node reported.") { _, state in
            state.reportAge(at: now).map { [([], $0)] } ?? []
        }
        each("loco_node_failure", "1 for the reason why the instance's node does not report.") { _, state in
            NodeState.Failure.allCases.map { ([("reason", $0.rawValue)], state.failure == $0 ? 1 : 0) }
        }
        each("loco_instance_health", "1 for how the instance is, as the hub judges it.") { instance, state in
            guard let report = NodeReport(instance: instance, state: state).health else { return [] }
            return OverallStatus.allCases.map { ([("status", $0.rawValue)], report.overallStatus == $0 ? 1 : 0) }
        }
        each("loco_instance_failure", "1 for where the instance's failure is, as the hub judges it.") {
            instance, state in
            guard let report = NodeReport(instance: instance, state: state).health else { return [] }
            return FailureClass.allCases.map { ([("class", $0.rawValue)], report.failureType == $0 ? 1 : 0) }
        }
        each("loco_instance_viewers", "Viewers' sessions, as the instance's node reports them.") { _, state in
            guard state.isReporting, let viewers = state.report?.viewers else { return [] }
            return [([], Double(viewers))]
        }
        each("loco_instance_focused", "1 while the instance is in the active set.") { instance, _ in
            [([], active.contains(instance.id) ? 1 : 0)]
        }
        page.family("loco_active_instances", .gauge, "Instances in the active set.")
        page.sample("loco_active_instances", [], Double(active.count))
        page.family(
            "loco_crashes_total", .counter, "Ends nobody asked for of nodes that this hub started, by class.")
        for (crash, count) in crashes.sorted(by: { $0.key < $1.key }) {
            page.sample(
                "loco_crashes_total",
                [
                    ("instance", crash.instance.rawValue), ("service", crash.instance.rawValue),
                    ("class", crash.crashClass),
                ], Double(count))
        }
        page.family(
            "loco_recoveries_total", .counter, "Attempts of the hub to mend an instance that ended, by outcome.")
        for (tally, count) in recoveries.sorted(by: { $0.key < $1.key }) {
            page.sample(
                "loco_recoveries_total",
                [
                    ("instance", tally.instance.rawValue), ("strategy", RecoveryStrategy.node.rawValue),
                    ("outcome", tally.outcome.rawValue),
                ], Double(count))
        }
    }

    private func writeTraffic(to page: inout PrometheusText) {
        func one(_ name: String, _ kind: PrometheusText.Kind, _ help: String, _ value: Int) {
            page.family(name, kind, help)
            page.sample(name, [], Double(value))
        }
        one("loco_signal_clients", .gauge, "Viewers' pages with an open signaling socket.", signaling.clients)
        one("loco_signal_upstreams", .gauge, "Signaling sockets to nodes.", signaling.upstreams)
        one("loco_signal_messages_total", .counter, "Signaling messages taken from pages.", signaling.messages)
        one("loco_signal_offers_total", .counter, "Offers handed on to nodes.", said.offers)
        one("loco_signal_answers_total", .counter, "Nodes' answers handed on to pages.", said.answers)
        page.family("loco_signal_errors_total", .counter, "Errors told to pages on signaling sockets, by code.")
        for code in SignalErrorCode.allCases.map(\.rawValue) + [SignalTally.other] {
            page.sample("loco_signal_errors_total", [("code", code)], Double(said.errors[code] ?? 0))
        }
        page.family("loco_signal_session_seconds", .histogram, "How long pages' signaling sockets were open.")
        page.sample("loco_signal_session_seconds", [], signalSessions)
        one("loco_websockets", .gauge, "Open WebSockets.", sockets.open)
        one("loco_websockets_opened_total", .counter, "WebSockets accepted.", sockets.opened)
        one("loco_websockets_refused_total", .counter, "WebSocket upgrades refused.", sockets.refused)
        one("loco_websocket_messages_dropped_total", .counter, "Messages over the rate limit.", sockets.rateLimited)
        page.family("loco_websockets_closed_total", .counter, "WebSockets that ended, by reason.")
        for (reason, count) in sockets.closed.sorted(by: { $0.key < $1.key }) {
            page.sample("loco_websockets_closed_total", [("reason", reason)], Double(count))
        }
        one("loco_event_readers", .gauge, "Readers of /events.", events.readers)
        one("loco_event_readers_cut_total", .counter, "Readers of /events that did not keep up.", events.cutOff)
        one("loco_event_readers_refused_total", .counter, "Readers of /events over the limit.", events.refused)
        page.family("loco_events_total", .counter, "Events told, by kind.")
        for (kind, count) in events.told.sorted(by: { $0.key < $1.key }) {
            page.sample("loco_events_total", [("kind", kind)], Double(count))
        }
        page.family("loco_http_requests_total", .counter, "Requests answered, by method and status.")
        for (key, count) in requests.sorted(by: { $0.key < $1.key }) {
            page.sample(
                "loco_http_requests_total", [("method", key.method), ("status", String(key.status))], Double(count))
        }
    }

    private func writeProcess(to page: inout PrometheusText) {
        func one(_ name: String, _ kind: PrometheusText.Kind, _ help: String, _ value: Double?) {
            page.family(name, kind, help)
            if let value { page.sample(name, [], value) }
        }
        one("loco_hub_resident_bytes", .gauge, "RAM of the hub's process.", process.map { Double($0.residentBytes) })
        one("loco_hub_cpu_seconds_total", .counter, "Processor time of the hub's process.", process?.cpuSeconds)
        one("loco_hub_threads", .gauge, "Threads of the hub's process.", process.map { Double($0.threads) })
        one("loco_hub_open_fds", .gauge, "Open files of the hub's process.", process.map { Double($0.openFiles) })
    }
}
