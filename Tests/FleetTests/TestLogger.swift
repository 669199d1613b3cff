import Logging

/// A logger that keeps quiet unless something is wrong.
let testLogger: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
}()
