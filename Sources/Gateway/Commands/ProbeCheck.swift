/// One line of `loco probe test`: what was looked at, and what the node measured there.
struct ProbeCheck: Sendable, Equatable {
    /// What came of it.
    enum Outcome: String, Sendable {
        case pass
        case fail
        /// It does not exist for this guest, or was not measured; that accuses nobody.
        case none = "-"
    }

    let name: String
    let outcome: Outcome
    /// What was measured.
    let why: String

    /// The checks of a report, from the node outwards. Evidence that the report names wins over the bare measurements:
    /// it has been judged.
    static func all(of report: JSONValue) -> [ProbeCheck] {
        let reader = ProbeReader(report: report)
        return [
            ProbeCheck(
                name: "node answers", outcome: .pass, why: "status \(report["overallStatus"]?.string ?? "none")"),
            reader.qemu(),
            reader.qmp(),
            reader.vcpus(),
            reader.display(),
            reader.capture(),
            reader.soundServer(),
            reader.guestStream(),
            reader.network(),
            reader.disk(),
        ]
    }

    /// The line as it is printed.
    var line: String { "\(outcome.rawValue.padded(to: 4))  \(name.padded(to: 18))  \(why)" }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
