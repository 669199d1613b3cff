import Hummingbird

/// One debug line per request, without its secrets, and its count.
struct AccessLogMiddleware: RouterMiddleware {
    typealias Context = LocoRequestContext

    let statistics: HTTPStatistics

    func handle(
        _ request: Request, context: LocoRequestContext, next: (Request, LocoRequestContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        statistics.record(method: request.method.rawValue, status: response.status.code)
        let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
        context.logger.debug(
            "request",
            metadata: [
                "method": "\(request.method.rawValue)",
                "target": "\(RequestTarget(request.head.path ?? "/").redacted)",
                "status": "\(response.status.code)",
                "remote": "\(context.remoteAddress ?? "-")",
                "ms": "\((milliseconds * 10).rounded() / 10)",
            ])
        return response
    }
}
