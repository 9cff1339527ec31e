import Platform
import SystemPackage
import Testing

@Suite("Threads leave nothing behind")
struct OwnThreadTests {
    /// Memory mappings of this process; a stack is two of them.
    private func mappings() throws -> Int {
        let file = try FileDescriptor.open("/proc/self/maps", .readOnly)
        var (lines, buffer) = (0, [UInt8](repeating: 0, count: 1 << 16))
        try file.closeAfter {
            while case let count = try buffer.withUnsafeMutableBytes({ try file.read(into: $0) }), count > 0 {
                lines += buffer[..<count].count { $0 == UInt8(ascii: "\n") }
            }
        }
        return lines
    }

    @Test("the stack of a thread goes with it, whether somebody joins it or not", arguments: [true, false])
    func stacks(areJoined: Bool) throws {
        let before = try mappings()
        for _ in 0..<500 {
            let done = Semaphore()
            let thread = OwnThread(name: "short") { done.post() }
            if areJoined { thread.join() } else { _ = consume thread }
            done.wait()
        }
        // A few are still on their way out, and a few stacks are kept for the next threads.
        #expect(try mappings() < before + 500)
    }
}
