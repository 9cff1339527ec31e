/// How the spool holds pictures that are no JPEGs. Nothing is lost either way, and a reader sees in the file what it is.
package enum SpoolPictures: String, CaseIterable, Sendable {
    /// Raw where the disk is quick and has room for it, else compressed.
    case auto
    /// As they are: the least work for the processor, while recording and when they are encoded. A camera of 640×480 at
    /// 30 Hz in 4:2:0 makes 13.8 MB a second.
    case raw
    /// With FFVHUFF: about half the bytes.
    case compressed
}
