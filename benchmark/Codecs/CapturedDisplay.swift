/// A display that a worker captures.
struct CapturedDisplay: Sendable {
    /// Such as `:7`.
    let name: String
    /// The file with the display's secret; nil for one without.
    var xauthority: String?
    /// Whether the window may be given another size: QEMU's, which then scales the guest's picture.
    var isScalable = false
}
