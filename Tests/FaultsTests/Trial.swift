import Platform
import RecordingTypes
import Spool
import SystemPackage

/// A trial blocks on processes, and Swift's threads are few: other tests need them. It has one of its own.
enum Trial {
    /// Runs a trial in an arena of its own.
    /// - Throws: What the trial throws, with what Reel said and what lies in the spool.
    static func run(_ body: @escaping @Sendable (Arena) throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let thread = OwnThread(name: "trial") { continuation.resume(with: Result { try attempt(body) }) }
            _ = consume thread
        }
    }

    private static func attempt(_ body: (Arena) throws -> Void) throws {
        let arena = try Arena()
        do {
            try body(arena)
        } catch var error as ReelError {
            let words = arena.lastWords
            let spool = ["takes", "encoded"].flatMap { name in
                ((try? Directory.names(in: arena.spool.path.appending(name))) ?? []).map { "\(name)/\($0)" }
            }
            error.cause += "; it said: \(words); in the spool: \(spool.joined(separator: ", "))"
            throw error
        }
    }
}
