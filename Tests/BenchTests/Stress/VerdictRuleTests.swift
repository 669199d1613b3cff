import Testing

@testable import bench

@Suite("The verdicts", .timeLimit(.minutes(1))) struct VerdictRuleTests {
    private let limits = VerdictLimits(scale: 0.2, isLong: false)

    /// The verdicts on readings of every second.
    private func judge(
        _ rule: some VerdictRule, seconds: Int, _ reading: (Double) -> FleetReading
    ) -> [(time: Double, verdicts: [Verdict])] {
        var rule = rule
        return (0...seconds).map { second in
            (Double(second), rule.look(reading(Double(second)), limits))
        }
    }

    private func first(_ looks: [(time: Double, verdicts: [Verdict])]) -> (time: Double, verdict: Verdict)? {
        looks.first { !$0.verdicts.isEmpty }.map { ($0.time, $0.verdicts[0]) }
    }

    @Test("a session whose client left is stuck once its time is over, and not before")
    func stuck() throws {
        let looks = judge(StuckSessionRule(), seconds: 40) { time in
            // It leaves after 5 s.
            Readings.fleet(
                time, nodes: [Readings.node([Readings.session("a")])], clients: time < 5 ? [Readings.client()] : [])
        }
        let found = try #require(first(looks))
        #expect(found.time == 25 && found.verdict.kind == .stuckSession && found.verdict.value == 20)
    }

    @Test("a session whose client has lost its socket for good is stuck; one whose socket is back in time is not")
    func socket() {
        func run(back: Double) -> [(time: Double, verdicts: [Verdict])] {
            judge(StuckSessionRule(), seconds: 40) { time in
                Readings.fleet(
                    time, nodes: [Readings.node([Readings.session("a")])],
                    clients: [Readings.client(socket: time < 5 || time >= back)])
            }
        }
        #expect(first(run(back: 100))?.time == 25)
        #expect(first(run(back: 20)) == nil)
    }

    @Test("a client that negotiates by WHEP needs no socket")
    func whep() {
        let looks = judge(StuckSessionRule(), seconds: 90) { time in
            Readings.fleet(
                time, nodes: [Readings.node([Readings.session("a")])],
                clients: [Readings.client(way: .whep, socket: false)])
        }
        #expect(first(looks) == nil)
    }

    @Test(
        "a peer that is sent nothing while its guest's picture changes is a zombie; beside a still picture it is none")
    func zombie() {
        func run(changing: Bool) -> [(time: Double, verdicts: [Verdict])] {
            judge(ZombiePeerRule(), seconds: 60) { time in
                let session = Readings.session("a", seconds: time, delivered: UInt64(min(time, 10) * 30))
                return Readings.fleet(time, nodes: [Readings.node([session], changed: changing ? Int(time * 30) : 300)])
            }
        }
        #expect(first(run(changing: true))?.time == 30)
        #expect(first(run(changing: true))?.verdict.kind == .zombiePeer)
        #expect(first(run(changing: false)) == nil)
    }

    @Test("a session that never connects is a zombie")
    func neverConnected() {
        let looks = judge(ZombiePeerRule(), seconds: 30) { time in
            Readings.fleet(time, nodes: [Readings.node([Readings.session("a", connected: false, seconds: time)])])
        }
        #expect(first(looks)?.time == 20)
    }

    @Test("an encoder that feeds somebody where no session is shows a leaked peer")
    func orphan() {
        let encoder = NodeReading.Encoder(rendition: "full", codec: "h264", viewers: 1)
        let looks = judge(ZombiePeerRule(), seconds: 30) { time in
            Readings.fleet(time, nodes: [Readings.node(changed: Int(time * 30), encoders: [encoder])])
        }
        #expect(first(looks)?.time == 20)
    }

    @Test("a hub that tells what the node had a second ago agrees; one that tells something else does not")
    func mismatch() {
        func run(_ told: @escaping (Double) -> Int) -> [(time: Double, verdicts: [Verdict])] {
            judge(CountMismatchRule(), seconds: 40) { time in
                var hub = HubReading()
                hub.viewers = [0: told(time)]
                // Somebody comes or goes every second.
                let sessions = (0..<Int(time) % 3).map { Readings.session("\($0)") }
                return Readings.fleet(time, nodes: [Readings.node(sessions)], hub: hub)
            }
        }
        #expect(first(run { Int(max(0, $0 - 1)) % 3 }) == nil)
        #expect(first(run { _ in 7 })?.time == 8)
    }

    @Test("a node whose own figures do not add up, and a hub with a socket too many")
    func sums() {
        let looks = judge(CountMismatchRule(), seconds: 20) { time in
            var node = Readings.node([Readings.session("a")])
            node.opened = 4
            node.ended = 2
            return Readings.fleet(time, nodes: [node])
        }
        #expect(first(looks)?.verdict.kind == .countMismatch)
        let sockets = judge(CountMismatchRule(), seconds: 20) { time in
            var hub = HubReading()
            hub.signalClients = 2
            return Readings.fleet(time, clients: [Readings.client()], hub: hub)
        }
        #expect(first(sockets)?.verdict.subject == "hub")
    }

    @Test("ICE that checks for too long, unless its guest was just killed")
    func checking() {
        func run(disturbed: Bool) -> [(time: Double, verdicts: [Verdict])] {
            judge(ICECheckingRule(), seconds: 20) { time in
                var client = Readings.client()
                client.checkingFor = time
                var reading = Readings.fleet(time, clients: [client])
                if disturbed { reading.disturbedGuests = [0] }
                return reading
            }
        }
        #expect(first(run(disturbed: false))?.time == 12)
        #expect(first(run(disturbed: true)) == nil)
    }

    @Test("a data channel that fails at once, and one that stays closed for too long")
    func channel() {
        let failed = judge(SCTPErrorRule(), seconds: 3) { time in
            var client = Readings.client()
            client.hasChannelFailed = time >= 2
            return Readings.fleet(time, clients: [client])
        }
        #expect(first(failed)?.time == 2)
        let closed = judge(SCTPErrorRule(), seconds: 20) { time in
            var client = Readings.client()
            client.mutedFor = time
            return Readings.fleet(time, clients: [client])
        }
        #expect(first(closed)?.time == 10)
    }

    @Test("a stream that stands while its guest moves is frozen; one of a guest that stands still is not")
    func frozen() {
        func run(moving: Bool) -> [(time: Double, verdicts: [Verdict])] {
            judge(FrozenStreamRule(), seconds: 30) { time in
                var client = Readings.client()
                client.frames = Int(min(time, 10) * 30) + 1
                client.frameAge = max(0, time - 10)
                return Readings.fleet(
                    time, nodes: [Readings.node(changed: moving ? Int(time * 30) : Int(min(time, 10) * 30))],
                    clients: [client])
            }
        }
        #expect(first(run(moving: true))?.time == 18)
        #expect(first(run(moving: false)) == nil)
    }

    @Test("another guest's number counts when several pictures show it, and the right one never does")
    func wrongGuest() {
        func run(_ number: Int?, _ same: Int) -> Verdict? {
            var client = Readings.client(guest: 1)
            (client.number, client.sameNumber) = (number, same)
            var rule = WrongGuestRule()
            return rule.look(Readings.fleet(0, clients: [client]), limits).first
        }
        #expect(run(2, 3)?.kind == .wrongGuest && run(2, 2) == nil && run(1, 50) == nil && run(nil, 50) == nil)
    }

    @Test("a node that says it is another guest's counts at once, whatever is to be read of the picture")
    func wrongNode() {
        var rule = WrongGuestRule()
        var client = Readings.client(guest: 1)
        client.told = "instance-1"
        #expect(rule.look(Readings.fleet(0, clients: [client]), limits).isEmpty)
        client.told = "instance-0"
        #expect(rule.look(Readings.fleet(0, clients: [client]), limits).map(\.kind) == [.wrongGuest])
    }

    @Test("what a process holds beyond its baseline is a leak, each thing by itself; a new process has none")
    func leak() {
        func compare(_ figures: ProcessFootprint, objects: Int = 30) -> [String] {
            func reading(_ figures: ProcessFootprint, _ objects: Int) -> FleetReading {
                var node = Readings.node()
                node.process = figures
                node.liveObjects = objects
                return Readings.fleet(0, nodes: [node])
            }
            var rule = LeakRule()
            rule.begin(reading(Readings.process(), 30))
            return rule.compare(reading(figures, objects), limits).map(\.unit)
        }
        #expect(compare(Readings.process()) == [])
        #expect(compare(Readings.process(threads: 24, descriptors: 58, megabytes: 155)) == [])
        #expect(compare(Readings.process(threads: 25)) == ["threads"])
        #expect(compare(Readings.process(descriptors: 59)) == ["file descriptors"])
        #expect(compare(Readings.process(ports: 5)) == ["ports"])
        #expect(compare(Readings.process(megabytes: 161)) == ["MB resident"])
        #expect(compare(Readings.process(), objects: 31) == ["live objects"])
        #expect(compare(Readings.process(threads: 99, pid: 2), objects: 99) == [])
    }

    @Test("in a long run, memory may grow by ten per cent alone, and kept connections have their end")
    func longRun() {
        let limits = VerdictLimits(scale: 0.2, isLong: true)
        #expect(limits.residentPercent == 10 && limits.descriptors == 2 && limits.quiet > 60)
    }
}
