import Platform
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite("A lock on a file")
struct FileLockTests {
    @Test func isOnesAtATimeAndSaysWhose() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path.appending("lock")
        var first = try FileLock.take(path, as: "77 reel record")
        #expect(first != nil)
        #expect(try FileLock.take(path, as: "78 reel encode") == nil)
        #expect(FileLock.holder(of: path) == "77 reel record")
        first = nil
        #expect(try FileLock.take(path, as: "78") != nil)
        #expect(FileLock.holder(of: path) == "78")
    }

    @Test("survives that its holder removes it with its directory, whatever comes between")
    func comesAgain() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path.appending("work").appending("lock")
        let holders = Atomic(0)
        let failures = Mutex<[String]>([])
        let takeTurns = { @Sendable (name: String) in
            do {
                var turns = 0
                while turns < 500 {
                    guard let lock = try FileLock.take(path, as: name) else { continue }
                    turns += 1
                    if holders.add(1, ordering: .sequentiallyConsistent).newValue != 1 {
                        failures.withLock { $0.append("two hold it") }
                    }
                    holders.subtract(1, ordering: .sequentiallyConsistent)
                    try File.remove(path)
                    withExtendedLifetime(lock) {}
                }
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        let first = OwnThread(name: "first") { takeTurns("first") }
        let second = OwnThread(name: "second") { takeTurns("second") }
        first.join()
        second.join()
        #expect(failures.withLock { $0 } == [])
    }
}
