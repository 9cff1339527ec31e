/// How far a take has come; the suffix of its directory's name. A rename moves it on.
package enum TakeState: String, CaseIterable, Sendable {
    /// Being written, or left behind by a recorder that died.
    case recording
    /// Whole and on the disk; the operator may still discard it.
    case recorded
    /// The operator keeps it: it becomes an episode, and is removed when it is one.
    case kept
    /// To be removed; nothing in it counts any more.
    case discarded
    /// Set aside because it could not be recovered, encoded or published; never removed by itself.
    case failed
}
