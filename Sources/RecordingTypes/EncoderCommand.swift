/// What the recorder tells the encoder process, one JSON line each on the encoder's standard input. End of input means
/// the recorder is gone: finish the takes in hand, then stop.
package enum EncoderCommand: Hashable, Codable, Sendable {
    /// A take has begun; its files are there and grow.
    case begun(take: Int)
    /// A take has ended and is whole on the disk; whether it is kept is not known yet.
    case recorded(take: Int)
    /// A take has ended and could not be made whole on the disk: nothing more comes, and `reel recover` will look at it.
    case abandoned(take: Int)
    /// The operator keeps it: publish it as the next episode.
    case kept(take: Int)
    /// The operator discards it: stop working on it and remove it.
    case discarded(take: Int)
    /// The operator drops it after all, though it was kept: remove it, unless it is an episode already.
    case dropped(take: Int)
    /// Encode and publish what is kept by now, whatever the schedule says; what comes later waits for it again.
    case encodeWaiting
    /// Encode and publish all that is kept, whatever the schedule says; then report `idle`.
    case finish
}
