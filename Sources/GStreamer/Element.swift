import CGStreamer

/// One processing element, made by its factory's name.
public class Element: Object, @unchecked Sendable {
    /// Makes an element and sets its properties.
    ///
    /// - Parameters:
    ///   - factory: the factory's name, such as `x264enc`.
    ///   - name: the element's name in its pipeline; GStreamer numbers elements without one.
    ///   - properties: set in order of name, each checked.
    /// - Throws: `missingElement`, `unknownProperty` or `invalidValue`.
    public convenience init(
        _ factory: String, name: String? = nil, _ properties: [String: Value] = [:]
    ) throws(GStreamerError) {
        self.init(owning: try Self.make(factory, name: name))
        for (property, value) in properties.sorted(by: { $0.key < $1.key }) { try set(property, value) }
    }

    /// Makes the C element with its floating reference sunk: the one place where that happens.
    static func make(_ factory: String, name: String?) throws(GStreamerError) -> UnsafeMutableRawPointer {
        guard let element = gst_element_factory_make(factory, name) else {
            throw .missingElement(factory: factory, package: DebianPackage.ofElement[factory])
        }
        let pointer = UnsafeMutableRawPointer(gst_object_ref_sink(element)!)
        LiveObjects.track(pointer)
        return pointer
    }

    /// The element's name in its pipeline.
    public var name: String { String(cString: loco_object_name(pointer)) }

    /// An always-present pad.
    ///
    /// - Throws: `missingPad`.
    public func pad(_ name: String) throws(GStreamerError) -> Pad {
        guard let pad = gst_element_get_static_pad(element, name) else {
            throw .missingPad(element: self.name, pad: name)
        }
        return Pad(owning: pad)
    }

    /// The first element of that factory anywhere inside a bin; nil for none.
    static func firstInside(_ bin: Element, factory: String) -> Element? {
        let iterator = gst_bin_iterate_all_by_element_factory_name(
            bin.pointer.assumingMemoryBound(to: GstBin.self), factory)
        guard let iterator else { return nil }
        defer { gst_iterator_free(iterator) }
        // Another thread may add or remove elements meanwhile, as `webrtcbin` does while it connects: that is no end, but
        // asks to begin anew. Each change costs one round at most.
        for _ in 0..<10_000 {
            var value = GValue()
            switch gst_iterator_next(iterator, &value) {
            case GST_ITERATOR_OK:
                defer { g_value_unset(&value) }
                return g_value_dup_object(&value).map(Element.init(owning:))
            case GST_ITERATOR_RESYNC: gst_iterator_resync(iterator)
            default: return nil
            }
        }
        return nil
    }

    /// A pad made on request, such as `sink_0` of `webrtcbin`.
    ///
    /// - Throws: `missingPad` where the element refuses.
    public func requestPad(_ name: String) throws(GStreamerError) -> Pad {
        guard let pad = gst_element_request_pad_simple(element, name) else {
            throw .missingPad(element: self.name, pad: name)
        }
        return Pad(owning: pad)
    }

    /// Calls `handler` with every pad the element adds by itself, before data flows through it.
    public func onPad(_ handler: @escaping @Sendable (Pad) -> Void) throws(GStreamerError) -> SignalConnection {
        try connect("pad-added") { arguments in
            guard let pad = arguments.object(0) else { return }
            handler(Pad(owning: pad.assumingMemoryBound(to: GstPad.self)))
        }
    }

    /// Links this element's source to another's sink.
    ///
    /// - Throws: `linkFailed`.
    public func link(to next: Element) throws(GStreamerError) {
        guard gst_element_link(element, next.element) != 0 else { throw .linkFailed(source: name, sink: next.name) }
    }

    var element: UnsafeMutablePointer<GstElement> { pointer.assumingMemoryBound(to: GstElement.self) }
}
