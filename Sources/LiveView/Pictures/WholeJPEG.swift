/// A camera's JPEG as any program can show it: without what the camera wrote after its end, and with the Huffman tables
/// that USB cameras leave out because everybody knows them (ITU-T T.81, annex K.3).
enum WholeJPEG {
    /// Nil when it is no JPEG.
    static func bytes(of camera: UnsafeRawBufferPointer) -> [UInt8]? {
        guard camera.count > 4, camera[0] == 0xFF, camera[1] == 0xD8 else { return nil }
        var end = camera.count
        while end > 4, !(camera[end - 2] == 0xFF && camera[end - 1] == 0xD9) { end -= 1 }
        guard end > 4 else { return nil }
        guard let scan = startOfScan(camera, end), !scan.hasTables else { return Array(camera[..<end]) }
        return camera[..<scan.place] + tables + camera[scan.place..<end]
    }

    /// Where the picture itself begins (SOS), and whether Huffman tables (DHT) come before it.
    private static func startOfScan(_ bytes: UnsafeRawBufferPointer, _ end: Int) -> (place: Int, hasTables: Bool)? {
        var place = 2
        var hasTables = false
        while place + 4 <= end, bytes[place] == 0xFF {
            let marker = bytes[place + 1]
            if marker == 0xDA { return (place, hasTables) }
            if marker == 0xC4 { hasTables = true }
            if marker == 0xFF {
                place += 1
            } else {
                place += 2 + (Int(bytes[place + 2]) << 8 | Int(bytes[place + 3]))
            }
        }
        return nil
    }

    /// One DHT segment with the four tables of annex K.3.
    private static let tables: [UInt8] = {
        let all = [dcLuminance, acLuminance, dcChrominance, acChrominance].flatMap { $0 }
        return [0xFF, 0xC4, UInt8((all.count + 2) >> 8), UInt8((all.count + 2) & 0xFF)] + all
    }()

    private static let dcLuminance: [UInt8] = [0x00, 0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0] + (0...11)
    private static let dcChrominance: [UInt8] = [0x01, 0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0] + (0...11)
    private static let acLuminance: [UInt8] =
        [0x10, 0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7D]
        + bytes(
            "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a34353637"
                + "38393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a9293949596979899"
                + "9aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4"
                + "f5f6f7f8f9fa")
    private static let acChrominance: [UInt8] =
        [0x11, 0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77]
        + bytes(
            "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a3536"
                + "3738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a929394959697"
                + "98999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4"
                + "f5f6f7f8f9fa")

    private static func bytes(_ digits: String) -> [UInt8] {
        let digits = digits.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
