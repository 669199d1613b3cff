/// How a node is started: `loco node ...` with what this instance needs.
public struct NodeCommand: Sendable {
    /// The program, usually this very one.
    public var executable: String
    /// Its arguments for one instance, given the instance and its folder.
    public var arguments: @Sendable (InstanceID, InstanceDirectory) -> [String]
    /// Added to the small environment children get.
    public var environment: [String: String]

    /// Describes the command.
    public init(
        executable: String, environment: [String: String] = [:],
        arguments: @escaping @Sendable (InstanceID, InstanceDirectory) -> [String]
    ) {
        self.executable = executable
        self.environment = environment
        self.arguments = arguments
    }
}
