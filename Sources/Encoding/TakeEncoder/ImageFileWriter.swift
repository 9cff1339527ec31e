import Media
import Platform
import RecordingTypes
import SystemPackage

/// Writes PNGs one after the other into a file, from where publishing copies them into the dataset.
final class ImageFileWriter: PictureOutput {
    private let path: FilePath
    private let file: FileDescriptor
    private let encoder: PNGEncoder
    private var last: [UInt8] = []
    private var sizes: [Int] = []
    private var isClosed = false

    /// - Throws: `ReelError` when the file cannot be made.
    init(path: FilePath, width: Int, height: Int) throws {
        self.path = path
        encoder = try PNGEncoder(width: width, height: height)
        do {
            file = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .filePermissions)
        } catch let error as Errno {
            throw ReelError(error, "write images", subject: path.string)
        }
    }

    deinit { if !isClosed { cancel() } }

    func append(_ picture: Picture, isNew: Bool) throws {
        if isNew || last.isEmpty { last = try encoder.png(of: picture) }
        do {
            try file.writeAll(last)
        } catch let error as Errno {
            throw ReelError(error, "write images", subject: path.string)
        }
        sizes.append(last.count)
    }

    func complete() throws -> EncodedPictures.Content {
        isClosed = true
        do {
            try file.close()
        } catch let error as Errno {
            throw ReelError(error, "write images", subject: path.string)
        }
        return .images(sizes: sizes)
    }

    func cancel() {
        isClosed = true
        try? file.close()
        try? File.remove(path)
    }
}
