import ArrowTables
import RecordingTypes
import SystemPackage

/// Reads an episode's PNGs from front to back.
final class ImageReader {
    private let images: EpisodeDraft.Images
    private let file: FileDescriptor

    init(_ images: EpisodeDraft.Images) throws {
        self.images = images
        do {
            file = try FileDescriptor.open(images.path, .readOnly, options: [.closeOnExec])
        } catch let error as Errno {
            throw ReelError(error, "read images", subject: images.path.string)
        }
    }

    deinit { try? file.close() }

    /// The column of these rows, which follow on those that were read before: bytes, and the name of the file that
    /// LeRobot once had them in.
    func column(_ rows: Range<Int>) throws -> ColumnValues {
        let pictures = try rows.map { row in try read(images.sizes[row]) }
        let names = rows.map { row in
            let digits = String(row)
            return "frame-\(String(repeating: "0", count: max(0, 6 - digits.count)))\(digits).png"
        }
        return .structure([.binary(pictures), .utf8(names)])
    }

    private func read(_ size: Int) throws -> [UInt8] {
        do {
            return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                while count < size {
                    let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                    let read = try file.read(into: rest)
                    if read == 0 { throw Errno.ioError }
                    count += read
                }
            }
        } catch let error as Errno {
            throw ReelError(error, "read images", subject: images.path.string)
        }
    }
}
