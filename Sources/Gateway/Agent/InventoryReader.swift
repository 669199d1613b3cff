import Yams

/// Reads the parts of an inventory; what is wrong is told with its line.
struct InventoryReader {
    let path: String

    /// - Throws: ``InventoryError/unknownKey(path:line:key:known:)``.
    func check(_ fields: Yams.Node.Mapping, known: [String], of what: String) throws(InventoryError) {
        var seen: Set<String> = []
        for (key, _) in fields {
            let name = key.string ?? "?"
            guard known.contains(name) else {
                throw .unknownKey(path: path, line: line(key), key: name, known: known)
            }
            guard seen.insert(name).inserted else { throw bad(key, name, "it is there a second time in \(what)") }
        }
    }

    /// - Throws: ``InventoryError``.
    func host(_ node: Yams.Node) throws(InventoryError) -> Inventory.Host {
        guard let fields = node.mapping else {
            throw bad(node, "clients", "each must have 'name' and 'host', and 'port' where it is not 8081")
        }
        try check(fields, known: ["name", "host", "port"], of: "a client")
        guard let host = fields["host"]?.string, Self.isHost(host) else {
            throw bad(fields["host"] ?? node, "host", "it must be an address or a host's name")
        }
        let name = fields["name"]?.string ?? host
        guard (1...63).contains(name.utf8.count), name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x2c }) else {
            throw bad(
                fields["name"] ?? node, "name", "it must have 1 to 63 visible ASCII characters, no comma among them")
        }
        var port = Inventory.defaultPort
        if let given = fields["port"] {
            guard let number = given.int, (1...65535).contains(number) else {
                throw bad(given, "port", "it must be a whole number from 1 to 65535")
            }
            port = number
        }
        return Inventory.Host(name: name, host: host, port: port)
    }

    func bad(_ node: Yams.Node, _ key: String, _ reason: String) -> InventoryError {
        .badValue(path: path, line: line(node), key: key, reason: reason)
    }

    private func line(_ node: Yams.Node) -> Int { node.mark?.line ?? 1 }

    /// It goes into addresses: nothing else can get there by it.
    private static func isHost(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: ":"):
                    true
                default: false
                }
            }
    }
}
