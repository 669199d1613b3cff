import Foundation
import Testing

@testable import Probe

@Suite("NetworkSampler", .timeLimit(.minutes(1)))
struct NetworkSamplerTests {
    private let start = ContinuousClock.now

    private func interface(
        _ name: String, in root: String, _ state: String, flags: String = "0x1003", tx: Int = 0, rx: Int = 0,
        index: Int = 7
    ) throws {
        let folder = "\(root)/class/net/\(name)"
        try write("\(state)\n", to: folder + "/operstate")
        try write("\(flags)\n", to: folder + "/flags")
        try write("\(index)\n", to: folder + "/ifindex")
        try write("\(tx)\n", to: folder + "/statistics/tx_errors")
        try write("\(rx)\n", to: folder + "/statistics/rx_errors")
    }

    @Test("rates are of the window, not of all time")
    func rates() throws {
        try withTemporaryFolder { root in
            var sampler = NetworkSampler(root: root)
            try interface("tap-0", in: root, "up", tx: 1000, rx: 5)
            let first = sampler.sample(bridge: nil, tap: "tap-0", at: start)
            #expect(first.tap?.isUp == true)
            #expect(first.txErrors == 1000)
            #expect(first.newErrors == nil)
            #expect(first.txErrorRate == nil)
            try interface("tap-0", in: root, "up", tx: 1020, rx: 5)
            let second = sampler.sample(bridge: nil, tap: "tap-0", at: start + .seconds(2))
            #expect(second.newErrors == 20)
            #expect(second.txErrorRate == 10)
            #expect(second.rxErrorRate == 0)
            for second in 3...20 {
                _ = sampler.sample(bridge: nil, tap: "tap-0", at: start + .seconds(second))
            }
            let later = sampler.sample(bridge: nil, tap: "tap-0", at: start + .seconds(21))
            #expect(later.newErrors == 0)
            #expect(later.txErrors == 1020)
        }
    }

    @Test("an interface made anew counts from its own beginning")
    func recreated() throws {
        try withTemporaryFolder { root in
            var sampler = NetworkSampler(root: root)
            try interface("tap-0", in: root, "up", rx: 3)
            _ = sampler.sample(bridge: nil, tap: "tap-0", at: start)
            try interface("tap-0", in: root, "up", rx: 90, index: 8)
            let other = sampler.sample(bridge: nil, tap: "tap-0", at: start + .seconds(1))
            #expect(other.newErrors == nil)
            try interface("tap-0", in: root, "up", rx: 1, index: 8)
            let reset = sampler.sample(bridge: nil, tap: "tap-0", at: start + .seconds(2))
            #expect(reset.newErrors == nil)
            try FileManager.default.removeItem(atPath: root + "/class/net/tap-0")
            let gone = sampler.sample(bridge: nil, tap: "tap-0", at: start + .seconds(3)).tap
            #expect(gone == InterfaceReading(name: "tap-0", operationalState: nil, isUp: false))
        }
    }

    @Test(
        "what is up, what is down, and what only lacks its other end",
        arguments: [
            ("up", "0x1003", true, false), ("unknown", "0x1003", true, false), ("unknown", "0x1002", false, false),
            ("down", "0x1002", false, false), ("down", "0x1003", false, true),
            ("lowerlayerdown", "0x1003", false, true),
        ])
    func states(_ row: (state: String, flags: String, isUp: Bool, lacksCarrier: Bool)) throws {
        try withTemporaryFolder { root in
            var sampler = NetworkSampler(root: root)
            try interface("br-0", in: root, row.state, flags: row.flags)
            let bridge = sampler.sample(bridge: "br-0", tap: nil).bridge
            #expect(bridge?.isUp == row.isUp)
            #expect(bridge?.lacksCarrier == row.lacksCarrier)
            #expect(bridge?.operationalState == row.state)
        }
    }

    @Test("the loopback of this machine is measured, and no names mean nothing measured")
    func real() {
        var sampler = NetworkSampler()
        let reading = sampler.sample(bridge: "lo", tap: nil)
        #expect(reading.bridge?.txErrors != nil)
        #expect(reading.tap == nil)
        let none = sampler.sample(bridge: nil, tap: nil)
        #expect(none == NetworkReading())
        #expect(none.newErrors == nil)
    }
}
