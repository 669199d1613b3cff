/// What keeps a hub from seeing all of its hosts.
struct AgentTrouble: Error, CustomStringConvertible {
    let description: String
}
