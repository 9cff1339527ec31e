import CFFmpeg
import RecordingTypes

/// What reading a live source gave.
enum Arrival {
    case packet
    /// A picture that did not come whole; the cause, for people.
    case broken(String)
    /// Nothing yet: the device does not wait.
    case nothing
    case end
}

/// A live source of packets, each with one picture. Used from one thread.
protocol PictureSource: AnyObject {
    var parameters: UnsafePointer<AVCodecParameters> { get }
    /// What packets' times count in.
    var timeBase: AVRational { get }
    /// Pictures a second as the source states them, 0 when it does not.
    var frameRate: Double { get }
    /// Whether it reads a V4L2 device.
    var isV4L2: Bool { get }
    /// Whether nothing more can be read of the file or connection.
    var isAtEnd: Bool { get }

    /// The next packet.
    /// - Throws: `ReelError` with FFmpeg's words; `.cancelled` when it was interrupted.
    func poll(into packet: borrowing PacketHandle) throws -> Arrival
}

extension Demuxer: PictureSource {}
