/// What a node and its hub hold when nobody watches.
struct CycleReading: Sendable {
    let node: ProcessFootprint
    let hub: ProcessFootprint
    /// GStreamer objects of the node that are not freed.
    let objects: Double?
    /// Sessions that the node still has.
    let sessions: Double?

    init(_ subject: Subject, hub: Int32) async throws {
        let metrics = try await subject.loco.metrics(of: subject.instance)
        objects = metrics?.total("loco_live_objects")
        sessions = metrics?.total("loco_viewers")
        node = try ProcessFootprint(pid: subject.node)
        self.hub = try ProcessFootprint(pid: hub)
    }

    /// Whether it is what it was: threads with a few more or less, which Swift and GLib keep in their pools as they like.
    func isBack(to start: CycleReading) -> Bool {
        guard let objects, let before = start.objects else { return false }
        return objects <= before && sessions == 0 && node.openFiles <= start.node.openFiles + CycleReading.spareFiles
            && node.threads <= start.node.threads + CycleReading.spareThreads && node.ports <= start.node.ports
            && node.residentMB <= start.node.residentMB * 1.05
    }

    /// Pool threads come and go.
    static let spareThreads = 4
    /// One or two are the hub's and this program's own requests.
    static let spareFiles = 2
}
