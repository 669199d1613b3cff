/// Nothing reached the node that was to be started again: an attempt that says nothing about it and does not count.
struct NodeUntouched: Error, CustomStringConvertible {
    let description: String

    init(_ why: any Error) { description = "\(why)" }
}
