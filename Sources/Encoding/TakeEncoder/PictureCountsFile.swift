import LeRobotDataset
import Platform
import RecordingTypes
import SystemPackage

/// The counts of a take's pictures, row after row, outside the memory: 3 kB a row are 330 MB for an hour of one camera.
/// The file has no name, so it goes with the process that made it, however that ends. One thread at a time.
final class PictureCountsFile {
    private let file: File

    /// - Throws: `ReelError` when it cannot be made in this directory.
    init(in directory: FilePath) throws(ReelError) { file = try File.temporary(in: directory) }

    func append(_ counts: PictureCounts) throws(ReelError) {
        try file.append(counts.bytes, "keep a picture's statistics")
    }

    /// The counts of a row that was added.
    func counts(row: Int) throws -> PictureCounts {
        let bytes = try file.read(PictureCounts.byteCount, at: row * PictureCounts.byteCount)
        guard let counts = PictureCounts(bytes: bytes) else {
            throw ReelError(
                .failed, "take a picture's statistics", subject: file.path.string, cause: "row \(row) is not there")
        }
        return counts
    }
}
