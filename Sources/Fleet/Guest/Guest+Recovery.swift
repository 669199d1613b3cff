import Foundation

extension Guest {
    /// Mends one part of the guest, and returns once it is up again; whether that helped is for the next measurements
    /// to say.
    ///
    /// | strategy | what it does | what the guest notices |
    /// |---|---|---|
    /// | `network` | sets TAP and bridge up again, makes them where they are gone, plugs the card in again | a cable |
    /// | `sound` | restarts PulseAudio if it is at fault, then hands the guest to a QEMU that is connected to it | nothing |
    /// | `display` | restarts the X server, and QEMU on it | it starts anew |
    /// | `qemu` | restarts QEMU | it starts anew |
    ///
    /// - Parameter force: where the guest cannot be handed over for `sound`, QEMU is restarted.
    /// - Throws: `GuestError.notOurs` for `pipeline` and `node`, `.recovering`, `.notMoved` (the guest runs on),
    ///   `NetworkError`, and what stands in the way of a restart.
    public func recover(_ strategy: RecoveryStrategy, force: Bool = false) async throws {
        guard lock != nil, !isStopping else { throw GuestError.notRunning }
        guard !isRecovering else { throw GuestError.recovering }
        isRecovering = true
        defer { isRecovering = false }
        switch strategy {
        case .network: try await qemu.mendNetwork()
        case .sound: try await recoverSound(force: force)
        case .display:
            await qemu.hurry()
            try await supervisors[2].stop()
            do {
                try await bringBack(supervisors[0])
            } catch {
                // QEMU waits for the display that the policy brings up.
                if !isStopping { await supervisors[2].begin() }
                throw error
            }
            try await bringBack(supervisors[2])
        case .qemu: try await bringBack(supervisors[2])
        case .pipeline, .node: throw GuestError.notOurs(strategy)
        }
    }

    private func recoverSound(force: Bool) async throws {
        // A server that answers and is not the one QEMU was connected to has been restarted already.
        let (server, known) = (await pulse.identity, await qemu.soundProcess)
        let answers = await pulse.answers()
        if server == nil || server == known || !answers { try await bringBack(supervisors[1]) }
        do {
            try await qemu.move()
            fanout.send(.service(await services[2]))
        } catch {
            guard force else { throw error }
            try await bringBack(supervisors[2])
        }
    }

    /// Starts a service anew, whatever it is doing; a start that fails is tried again by the policy.
    private func bringBack(_ supervisor: Supervisor<ContinuousClock>) async throws {
        try await supervisor.stop()
        guard !isStopping else { throw CancellationError() }
        do {
            try await supervisor.start()
        } catch {
            if !isStopping { await supervisor.begin() }
            throw error
        }
    }
}
