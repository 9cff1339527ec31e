package import RecordingTypes
package import SystemPackage

/// What a check must know of a video file; whoever can open videos gives it.
package protocol VideoInspector {
    /// What the stream is, and how many packets it has.
    /// - Throws: `ReelError` when the file is no video that can be read.
    func description(of path: FilePath) throws -> VideoDescription

    /// When each picture is shown, in seconds, in the order in which they are shown.
    /// - Throws: `ReelError` when the file is no video that can be read.
    func packetTimes(of path: FilePath) throws -> [Double]

    /// Decodes pictures and hands over red, green and blue of every `step`th pixel of every `step`th row.
    ///
    /// `numbers` are those of the pictures wanted, from 0 in the order in which they are shown, rising.
    /// - Throws: `ReelError` when a picture cannot be decoded, and what `body` throws.
    func decode(_ path: FilePath, numbers: [Int], step: Int, body: (_ number: Int, _ rgb: [UInt8]) throws -> Void)
        throws
}
