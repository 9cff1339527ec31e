import Platform
import RecordingTypes
import Simulation
import Spool

/// What must hold after a fault: nothing that was recorded whole is gone, and nothing is paired wrongly.
struct Promises {
    private let arena: Arena
    /// What the spool held at the moment of the fault.
    private let truth: [Int: RecordedTake]
    private let hadDataset: Bool

    /// Looks at what the fault has left; nobody is at work there any more.
    /// - Parameters:
    ///   - arena: where it was.
    ///   - isReadable: what is published can be read as it is, before anything is put in order.
    /// - Throws: `ReelError` when that, or what the spool says is whole, cannot be read.
    init(after arena: Arena, whichIsReadable isReadable: Bool = true) throws {
        self.arena = arena
        truth = try RecordedTake.all(in: arena.spool)
        hadDataset = arena.hasDataset
        if hadDataset && isReadable { _ = try PublishedEpisode.all(in: arena.root) }
    }

    /// A trial runs on a thread of its own, which the test does not know: what does not hold is thrown to it.
    static func require(_ holds: Bool, _ promise: @autoclosure () -> String) throws {
        if !holds { throw ReelError(.failed, "keep a promise", cause: "it does not hold that \(promise())") }
    }

    /// Puts the dataset in order as its operator would, and checks it.
    func checkRepaired() throws {
        guard hadDataset || !truth.isEmpty else {
            try Self.require(arena.seen.isEmpty, "the takes \(arena.seen) are still there")
            // It died before there was anything; asking is no crash.
            return try arena.run("recover", statuses: [0, 1])
        }
        try arena.run("recover", statuses: [0, 3])
        let recovered = try arena.content()
        try arena.run("recover", statuses: [0, 3])
        try Self.require(try arena.content() == recovered, "a second recovery changes nothing")
        try arena.run("encode", statuses: [0, 3])
        try check()
        try arena.run("check", statuses: [0])
    }

    /// Holds the dataset against the truth.
    func check() throws {
        let episodes = try PublishedEpisode.all(in: arena.root)
        let found = episodes.map(\.take)
        try Self.require(found == expected(found), "the episodes \(found) are the takes \(expected(found))")
        for episode in episodes { try check(episode) }
        for take in try arena.spool.takes() {
            try Self.require(take.state == .failed, "take \(take.number) does not stay behind \(take.state)")
        }
    }

    private func check(_ episode: PublishedEpisode) throws {
        let take = episode.take
        if let recorded = truth[take], recorded.state != .discarded {
            try Self.require(episode.actions == recorded.actions, "take \(take) has the actions that were recorded")
            try Self.require(episode.codes == recorded.codes, "take \(take) has each row's picture")
        }
        for (camera, codes) in episode.codes {
            let place = "take \(take), \(camera)"
            try Self.require(codes.count == episode.actions.count, "\(place): there are as many pictures as rows")
            // On a busy machine the first rows may show a picture from before the take.
            let shown = codes.compactMap { code in code.map { Int($0.take) == take ? Int($0.frame) : -1 } }
            try Self.require(shown.count == codes.count, "\(place): every picture says what it is")
            try Self.require(shown == shown.sorted(), "\(place): the pictures go forwards, not \(shown)")
        }
    }

    /// The takes that must be episodes, in order: all that were seen whole, and the one in progress when it has a second.
    private func expected(_ found: [Int]) -> [Int] {
        let newest = max(arena.seen.max() ?? 0, truth.keys.max() ?? 0, found.max() ?? 0)
        return (0..<newest).map { $0 + 1 }.filter { number in
            guard let take = truth[number], !arena.dropped.contains(number) else {
                return found.contains(number) || !arena.dropped.contains(number)
            }
            switch take.state {
            case .recorded, .kept: return true
            case .recording: return take.rows >= Arena.fps
            // Being removed, because it is an episode already.
            case .discarded, .failed: return found.contains(number)
            }
        }
    }
}
