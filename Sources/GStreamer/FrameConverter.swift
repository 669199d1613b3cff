import CGStreamer

/// Turns pictures of four bytes a pixel (blue, green, red, unused) into I420 samples, without a pipeline: no thread
/// and no queue lie between the picture and whoever encodes it.
///
/// To be used by one thread at a time. Samples outlive the converter.
public final class FrameConverter {
    /// How many samples may be in use at once: the encoders' queues hold at most three each.
    public static let limit = 32

    private let converter: OpaquePointer
    private let pool: UnsafeMutablePointer<GstBufferPool>
    private let caps: UnsafeMutablePointer<GstCaps>
    private var source = GstVideoInfo()
    private var target = GstVideoInfo()

    /// A converter for pictures of one size.
    ///
    /// - Parameter framesPerSecond: the nominal rate that the samples' capabilities name; encoders start anew when it
    ///   changes.
    /// - Throws: `unsupportedPicture` where GStreamer cannot convert that size.
    public init(width: Int, height: Int, framesPerSecond: Int) throws(GStreamerError) {
        let refused = GStreamerError.unsupportedPicture(width: width, height: height)
        guard let width = UInt32(exactly: width), let height = UInt32(exactly: height),
            gst_video_info_set_format(&source, GST_VIDEO_FORMAT_BGRx, width, height) != 0,
            gst_video_info_set_format(&target, GST_VIDEO_FORMAT_I420, width, height) != 0
        else { throw refused }
        source.fps_n = Int32(framesPerSecond)
        target.fps_n = Int32(framesPerSecond)
        (source.fps_d, target.fps_d) = (1, 1)
        guard let caps = gst_video_info_to_caps(&target) else { throw refused }
        guard let converter = gst_video_converter_new(&source, &target, nil) else {
            gst_caps_unref(caps)
            throw refused
        }
        let pool = gst_buffer_pool_new()!
        LiveObjects.track(UnsafeMutableRawPointer(pool))
        let configuration = gst_buffer_pool_get_config(pool)
        gst_buffer_pool_config_set_params(configuration, caps, guint(target.size), 0, guint(Self.limit))
        guard gst_buffer_pool_set_config(pool, configuration) != 0, gst_buffer_pool_set_active(pool, 1) != 0 else {
            gst_object_unref(pool)
            gst_video_converter_free(converter)
            gst_caps_unref(caps)
            throw refused
        }
        self.caps = caps
        self.converter = converter
        self.pool = pool
    }

    deinit {
        gst_buffer_pool_set_active(pool, 0)
        gst_object_unref(pool)
        gst_video_converter_free(converter)
        gst_caps_unref(caps)
    }

    /// Converts one picture.
    ///
    /// - Parameters:
    ///   - pixels: the rows without gaps; read only during the call.
    ///   - timestamp: presentation time in nanoseconds of `CLOCK_MONOTONIC`.
    /// - Returns: nil while all samples are in use.
    public func convert(_ pixels: UnsafeMutableRawBufferPointer, at timestamp: UInt64) -> Sample? {
        var parameters = GstBufferPoolAcquireParams()
        parameters.flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT
        var free: UnsafeMutablePointer<GstBuffer>?
        guard pixels.count >= Int(source.size),
            gst_buffer_pool_acquire_buffer(pool, &free, &parameters) == GST_FLOW_OK, let buffer = free,
            let wrapped = gst_buffer_new_wrapped_full(
                GST_MEMORY_FLAG_READONLY, pixels.baseAddress, source.size, 0, source.size, nil, nil)
        else { return nil }
        defer {
            gst_buffer_unref(wrapped)
            gst_buffer_unref(buffer)
        }
        var (from, to) = (GstVideoFrame(), GstVideoFrame())
        guard gst_video_frame_map(&from, &source, wrapped, GST_MAP_READ) != 0 else { return nil }
        defer { gst_video_frame_unmap(&from) }
        guard gst_video_frame_map(&to, &target, buffer, GST_MAP_WRITE) != 0 else { return nil }
        gst_video_converter_frame(converter, &from, &to)
        gst_video_frame_unmap(&to)
        buffer.pointee.pts = GstClockTime(timestamp)
        return Sample(owning: gst_sample_new(buffer, caps, nil, nil)!)
    }
}
