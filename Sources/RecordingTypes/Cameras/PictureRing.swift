/// The newest pictures of a camera, from which each tick takes its own.
///
/// Bounded: when more come than fit, the oldest that no tick has taken goes, and is counted. Whoever asks for a tick's
/// picture never frees one: what is not needed any more is handed to whoever adds the next.
package struct PictureRing: Sendable {
    /// Pictures that wait; `PicturePick` looks back no further.
    package static let capacity = 4

    private struct Entry {
        let picture: CameraFrame
        let arrival: PicturePick.Arrival
    }

    private var pick: PicturePick
    /// The oldest first. Those before `taken` are over.
    private var entries: [Entry] = []
    /// The one that the last tick took.
    private var taken: Int?
    /// Pictures that went because nobody took one for too long.
    package private(set) var overflowCount = 0

    package init(_ policy: PicturePolicy) {
        pick = PicturePick(policy)
        entries.reserveCapacity(2 * Self.capacity)
    }

    package var newest: CameraFrame? { entries.last?.picture }

    /// Adds a picture. What is put into `dropped` is not needed any more; let go of it outside the ring's lock.
    package mutating func add(
        _ picture: CameraFrame, arrivedAt time: MonotonicTime, dropping dropped: inout [CameraFrame]
    ) {
        while let index = taken, index > 0 {
            dropped.append(entries.removeFirst().picture)
            taken = index - 1
        }
        let firstWaiting = taken == nil ? 0 : 1
        if entries.count - firstWaiting >= Self.capacity {
            dropped.append(entries.remove(at: firstWaiting).picture)
            overflowCount += 1
        }
        entries.append(
            Entry(picture: picture, arrival: PicturePick.Arrival(sequence: picture.sequence, time: time)))
    }

    /// The picture of the row at `tick`, captured before it; nil when there is none such.
    package mutating func picture(at tick: MonotonicTime) -> CameraFrame? {
        let firstWaiting = taken.map { $0 + 1 } ?? 0
        var end = firstWaiting
        while end < entries.count, entries[end].arrival.time <= tick, entries[end].picture.capturedAt <= tick {
            end += 1
        }
        let chosen = pick.choose(at: tick, from: end - firstWaiting) { entries[firstWaiting + $0].arrival }
        if let chosen {
            taken = firstWaiting + chosen
        } else if taken == nil {
            // The very first may have arrived since the tick.
            taken = entries.firstIndex { $0.picture.capturedAt <= tick }
        }
        return taken.map { entries[$0].picture }
    }
}
