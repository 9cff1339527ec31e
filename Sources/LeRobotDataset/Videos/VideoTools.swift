package import SystemPackage

/// What a dataset needs done with video files; whoever knows videos gives it. Used from several threads at once.
package protocol VideoTools: Sendable {
    /// Reads the file once, without decoding it.
    /// - Throws: `ReelError` when the file is no video that can be read.
    func examine(_ path: FilePath) throws -> ExaminedVideo

    /// Decodes pictures and hands over red, green and blue of every `step`th pixel of every `step`th row.
    ///
    /// `numbers` are those of the pictures wanted, from 0 in the order in which they are shown, rising.
    /// - Throws: `ReelError` when a picture cannot be decoded, and what `body` throws.
    func decode(_ path: FilePath, numbers: [Int], step: Int, body: (_ number: Int, _ rgb: [UInt8]) throws -> Void)
        throws

    /// Joins files into a new one by copying packets, and says from when to when (seconds) each lies in it.
    /// - Throws: `ReelError`; mismatch when they are of different kinds, and are better left apart.
    func join(_ parts: [FilePath], into whole: FilePath) throws -> [(from: Double, to: Double)]

    /// Copies parts of a video, given as numbers of pictures, one after another into a new file, without encoding.
    /// - Throws: `ReelError` naming the file.
    func cut(_ frames: [Range<Int>], of video: FilePath, into target: FilePath) throws
}
