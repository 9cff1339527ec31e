import Platform
import Spool
import SystemPackage

/// How often work on a take was begun that never came to an end, because the process died over it. The count lies in a
/// file beside the take, not in take.json: the recorder may be renaming or sealing the take at the same time.
///
/// It is raised before the work begins and falls when the work has ended in any way, also by being called off. So what
/// a process finds there was left by one that died.
final class EncodingAttempts {
    /// A take that has ended the process so often is set aside.
    static let limit = 2

    private let path: FilePath
    /// Attempts that ended with the process.
    private(set) var deaths: Int
    /// One is going on.
    private(set) var isOpen = false

    init(take: Take) {
        path = Self.path(of: take)
        let text = (try? File.read(path)).map { String(decoding: $0, as: UTF8.self) }
        deaths = text.flatMap { Int($0.split(whereSeparator: \.isWhitespace).first ?? "") } ?? 0
    }

    private static func path(of take: Take) -> FilePath { take.encodedPath.appending("attempts") }

    /// Work begins: from now on the death of this process is held against the take.
    /// - Throws: `ReelError` when that cannot be written down.
    func begin() throws {
        guard !isOpen else { return }
        try Directory.create(path.removingLastComponent())
        try AtomicFile.write("\(deaths + 1)\n".utf8, to: path)
        isOpen = true
        FaultPoint.reached("encode.attempt-counted")
    }

    /// The work was done: whatever ended earlier processes, it was not this.
    func succeed() {
        try? File.remove(path)
        deaths = 0
        isOpen = false
    }

    /// The work was called off, or could not be done for a reason that has nothing to do with the take.
    func takeBack() {
        guard isOpen else { return }
        isOpen = false
        if deaths == 0 {
            try? File.remove(path)
        } else {
            try? AtomicFile.write("\(deaths)\n".utf8, to: path)
        }
    }

    /// The work failed, with an error rather than with a crash.
    func fail() {
        guard isOpen else { return }
        isOpen = false
        deaths += 1
    }

    /// The file goes with what was encoded of the take; this forgets it while the take is brought back.
    static func forget(_ take: Take) throws { try File.remove(path(of: take)) }
}
