/// A device that shapes what it gives after the rows of a take: simulated ones, whose pictures say which row they are for.
/// What is real cannot know.
package protocol TakeAware: AnyObject {
    /// A take begins: row k is due at `start + k / fps`.
    func takeBegins(number: Int, start: MonotonicTime, fps: Int)
}
