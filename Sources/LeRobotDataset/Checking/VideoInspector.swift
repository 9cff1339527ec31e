package import SystemPackage

/// What a check must know of a video file; whoever can open videos gives it. Used from several threads at once.
package protocol VideoInspector: Sendable {
    /// Reads the file once, without decoding it.
    /// - Throws: `ReelError` when the file is no video that can be read.
    func examine(_ path: FilePath) throws -> ExaminedVideo

    /// Decodes pictures and hands over red, green and blue of every `step`th pixel of every `step`th row.
    ///
    /// `numbers` are those of the pictures wanted, from 0 in the order in which they are shown, rising.
    /// - Throws: `ReelError` when a picture cannot be decoded, and what `body` throws.
    func decode(_ path: FilePath, numbers: [Int], step: Int, body: (_ number: Int, _ rgb: [UInt8]) throws -> Void)
        throws
}
