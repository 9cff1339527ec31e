import Testing

@testable import WebServer

/// A browser seeks in a video by asking for parts of it (RFC 9110, 14.1.2).
@Suite struct ByteRangeTests {
    @Test(arguments: [
        ("bytes=0-9", ByteRange.part(0..<10)), ("bytes=90-", .part(90..<100)), ("bytes=-10", .part(90..<100)),
        ("bytes=-1000", .part(0..<100)), ("bytes=95-1000", .part(95..<100)), ("bytes=0-0", .part(0..<1)),
        ("bytes=99-99", .part(99..<100)), ("bytes=99-99999999999999999999", .part(99..<100)),
        ("bytes=100-", .unsatisfiable), ("bytes=100-200", .unsatisfiable), ("bytes=-0", .unsatisfiable),
        ("bytes=99999999999999999999-", .unsatisfiable),
        ("bytes=9-0", .whole), ("bytes=-", .whole), ("bytes=a-b", .whole), ("bytes=1-2,5-6", .whole),
        ("bytes=1 -2", .whole), ("bytes=+1-2", .whole), ("pictures=0-9", .whole), ("", .whole),
    ])
    func read(header: String, expected: ByteRange) {
        #expect(ByteRange(header, of: 100) == expected)
    }

    @Test func `of nothing no part can be had`() {
        #expect(ByteRange("bytes=0-0", of: 0) == .unsatisfiable)
        #expect(ByteRange("bytes=-1", of: 0) == .unsatisfiable)
        #expect(ByteRange(nil, of: 0) == .whole)
    }
}
