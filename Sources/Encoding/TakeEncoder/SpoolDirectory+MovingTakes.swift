import Platform
import RecordingTypes
import Spool
import SystemPackage

extension SpoolDirectory {
    /// Looks into a take that the recorder may be renaming at this very moment: once more whenever its files were gone
    /// because it moved on.
    /// - Throws: what `body` throws; `ReelError(.unavailable)` when there is no such take.
    func reading<Result>(take number: Int, _ body: (Take) throws -> Result) throws -> Result {
        var tries = 0
        while true {
            tries += 1
            let take = try take(number)
            do {
                guard let take else {
                    throw ReelError(
                        .unavailable, "read a take", subject: "take \(number) in \(path)", cause: "it is gone")
                }
                return try body(take)
            } catch let error as ReelError where error.kind == .unavailable && tries < 20 {
                // A directory that is read while an entry is renamed may show neither name.
                if let take, try self.take(number)?.state == take.state { throw error }
                (MonotonicTime.now + .milliseconds(2)).sleepUntil()
            }
        }
    }

    /// As `reading`, for opening the files that are the take itself: one that is not there will not come by itself.
    /// - Throws: As `reading`, and `ReelError(.damaged)` when the take is there and a file of it is not. A file that may
    ///   not be read, and an FFmpeg without its decoder, are not the take's fault and stay `.unavailable`.
    func openingFiles<Files>(ofTake number: Int, _ open: (Take) throws -> Files) throws -> Files {
        do {
            return try reading(take: number, open)
        } catch var error as ReelError where error.systemError == .noSuchFileOrDirectory {
            guard try take(number) != nil else { throw error }
            error.kind = .damaged
            error.remedy = "Bring the file back and run reel encode with --retry-failed."
            throw error
        }
    }
}
