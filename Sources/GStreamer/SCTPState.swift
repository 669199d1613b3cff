/// How far the association below data channels is: W3C `RTCSctpTransportState`, as GStreamer numbers it.
public enum SCTPState: Int64, Sendable {
    case new, connecting, connected, closed
}
