import Platform
import TestSupport

/// A small JPEG with the Huffman tables of the standard's annex K.3, made by FFmpeg (`-c:v mjpeg -huffman default`).
enum FixtureJPEG {
    static func bytes() throws -> [UInt8] { try File.read(Fixtures.path("jpeg/standard-tables.jpg")) }

    /// By class and number, whatever segments they come in.
    static func tables(of jpeg: [UInt8]) -> [UInt8: [UInt8]] {
        var tables: [UInt8: [UInt8]] = [:]
        var place = 2
        while place + 4 <= jpeg.count, jpeg[place + 1] != 0xDA {
            let end = place + 2 + Int(jpeg[place + 2]) << 8 + Int(jpeg[place + 3])
            if jpeg[place + 1] == 0xC4 {
                var inside = place + 4
                while inside + 17 <= end {
                    let count = jpeg[(inside + 1)..<(inside + 17)].reduce(0) { $0 + Int($1) }
                    tables[jpeg[inside]] = Array(jpeg[(inside + 1)..<(inside + 17 + count)])
                    inside += 17 + count
                }
            }
            place = end
        }
        return tables
    }
}
