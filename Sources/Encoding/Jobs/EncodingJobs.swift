import RecordingTypes

/// Where takes are encoded: in this process (`LocalJobs`), or anywhere else that can read a take's directory and fill an
/// encoded one. Which take is begun when is for the queue to say; how many are worked on at once is for this.
///
/// Used from one thread; what is told may come from any.
package protocol EncodingJobs: Sendable {
    /// Whether a take that is begun now would be worked on now.
    var hasRoom: Bool { get }

    /// Begins to encode a take. When it has ended, its encoded directory holds it whole, or it has failed.
    /// - Parameters:
    ///   - take: the take.
    ///   - tell: called with what becomes of it; `.ended` is the last, and comes in any case.
    /// - Returns: the work on it.
    func begin(_ take: TakeToEncode, tell: @escaping @Sendable (EncodingNews) -> Void) -> any EncodingJob
}

/// What becomes of a take that is being encoded.
package enum EncodingNews: Sendable {
    /// Part of the work is done, so there may be room for others.
    case partDone
    /// Nobody works on it or writes into its encoded directory any more.
    case ended(Result<EncodedTake, any Error>)
}

/// The work on one take. From any thread; after its end nothing happens any more.
package protocol EncodingJob: Sendable {
    /// The take is whole now: what is in its files is all there will be.
    func seal()
    /// Works on all of it at once, room or no room: it is being recorded, and must keep up with its cameras.
    func hasten()
    /// Gives it up; it ends with `.cancelled` soon.
    func cancel()
    /// Pictures done, and pictures known of, all cameras together.
    var progress: (done: Int, total: Int) { get }
}
