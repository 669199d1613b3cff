import GStreamer

extension StressRunner {
    /// Does one step.
    func perform(_ step: StressStep) async throws {
        switch step {
        case .connect(let number, let guest, let way, let codec, let rendition):
            let wish = ClientWish(guest: guest, way: way, codec: codec, rendition: rendition)
            await client(number).order(.watch(wish))
        case .disconnect(let number): await clients[number]?.order(.leave(silently: false))
        case .vanish(let number): await clients[number]?.order(.leave(silently: true))
        case .reload(let number): await clients[number]?.order(.reload)
        case .rendition(let number, let name): await clients[number]?.order(.rendition(name))
        case .flood(let number, let messages): await clients[number]?.order(.flood(messages: messages))
        case .control(let number, let take): await clients[number]?.order(.control(take: take))
        case .kill(let victim, let guest): await slay(victim, guest)
        case .shape(let kilobits): try await shape(kilobits)
        case .unshape: try await unshape()
        case .ask(let guest, let way): await ask(guest, way)
        case .wait(let milliseconds): try await pause(milliseconds)
        case .play(let seconds): try await play(within: Double(seconds))
        case .count(let guest, let sessions, let encoders): try await count(guest, sessions, encoders)
        case .baseline: try await baseline()
        case .quiet: try await quiet()
        }
    }

    private func slay(_ victim: Victim, _ guest: Int) async {
        guard await fleet.slay(victim, of: guest) != nil else { return }
        for client in clients.values where victim != .hub {
            guard await client.reading().wish?.guest == guest else { continue }
            await client.expectTrouble(seconds: StressFleet.disturbance)
        }
    }

    /// Somebody asks to watch a guest that may be down.
    private func ask(_ guest: Int, _ way: SignalWay) async {
        let wish = ClientWish(guest: guest, way: way, codec: .h264, rendition: "full")
        do { try await Visit(wish, hub: fleet.hub).pay() } catch {
            let (guests, hub) = await fleet.disturbed()
            let verdict = ClientErrorRule.judge(
                ClientError(error), client: "a visitor", wish: wish, isDisturbed: hub || guests.contains(guest))
            note(verdict.map { [$0] } ?? [])
        }
    }

    // MARK: Media

    /// Waits until all who watch have picture and sound of their guest, and who was disturbed can be watched again.
    private func play(within seconds: Double) async throws {
        let began = Self.now
        let deadline = began + seconds
        try await clientsAreIdle(until: deadline)
        let marks = Dictionary(uniqueKeysWithValues: await clientReadings().map { ($0.client, $0) })
        var hornAt = 0.0
        while !hasFailed {
            let (readings, now) = (await clientReadings(), Self.now)
            let missing = readings.compactMap { client in
                PlayRule(mark: marks[client.client], since: began).missing(client, now: now, within: seconds)
            }
            let away = missing.isEmpty ? await fleet.stillAway() : []
            if missing.isEmpty, away.isEmpty { return await calm(readings) }
            guard now < deadline else {
                return note(missing + away.map { Self.noRecovery($0, seconds: now - began, limit: seconds) })
            }
            if now >= hornAt {
                hornAt = now + 1.5
                await soundHorns(readings)
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private static func noRecovery(_ who: String, seconds: Double, limit: Double) -> Verdict {
        Verdict(
            kind: .noRecovery, subject: who, value: seconds, limit: limit, unit: "s",
            detail: "it was disturbed and cannot be watched again")
    }

    /// One viewer of each guest sounds its horn, and takes control for that where it has none.
    private func soundHorns(_ readings: [ClientReading]) async {
        for (_, viewers) in Dictionary(grouping: readings.filter(\.isConnected), by: { $0.wish?.guest ?? -1 }) {
            guard let one = viewers.first(where: \.isInControl) ?? viewers.first, let client = clients[one.client]
            else {
                continue
            }
            if !one.isInControl { await client.order(.control(take: true)) }
            await client.order(.horn)
            if !one.isInControl { await client.order(.control(take: false)) }
        }
    }

    /// Waits until a guest's node has so many sessions, each of another client, and so many encoders of pictures.
    private func count(_ guest: Int, _ sessions: Int, _ encoders: Int) async throws {
        let deadline = Self.now + limits.mismatch
        while !hasFailed {
            let before = looks
            while looks < before + 1, !hasFailed { try await Task.sleep(for: .milliseconds(50)) }
            let own = Set(await clientReadings().filter { $0.wish?.guest == guest }.compactMap(\.session))
            let node = newest?.node(guest)
            let listed = node?.sessions.map(\.id) ?? []
            let working = node?.encoders.count { $0.isVideo && $0.viewers > 0 } ?? 0
            if listed.count == sessions, own == Set(listed), working == encoders { return }
            guard Self.now < deadline else {
                let isEncoders = listed.count == sessions && own == Set(listed)
                return note([
                    Verdict(
                        kind: .countMismatch, subject: "instance-\(guest)",
                        value: Double(isEncoders ? working : listed.count),
                        limit: Double(isEncoders ? encoders : sessions),
                        unit: isEncoders ? "encoders of pictures" : "sessions",
                        detail: "it lists \(listed.sorted()), its clients hold \(own.sorted()), encoders: "
                            + "\(node?.encoders.map { "\($0.rendition) \($0.codec) for \($0.viewers)" } ?? [])")
                ])
            }
        }
    }

    // MARK: Quiet

    private func baseline() async throws {
        guard let reading = try await settled() else { return }
        leaks.begin(reading)
    }

    private func quiet() async throws {
        let deadline = Self.now + limits.quiet
        try await everybodyLeaves(until: deadline)
        while !hasFailed {
            guard let reading = try await nextReading() else { return }
            let leaked = leaks.compare(reading, limits)
            if reading.isQuiet, leaked.isEmpty { return }
            guard Self.now < deadline else {
                return note(leaked.isEmpty ? [unrest(reading)] : leaked)
            }
        }
    }

    /// Waits until nothing is left of viewers, and what is held no longer changes.
    private func settled() async throws -> FleetReading? {
        let deadline = Self.now + limits.quiet
        try await everybodyLeaves(until: deadline)
        var held: [Int] = []
        var quietSince: Double?
        while !hasFailed {
            guard let reading = try await nextReading() else { return nil }
            quietSince = reading.isQuiet ? quietSince ?? reading.time : nil
            let objects = reading.nodes.map(\.liveObjects)
            // A node gives memory back five seconds after its viewers left.
            let patience = limits.residentPercent > 10 ? 1.5 : 9
            if let quietSince, reading.time - quietSince >= patience, objects == held { return reading }
            held = objects
            guard Self.now < deadline else {
                note([unrest(reading)])
                return nil
            }
        }
        return nil
    }

    private func everybodyLeaves(until deadline: Double) async throws {
        for client in clients.values { await client.order(.leave(silently: false)) }
        try await clientsAreIdle(until: deadline)
    }

    /// The next reading that begins after now; nil once the run has failed.
    private func nextReading() async throws -> FleetReading? {
        let start = Self.now
        while !hasFailed {
            if let newest, newest.time >= start { return newest }
            try await Task.sleep(for: .milliseconds(50))
        }
        return nil
    }

    private func unrest(_ reading: FleetReading) -> Verdict {
        Verdict(
            kind: .leak, subject: "the fleet", value: limits.quiet, limit: limits.quiet, unit: "s",
            detail: "everybody has left and it is not quiet: \(reading.unrest.joined(separator: ", "))")
    }

    // MARK: A slow link

    private func shape(_ kilobits: Int) async throws {
        guard let namespace, remote == nil else { return }
        let viewer = try RemoteViewer(
            of: "instance-0", hub: fleet.hub, prefix: namespace.prefix, address: namespace.innerAddress)
        remote = viewer
        do {
            try await viewer.join(log: fleet.log("instance-0"))
            try namespace.shape(kilobits: kilobits, queue: 300)
        } catch {
            let (guests, hub) = await fleet.disturbed()
            let verdict = ClientErrorRule.judge(
                ClientError(error), client: "the viewer behind a slow link", wish: nil,
                isDisturbed: hub || guests.contains(0))
            note(verdict.map { [$0] } ?? [])
        }
    }

    private func unshape() async throws {
        guard let namespace, let viewer = remote else { return }
        try? namespace.unshape()
        let (before, began) = (viewer.frames.count(where: \.isDecodable), Self.now)
        var came = 0
        while !hasFailed, came < 10, Self.now < began + limits.frozen {
            try await Task.sleep(for: .milliseconds(100))
            came = viewer.frames.count(where: \.isDecodable) - before
        }
        await viewer.leave()
        remote = nil
        let (guests, _) = await fleet.disturbed()
        guard came < 10, !hasFailed, !guests.contains(0) else { return }
        note([
            Verdict(
                kind: .frozenStream, subject: "the viewer behind a slow link", value: Double(came), limit: 10,
                unit: "frames",
                detail: "that is all within \(Figure.short(limits.frozen)) s of the link being fast again")
        ])
    }
}
