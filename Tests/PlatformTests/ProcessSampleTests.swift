import Glibc
import Platform
import SystemPackage
import Testing

@Suite("What the kernel says of a process")
struct ProcessSampleTests {
    @Test func isReadWhateverItsNameIs() throws {
        // A process that sleeps, and whose name is meant to confuse.
        let file = FilePath("/tmp/reel-stat-\(getpid())")
        defer { try? File.remove(file) }
        try AtomicFile.write(
            "77 (a) R 5 (x) D 1 77 77 0 -1 4194560 1 0 0 0 300 21 0 0 20 0 1 0 9 0 0".utf8, to: file)
        let thread = try #require(ProcessSample.thread(file))
        #expect(thread.state == "D")
        #expect(thread.ticks == 321)
        let own = try #require(ProcessSample(process: getpid()))
        #expect(own.isHeldUp)
        #expect(ProcessSample(process: 0x7FFF_FFFF) == nil)
    }
}
