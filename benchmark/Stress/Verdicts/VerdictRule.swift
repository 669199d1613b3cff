/// Finds one kind of wrong in readings that follow each other. No I/O, no clock of its own.
protocol VerdictRule: Sendable {
    /// Takes the next reading.
    ///
    /// - Returns: what is wrong as of now.
    mutating func look(_ reading: FleetReading, _ limits: VerdictLimits) -> [Verdict]
}
