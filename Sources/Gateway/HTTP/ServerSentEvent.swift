/// One event of an event stream (WHATWG HTML, section 9.2).
struct ServerSentEvent: Sendable, Equatable {
    /// Its kind; "message" where the stream names none.
    var name = "message"
    /// Its text; several `data` lines are joined by line feeds.
    var data = ""
    /// The newest id the stream gave, which may be an earlier event's; `nil` before the first.
    var id: String?
}
