/// Holds a run's rows against those of an earlier run. Rows belong together when all of what was measured is the same;
/// of several rows for one thing the newest counts.
struct BaselineGate: Sendable {
    let bounds: BaselineBounds
    /// Rows of both runs, in the order of the earlier one.
    let comparisons: [BaselineComparison]
    /// What only the earlier run measured.
    let missing: [CodecRow.Subject]
    /// What only the new run measured.
    let added: [CodecRow.Subject]
    /// Machines of the earlier run and of the new one, where they differ: ratios then tell of them, too.
    let machines: (before: [String], now: [String])?

    init(rows: [CodecRow], baseline: [CodecRow], bounds: BaselineBounds = BaselineBounds()) {
        let (old, new) = (Self.newest(baseline), Self.newest(rows))
        let known = Dictionary(uniqueKeysWithValues: new.map { ($0.subject, $0) })
        let expected = Set(old.map(\.subject))
        self.bounds = bounds
        comparisons = old.compactMap { before in
            known[before.subject].map { BaselineComparison(before: before, now: $0, bounds: bounds) }
        }
        missing = old.map(\.subject).filter { known[$0] == nil }
        added = new.map(\.subject).filter { !expected.contains($0) }
        let (before, now) = (Set(old.map(\.machine)), Set(new.map(\.machine)))
        machines = before == now ? nil : (before.sorted(), now.sorted())
    }

    /// Why the run does not pass, a line each; none when it does.
    var failures: [String] {
        var failures = comparisons.flatMap { comparison in
            comparison.failures.map { "\(comparison.now.subject.text): \($0.text)" }
        }
        if !bounds.allowsMissing {
            failures += missing.map { "\($0.text): it is not in the new results" }
        }
        // Else a gate whose rows have been renamed would never fail again.
        if comparisons.map(\.compared).reduce(0, +) == 0 {
            failures.append("no figure could be compared: the two files have no measured row in common")
        }
        return failures
    }

    /// For people: the ratios, then what is wrong.
    var text: String {
        var table = TextTable(header: [
            "row", "fps", "bitrate", "CPU", "RSS", "encode p95", "glass p95", "ms", "PSNR dB", "SSIM", "verdict",
        ])
        for line in comparisons {
            table.add([
                line.now.subject.text, Figure.text(line.ratio(\.fps), 3), Figure.text(line.ratio(\.bitrate), 3),
                Figure.text(line.ratio(\.cpuPercentPerGuest), 3), Figure.text(line.ratio(\.rssMegabytesPerGuest), 3),
                Figure.text(line.ratio(\.encodeP95), 3), Figure.text(line.ratio(\.glassP95), 3),
                Self.signed(line.change(\.glassP95), 1), Self.signed(line.change(\.psnrY), 2),
                Self.signed(line.change(\.ssim), 4), line.failures.isEmpty ? "pass" : "FAIL",
            ])
        }
        var notes: [String] = []
        if let machines {
            notes.append(
                "note: the machines differ: before \(machines.before.joined(separator: "; ")), now "
                    + machines.now.joined(separator: "; "))
        }
        if bounds.allowsMissing {
            notes += missing.map { "note: \($0.text) is not in the new results" }
        }
        notes += added.map { "note: \($0.text) has no row in the baseline" }
        let bound =
            "bounds: frame rate \(Figure.short(bounds.fps)) %, glass p95 +\(Figure.short(bounds.latency)) ms, CPU "
            + "+\(Figure.short(bounds.cpu)) %"
        let verdict = failures.isEmpty ? ["pass"] : failures.map { "FAIL  \($0)" }
        return """

            new divided by baseline, and the change where a unit is named
            \(table.text)
            \((notes + [bound] + verdict).joined(separator: "\n"))

            """
    }

    /// Ends the program with an error where the run does not pass.
    ///
    /// - Throws: `BaselineError.worse`.
    func require() throws {
        guard failures.isEmpty else { throw BaselineError.worse(failures.count) }
    }

    private static func newest(_ rows: [CodecRow]) -> [CodecRow] {
        var order: [CodecRow.Subject] = []
        var found: [CodecRow.Subject: CodecRow] = [:]
        for row in rows {
            guard let other = found[row.subject] else {
                order.append(row.subject)
                found[row.subject] = row
                continue
            }
            // The later line, where two began in the same second.
            if row.startedAt >= other.startedAt { found[row.subject] = row }
        }
        return order.compactMap { found[$0] }
    }

    private static func signed(_ value: Double?, _ digits: Int) -> String {
        (value ?? 0 > 0 ? "+" : "") + Figure.text(value, digits)
    }
}
