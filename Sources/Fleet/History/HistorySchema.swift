import GRDB

/// The tables of the history and how older ones become them. A released migration is never changed; the next one follows.
enum HistorySchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1-crashes-recoveries-services", migrate: first)
        return migrator
    }

    /// Each row holds the record as JSON, which is read, and beside it the columns that are asked for.
    private static func first(_ db: Database) throws {
        try db.create(table: "crashes") { table in
            table.column("instance", .text).notNull()
            table.column("service", .text).notNull()
            table.column("pid", .integer).notNull()
            // Whole seconds: the same crash is told with and without their fractions.
            table.column("second", .integer).notNull()
            table.column("time", .double).notNull()
            table.column("class", .text).notNull()
            table.column("record", .blob).notNull()
            table.primaryKey(["instance", "service", "pid", "second"])
        }
        try db.create(index: "crashes_by_time", on: "crashes", columns: ["instance", "time"])
        try db.create(table: "recoveries") { table in
            table.primaryKey("id", .text)
            table.column("instance", .text).notNull()
            table.column("strategy", .text).notNull()
            table.column("outcome", .text)
            table.column("startedAt", .double).notNull()
            table.column("endedAt", .double)
            table.column("record", .blob).notNull()
        }
        try db.create(index: "recoveries_by_time", on: "recoveries", columns: ["instance", "startedAt"])
        try db.create(table: "services") { table in
            table.column("instance", .text).notNull()
            table.column("service", .text).notNull()
            table.column("state", .text).notNull()
            table.column("failures", .integer).notNull()
            table.column("time", .double).notNull()
            table.column("status", .blob).notNull()
            table.primaryKey(["instance", "service"])
        }
    }
}
