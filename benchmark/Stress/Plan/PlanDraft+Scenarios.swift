extension PlanDraft {
    /// 3 to 5 guests, each with a client that connects for 1 to 10 s and stays away for 1 to 5 s.
    mutating func rapid() {
        guests = generator.draw(3...5)
        warmUp()
        var events: [(time: Int, client: Int, isJoin: Bool)] = []
        for client in 0..<guests {
            var time = 0
            for _ in 0..<(options.cycles ?? 20) {
                time += generator.draw(1000...5000)
                events.append((time, client, true))
                time += generator.draw(1000...10_000)
                events.append((time, client, false))
            }
        }
        var now = 0
        for event in events.sorted(by: { ($0.time, $0.client) < ($1.time, $1.client) }) {
            wait(event.time - now)
            now = event.time
            if event.isJoin { connect(event.client, to: event.client) } else { leave(event.client) }
        }
        for client in 0..<guests { connect(client, to: client) }
        add(.play(seconds: Self.patience))
        for client in 0..<guests { add(.disconnect(client: client)) }
        add(.quiet)
    }

    /// Five at once, two leave, three still play, two come back.
    mutating func concurrent() {
        guests = 2
        warmUp()
        let clients = Array(0..<5)
        for client in clients { connect(client, to: generator.draw(0...guests - 1)) }
        add(.play(seconds: Self.patience))
        wait(generator.draw(1000...5000))
        let leaving = Array(generator.shuffled(clients).prefix(2))
        for client in leaving { leave(client) }
        add(.play(seconds: Self.patience))
        wait(generator.draw(1000...5000))
        for client in leaving { connect(client, to: generator.draw(0...guests - 1)) }
        add(.play(seconds: Self.patience))
        for client in generator.shuffled(clients) { add(.disconnect(client: client)) }
        add(.quiet)
    }

    /// Hub, node and QEMU in turn.
    mutating func restarts() {
        guests = 2
        warmUp()
        // One of each way on each guest.
        for (client, way) in [SignalWay.signal, .whep, .signal].enumerated() {
            add(.connect(client: client, guest: client % guests, way: way, codec: .h264, rendition: "full"))
        }
        add(.play(seconds: Self.patience))
        for victim in generator.shuffled([Victim.hub, .node, .qemu]) {
            let guest = generator.draw(0...guests - 1)
            add(.kill(victim: victim, guest: guest))
            add(.ask(guest: guest, way: generator.pick(SignalWay.allCases)))
            wait(generator.draw(500...3000))
            add(.ask(guest: guest, way: generator.pick(SignalWay.allCases)))
            add(.play(seconds: Self.recovery))
            wait(generator.draw(1000...4000))
        }
        for client in 0..<3 { add(.disconnect(client: client)) }
        add(.quiet)
    }

    /// Three tabs on one guest.
    mutating func tabs() {
        guests = 1
        warmUp()
        let codec = generator.pick(VideoCodec.allCases)
        for client in 0..<3 {
            add(.connect(client: client, guest: 0, way: .signal, codec: codec, rendition: "full"))
        }
        add(.play(seconds: Self.patience), .count(guest: 0, sessions: 3, encoders: 1))
        wait(generator.draw(1000...5000))
        let closing = generator.shuffled([0, 1, 2])
        for client in closing.prefix(2) { add(.disconnect(client: client)) }
        add(.play(seconds: Self.patience), .count(guest: 0, sessions: 1, encoders: 1))
        wait(generator.draw(1000...5000))
        add(.play(seconds: Self.patience), .disconnect(client: closing[2]), .quiet)
    }

    /// Very many connects and disconnects. The first 140 come before the baseline: the heap's holes settle after them.
    mutating func soak() {
        guests = 1
        warmUp()
        let settling = 140
        let cycles = options.cycles ?? 1000
        for number in 1...settling + cycles {
            let client = number % 4
            // Whoever still watches leaves first.
            add(.disconnect(client: client))
            connect(client, to: 0)
            wait(generator.draw(200...1500))
            if generator.chance(25) { leave(client) }
            if number % 50 == 0 { add(.play(seconds: Self.patience)) }
            if number == settling { everybodyLeaves(4, then: .baseline) }
        }
        everybodyLeaves(4, then: .quiet)
    }

    /// Any operation at any time, with everybody well again after each kill.
    mutating func random() {
        guests = 3
        let clients = 6
        warmUp()
        var kills = 0
        for number in 1...max(1, options.operations) {
            let client = generator.draw(0...clients - 1)
            let guest = generator.draw(0...guests - 1)
            switch generator.draw(1...100) {
            case ...30: add(.disconnect(client: client)); connect(client, to: guest)
            case ...40: leave(client)
            case ...50: add(.reload(client: client))
            case ...60: add(.rendition(client: client, name: generator.pick(["full", "tile"])))
            case ...68: add(.flood(client: client, messages: generator.draw(50...400)))
            case ...78: add(.control(client: client, take: generator.chance(70)))
            case ...84:
                // Two tabs more.
                for tab in [client, (client + 1) % clients] { add(.disconnect(client: tab)); connect(tab, to: guest) }
            case ...88: add(.ask(guest: guest, way: generator.pick(SignalWay.allCases)))
            case ...94 where kills < 3:
                kills += 1
                add(.kill(victim: generator.pick(Victim.allCases), guest: guest))
                wait(generator.draw(500...3000))
                add(.play(seconds: Self.recovery))
            case ...97 where options.isShaped:
                add(.shape(kilobits: generator.pick([300, 500, 1000])))
                wait(generator.draw(3000...8000))
                add(.unshape)
            default: break
            }
            wait(generator.draw(200...4000))
            if number % 12 == 0 { add(.play(seconds: Self.patience)) }
        }
        everybodyLeaves(clients, then: .quiet)
    }

    /// Politely three times of four, else without a word.
    private mutating func leave(_ client: Int) {
        if generator.chance(75) { add(.disconnect(client: client)) } else { add(.vanish(client: client)) }
    }

    private mutating func everybodyLeaves(_ clients: Int, then last: StressStep) {
        for client in 0..<clients { add(.disconnect(client: client)) }
        add(last)
    }
}
