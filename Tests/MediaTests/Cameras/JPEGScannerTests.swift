import RecordingTypes
import Testing

@testable import Media

@Suite("JPEGs are found by their own markers, whatever stands between them")
struct JPEGScannerTests {
    private let pictures: [[UInt8]]

    init() throws {
        let jpegs = try JPEGs()
        pictures = try (0..<4).map { try jpegs.bytes(of: TestPictures.yuv($0, format: .yuvj422p)) }
    }

    private enum Found: Equatable {
        case picture([UInt8])
        case broken
    }

    /// What is found when the bytes come in pieces of this size.
    private func scan(_ bytes: [UInt8], by size: Int) -> [Found] {
        var scanner = JPEGScanner()
        var found: [Found] = []
        var place = 0
        while place < bytes.count {
            bytes[place..<min(place + size, bytes.count)].withUnsafeBytes { scanner.append($0) }
            place += size
            while let finding = scanner.next() {
                switch finding {
                case .picture(let place): found.append(.picture(scanner.bytes(of: place) { Array($0) }))
                case .broken: found.append(.broken)
                }
            }
        }
        return found
    }

    private func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// A part as cameras write it; `length` is what its header states.
    private func part(_ picture: [UInt8], length: Int?) -> [UInt8] {
        let stated = length.map { "Content-length: \($0)\r\n" } ?? ""
        return text("--frame\r\nContent-Type: image/jpeg\r\n\(stated)\r\n") + picture + text("\r\n")
    }

    @Test("Every piece the network makes of it gives the same pictures", arguments: [1, 7, 1024, 1 << 20])
    func pieces(size: Int) {
        let all = pictures.map(Found.picture)
        #expect(scan(pictures.flatMap { part($0, length: $0.count) }, by: size) == all)
        #expect(scan(pictures.flatMap { part($0, length: nil) }, by: size) == all)
        #expect(scan(pictures.flatMap { part($0, length: $0.count - 1) }, by: size) == all)
        #expect(scan(pictures.flatMap { part($0, length: 3 * $0.count) }, by: size) == all)
        #expect(scan(pictures.flatMap { part($0, length: 0) }, by: size) == all)
        #expect(scan(pictures.flatMap { $0 }, by: size) == all)
        // Cameras pad, with anything.
        #expect(scan(pictures.flatMap { $0 + [0, 0, 0xFF, 0xFF, 0xD8, 0, 0xFF] }, by: size) == all)
    }

    @Test("A picture that is cut does not take the next one with it", arguments: [1, 7, 1 << 20])
    func cut(size: Int) {
        let (first, second, third) = (pictures[0], pictures[1], pictures[2])
        for length in [first.count / 2, 150, 21] {
            let short = Array(first.prefix(length))
            let expected: [Found] = [.broken, .picture(second), .picture(third)]
            #expect(
                scan(part(short, length: length) + part(second, length: nil) + part(third, length: nil), by: size)
                    == expected)
            // As it comes where no header says how long it is. Within its own header the next one may go with it.
            if length == first.count / 2 {
                #expect(scan(part(short, length: nil) + part(second, length: nil) + third, by: size) == expected)
                #expect(scan(short + second + third, by: size) == expected)
            }
        }
    }

    @Test("What a header states too short is told at once, though nothing more comes")
    func toldAtOnce() {
        let short = Array(pictures[0].prefix(pictures[0].count / 2))
        #expect(scan(part(short, length: short.count), by: 100) == [.broken])
    }

    @Test("A small picture inside of a segment is none of the camera's", arguments: [1, 1 << 20])
    func thumbnail(size: Int) throws {
        let small = try JPEGs(width: 64, height: 48).bytes(
            of: TestPictures.yuv(0, width: 64, height: 48, format: .yuvj422p))
        let length = small.count + 2
        let picture =
            pictures[0].prefix(2) + [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + small
            + pictures[0].dropFirst(2)
        #expect(scan(Array(picture) + pictures[1], by: size) == [.picture(Array(picture)), .picture(pictures[1])])
    }

    @Test("Several scans and their tables are one picture")
    func scans() {
        let end = pictures[0].count - 2
        let comment: [UInt8] = [0xFF, 0xFE, 0, 4, 0xFF, 0xD9]
        let picture = pictures[0][..<end] + comment + [0xFF, 0xDA, 0, 2, 1, 2, 3, 0xFF, 0, 0xFF, 0xD3, 4, 0xFF, 0xD9]
        #expect(scan(Array(picture) + pictures[1], by: 50) == [.picture(Array(picture)), .picture(pictures[1])])
        // A marker made by damage leads nowhere: the picture still ends where it ends, and the next one is there.
        let damaged = pictures[0][..<end] + [0xFF, 0xC4, 0x7F, 0xFF] + [0xFF, 0xD9]
        #expect(
            scan(Array(damaged) + pictures[1] + [UInt8](repeating: 1, count: 40_000), by: 50).last
                == .picture(pictures[1]))
    }

    @Test("What is no picture is counted, and holds no memory")
    func strayBytes() {
        var scanner = JPEGScanner()
        let bytes = [UInt8](repeating: 0xFF, count: 100_000)
        for _ in 0..<10 {
            bytes.withUnsafeBytes { scanner.append($0) }
            #expect(scanner.next() == nil)
        }
        #expect(scanner.strayCount > 999_000)
    }
}
