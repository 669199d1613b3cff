/// What a client is told to do; one after another.
enum ClientOrder: Sendable {
    case watch(ClientWish)
    case leave(silently: Bool)
    case reload
    case rendition(String)
    case flood(messages: Int)
    case control(take: Bool)
    case horn
}
