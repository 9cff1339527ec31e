import Media
import Platform
import RecordingTypes

/// Decides take by take whether pictures are compressed on their way into the spool. Used by the writer's thread.
struct SpoolPacking {
    /// The disk must take raw pictures so many times as fast as the cameras make them: it also has the encoder to serve,
    /// and a disk that was quick for a moment need not stay so.
    static let margin = 8.0
    /// Seconds of raw pictures that must fit on the disk: twice what the operator is warned at.
    static let room = 2 * DiskBudget.warning

    private let wanted: SpoolPictures
    /// Bytes a second of all cameras together whose pictures are no JPEGs; 0 where there is none.
    private let rawRate: Double
    /// What the disk takes, bytes a second; measured when it is first asked for.
    private let measureDisk: () -> Double?
    private var diskRate: Double?

    /// - Parameters:
    ///   - wanted: what the user asked for.
    ///   - cameras: as the spool stores them.
    ///   - fps: rows a second.
    ///   - measureDisk: bytes a second that the disk takes; nil when it could not be measured.
    init(
        _ wanted: SpoolPictures, cameras: [SessionDescription.CameraDescription], fps: Int,
        measureDisk: @escaping () -> Double?
    ) {
        self.wanted = wanted
        self.measureDisk = measureDisk
        rawRate = cameras.reduce(0) { $0 + Double($1.format.rawPictureBytes ?? 0) * Double(fps) }
    }

    /// Decides for the next take.
    /// - Parameter free: bytes that the disk has room for; nil where that is not known.
    /// - Returns: whether its pictures are to be compressed.
    mutating func compresses(free: Int?) -> Bool {
        switch wanted {
        case .raw: return false
        case .compressed: return true
        case .auto: break
        }
        // Nothing but JPEGs: there is nothing to decide, so the disk need not be tried.
        guard rawRate > 0, let free, Double(free) >= rawRate * Double(Self.room) else { return true }
        let diskRate = self.diskRate ?? measureDisk() ?? 0
        self.diskRate = diskRate
        return diskRate < rawRate * Self.margin
    }
}
