/// What the encoder process tells the recorder, one JSON line each on the encoder's standard output.
package enum EncoderEvent: Hashable, Codable, Sendable {
    /// Pictures encoded so far of all that are known to belong to the take, all cameras together.
    case progress(take: Int, done: Int, total: Int)
    /// The take's videos and statistics are whole.
    case encoded(take: Int, seconds: Double)
    /// The take is an episode of the dataset now, and gone from the spool.
    case published(take: Int, episode: Int, frames: Int, videoBytes: Int)
    /// The take is an episode, and that is less than what was recorded: the message says what is lost.
    case incomplete(take: Int, message: String)
    /// A take that was discarded or dropped is gone.
    case removed(take: Int)
    /// The take could not be encoded or published; it stays in the spool.
    case failed(take: Int, message: String)
    /// The take was set aside, with the reason: it is not tried again until somebody asks for it.
    case setAside(take: Int, message: String)
    /// Nothing is left to do.
    case idle
}
