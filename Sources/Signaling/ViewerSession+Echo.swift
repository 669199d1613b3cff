import GStreamer

/// Which frame answers which input: what click-to-pixel is measured by.
extension ViewerSession {
    /// The guest's picture changed at that time (nanoseconds): what inputs does that answer?
    func changed(at frame: UInt64) {
        let answered = echoes.changed(at: frame)
        guard !answered.isEmpty else { return }
        bell.expect(-answered.count)
        for echo in answered {
            // RTP timestamps are 90 kHz and wrap (RFC 3550).
            let ticks = UInt32(truncatingIfNeeded: RTPClock.units(echo.frame, rate: 90_000))
            say([
                "type": "echo", "id": echo.id, "rtp": Int(peer.timestampOffset &+ ticks),
                "taken": Double(echo.taken) / 1e6, "changed": Double(echo.changed) / 1e6,
            ])
        }
    }

    private func taken(_ id: Int, at now: UInt64) {
        echoes.taken(id, at: now)
        // The frame may have been quicker than this word of it.
        changed(at: bell.lastChange)
    }

    func play(_ events: [InputEvent], _ number: Int?) async throws {
        guard let number else { return try await desk.play(events, from: id) }
        let before = echoes.count
        echoes.arrived(number, at: Runtime.now())
        bell.expect(echoes.count - before)
        do {
            try await desk.play(events, from: id) { [weak self] time in
                Task { await self?.taken(number, at: time) }
            }
        } catch {
            let waiting = echoes.count
            echoes.refused(number)
            bell.expect(echoes.count - waiting)
            throw error
        }
    }
}
