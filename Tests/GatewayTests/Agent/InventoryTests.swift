import Foundation
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct InventoryTests {
    private static let good = """
        # two hosts
        token: "0123456789abcdef"
        clients:
          - name: alpha
            host: 10.0.0.2
            port: 9000
          - {name: beta, host: "fd00::2"}
        """

    @Test func `an inventory has a token and hosts, whose agents listen on 8081 unless it says otherwise`() throws {
        let inventory = try Inventory.parse(Self.good, path: "inventory.yml")
        #expect(inventory.token == "0123456789abcdef")
        #expect(inventory.hosts.map(\.name) == ["alpha", "beta"])
        #expect(inventory.hosts[0].url(port: 9000) == "http://10.0.0.2:9000")
        #expect(inventory.hosts[1].url(port: 3100) == "http://[fd00::2]:3100" && inventory.hosts[1].port == 8081)
    }

    @Test(arguments: [
        ("clients: []\nclinets: []", 2, "clinets"),
        ("clients:\n  - name: a\n    host: x\n    prot: 1", 4, "prot"),
        ("clients:\n  - name: a\n    host: x\n    port: 70000", 4, "port"),
        ("clients:\n  - name: a\n    host: \"x/../y\"", 3, "host"),
        ("clients:\n  - name: a", 2, "host"),
        ("clients:\n  - {name: a, host: x}\n  - {name: a, host: y}", 3, "name"),
        ("clients:\n  - {name: a, host: x}\n  - {name: b, host: x}", 3, "host"),
        ("clients:\n  - {name: \"a,b\", host: x}", 2, "name"),
        ("token: short\nclients: []", 1, "token"),
        ("token: 0123456789abcdef", 1, "clients"),
        ("just text", 1, "the file"),
    ])
    func `what is wrong is told with its line and its key`(_ text: String, _ line: Int, _ key: String) {
        let error = #expect(throws: InventoryError.self) { try Inventory.parse(text, path: "i.yml") }
        #expect("\(error!)".hasPrefix("i.yml:\(line): ") && "\(error!)".contains(key), "\(error!)")
        #expect(!"\(error!)".contains("short"))
    }

    @Test func `a file that is no YAML, or is not there, is told by its path`() {
        let broken = #expect(throws: InventoryError.self) { try Inventory.parse("a: [", path: "i.yml") }
        #expect("\(broken!)".hasPrefix("i.yml is no YAML"))
        let missing = #expect(throws: InventoryError.self) { try Inventory.read("/nowhere/i.yml") }
        #expect("\(missing!)" == "/nowhere/i.yml cannot be read: there is no such file")
    }

    @Test func `a token that every user can read is warned of`() throws {
        let path = "/tmp/loco-inventory-\(UInt32.random(in: .min ... .max)).yml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        for (mode, count) in [(0o644, 1), (0o600, 0)] {
            try Data(Self.good.utf8).write(to: URL(filePath: path))
            chmod(path, mode_t(mode))
            let warnings = try Inventory.read(path).warnings
            #expect(warnings.count == count)
            #expect(warnings.allSatisfy { $0.contains("chmod 600") && !$0.contains("0123456789abcdef") })
        }
    }

    @Test func `hosts are chosen by name, and a name that is not there is told`() throws {
        let inventory = try Inventory.parse(Self.good, path: "i.yml")
        #expect(try inventory.select([]).count == 2)
        #expect(try inventory.select(["beta", "beta"]).map(\.name) == ["beta"])
        let unknown = #expect(throws: InventoryError.self) { try inventory.select(["gamma"]) }
        #expect("\(unknown!)".contains("alpha, beta"))
    }
}
