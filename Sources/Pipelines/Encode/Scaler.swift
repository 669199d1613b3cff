import GStreamer

/// Scales raw frames down to a rendition's size, following the guest's mode switches.
final class Scaler: Sendable {
    /// The elements before the encoder; none for the guest's own size.
    let elements: [Element]
    private let rendition: Rendition
    private let filter: Element?

    /// - Throws: `GStreamerError.missingElement`.
    init(_ rendition: Rendition) throws(GStreamerError) {
        self.rendition = rendition
        guard rendition.width != nil else {
            (elements, filter) = ([], nil)
            return
        }
        let filter = try Element("capsfilter")
        self.filter = filter
        elements = [try Element("videoscale", ["add-borders": false]), filter]
    }

    /// Gets ready for frames of other capabilities. To be called before the first of them is pushed.
    func adapt(to caps: Caps) {
        guard let filter, let width = caps["width"]?.integer, let height = caps["height"]?.integer else { return }
        let size = rendition.size(of: FrameSize(width: Int(width), height: Int(height)))
        let scaled = Caps(
            "video/x-raw",
            [
                "width": .int(Int32(size.width)), "height": .int(Int32(size.height)),
                "pixel-aspect-ratio": .fraction(1, 1),
            ])
        // Only a size that cannot be is refused, and a rendition's never is one.
        try? filter.set("caps", .caps(scaled))
    }
}
