import NIOCore
import Platform
package import RecordingTypes
package import SystemPackage

/// A file that is open for sending: what replaces it meanwhile does not matter.
package final class WebFile: Sendable {
    let byteCount: Int
    /// With its quotes; another one when the file is another.
    let tag: String
    private let file: File
    private let handle: NIOFileHandle

    /// - Throws: `ReelError` naming the file, when it cannot be opened or is none.
    package init(_ path: FilePath) throws(ReelError) {
        file = try File.open(path)
        let identity = try file.identity
        byteCount = identity.byteCount
        tag = "\"\(identity.text)\""
        // The file keeps the descriptor; the handle gives it back at the end.
        handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: file.descriptor.rawValue)
    }

    deinit { do { _ = try handle.takeDescriptorOwnership() } catch { return } }

    /// So many bytes of its beginning.
    /// - Throws: `ReelError` naming the file.
    package func beginning(_ count: Int) throws(ReelError) -> [UInt8] { try file.read(count, at: 0) }

    func region(_ part: Range<Int>) -> FileRegion {
        FileRegion(fileHandle: handle, readerIndex: part.lowerBound, endIndex: part.upperBound)
    }
}
