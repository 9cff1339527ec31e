import Platform
import RecordingTypes
import Synchronization

/// The ring between who records and the spool writer: one producer, one consumer, storage made once.
///
/// It is bounded in bytes of pictures (and of what rows carry besides) and in slots; pictures that no row shows have half as much again. Overflow policy:
/// `push` of a tick fails, and the caller ends the take or tries again; a tick is never dropped silently. Messages have
/// slots of their own in reserve, so they always fit.
final class TickRing: @unchecked Sendable {  // A slot is handed over by `written` and `taken`.
    // One thread pushes, one pops; a slot belongs to one of them at a time.

    /// The fixed part of a slot.
    private struct Header {
        var row = TakeIntake.Row(index: 0, time: MonotonicTime(nanoseconds: 0), wallNanoseconds: 0)
        /// Bytes of pictures that this slot alone holds, of a tick or of pictures that no row shows.
        var bytes = 0
    }

    /// One tick as the consumer sees it, valid until it is popped. Where a camera has no frame, or the one of the row
    /// before, its picture is repeated.
    struct Tick {
        let row: TakeIntake.Row
        let observation: UnsafeBufferPointer<Float>
        let action: UnsafeBufferPointer<Float>
        /// What the row carries besides, packed.
        let values: [UInt8]
        let frames: UnsafeBufferPointer<CameraFrame?>
    }

    enum Entry {
        case tick(Tick)
        case message(SpoolMessage)
    }

    private let observationCount: Int
    private let actionCount: Int
    private let cameraCount: Int
    private let slotCount: Int
    private let byteLimit: Int
    private static let slotsForMessages = 64

    private let headers: UnsafeMutablePointer<Header>
    private let values: UnsafeMutablePointer<Float>
    private let frames: UnsafeMutablePointer<CameraFrame?>
    /// What rows carry besides; nil where they carry nothing.
    private let packed: UnsafeMutablePointer<[UInt8]>?
    private let messages: UnsafeMutablePointer<SpoolMessage?>
    /// Per camera: the picture that the last tick of the take shows. The producer's.
    private let shown: UnsafeMutablePointer<Int64>

    private let written = Atomic<Int>(0)
    private let taken = Atomic<Int>(0)
    private let bytesHeld = Atomic<Int>(0)
    /// The same of pictures that no row shows.
    private let bytesLeaving = Atomic<Int>(0)
    private let available = Semaphore()

    /// `isPacked` says whether rows carry more than floats and pictures.
    init(
        observationCount: Int, actionCount: Int, cameraCount: Int, byteLimit: Int, slotCount: Int = 8192,
        isPacked: Bool = false
    ) {
        self.observationCount = observationCount
        self.actionCount = actionCount
        self.cameraCount = cameraCount
        self.byteLimit = byteLimit
        self.slotCount = slotCount
        headers = .allocate(capacity: slotCount)
        headers.initialize(repeating: Header(), count: slotCount)
        values = .allocate(capacity: slotCount * (observationCount + actionCount))
        values.initialize(repeating: 0, count: slotCount * (observationCount + actionCount))
        frames = .allocate(capacity: slotCount * cameraCount)
        frames.initialize(repeating: nil, count: slotCount * cameraCount)
        packed = isPacked ? .allocate(capacity: slotCount) : nil
        packed?.initialize(repeating: [], count: slotCount)
        messages = .allocate(capacity: slotCount)
        messages.initialize(repeating: nil, count: slotCount)
        shown = .allocate(capacity: cameraCount)
        shown.initialize(repeating: -1, count: cameraCount)
    }

    deinit {
        headers.deallocate()
        values.deallocate()
        frames.deinitialize(count: slotCount * cameraCount)
        frames.deallocate()
        packed?.deinitialize(count: slotCount)
        packed?.deallocate()
        messages.deinitialize(count: slotCount)
        messages.deallocate()
        shown.deallocate()
    }

    /// Bytes of pictures that wait.
    var byteCount: Int { bytesHeld.load(ordering: .relaxed) }

    /// Hands a tick over, and takes its pictures out of the array, so that the consumer is the last to let go of them.
    /// False when the ring is full; nothing has changed then.
    func push(
        _ row: TakeIntake.Row, observation: [Float], action: [Float], values: [UInt8] = [],
        pictures: inout [CameraFrame?]
    ) -> Bool {
        let next = written.load(ordering: .relaxed)
        let waiting = next - taken.load(ordering: .acquiring)
        // A picture that the row before it had too costs nothing.
        var bytes = values.count
        for camera in 0..<cameraCount {
            guard let picture = pictures[camera], picture.sequence != shown[camera] else { continue }
            bytes += picture.byteCount
        }
        guard waiting < slotCount - Self.slotsForMessages, byteCount + bytes <= byteLimit else { return false }
        let slot = next % slotCount
        headers[slot] = Header(row: row, bytes: bytes)
        packed?[slot] = values
        let values = self.values + slot * (observationCount + actionCount)
        for index in 0..<observationCount { values[index] = observation[index] }
        for index in 0..<actionCount { values[observationCount + index] = action[index] }
        for camera in 0..<cameraCount {
            if let picture = pictures[camera] { shown[camera] = picture.sequence }
            swap(&frames[slot * cameraCount + camera], &pictures[camera])
        }
        bytesHeld.add(bytes, ordering: .relaxed)
        publish(next + 1)
        return true
    }

    /// Hands a message over; it always fits, because the loop sends a handful a take and waits for nothing.
    func push(_ message: SpoolMessage) {
        if case .begin = message { for camera in 0..<cameraCount { shown[camera] = -1 } }
        let next = written.load(ordering: .relaxed)
        while next - taken.load(ordering: .acquiring) >= slotCount {
            (MonotonicTime.now + .milliseconds(1)).sleepUntil()
        }
        messages[next % slotCount] = message
        publish(next + 1)
    }

    /// Has the consumer let go of pictures that no row shows. Where there is no room, they go here and now.
    func letGo(of pictures: inout [CameraFrame?]) {
        let next = written.load(ordering: .relaxed)
        var bytes = 0
        for camera in pictures.indices { bytes += pictures[camera]?.byteCount ?? 0 }
        guard next - taken.load(ordering: .acquiring) < slotCount - Self.slotsForMessages,
            bytesLeaving.load(ordering: .relaxed) + bytes <= byteLimit / 2
        else {
            for camera in pictures.indices { pictures[camera] = nil }
            return
        }
        let slot = next % slotCount
        headers[slot].bytes = bytes
        for camera in 0..<cameraCount { swap(&frames[slot * cameraCount + camera], &pictures[camera]) }
        messages[slot] = .letGo
        bytesLeaving.add(bytes, ordering: .relaxed)
        publish(next + 1)
    }

    private func publish(_ count: Int) {
        written.store(count, ordering: .releasing)
        available.post()
    }

    /// Waits for the next entry and lets `body` work on it; the slot is free again when `body` returns.
    func pop(_ body: (Entry) -> Void) {
        available.wait()
        let next = taken.load(ordering: .relaxed)
        precondition(next < written.load(ordering: .acquiring), "one post an entry")
        let slot = next % slotCount
        if let message = messages[slot] {
            messages[slot] = nil
            body(.message(message))
            if case .letGo = message { bytesLeaving.subtract(headers[slot].bytes, ordering: .relaxed) }
        } else {
            let row = UnsafePointer(values + slot * (observationCount + actionCount))
            body(
                .tick(
                    Tick(
                        row: headers[slot].row,
                        observation: UnsafeBufferPointer(start: row, count: observationCount),
                        action: UnsafeBufferPointer(start: row + observationCount, count: actionCount),
                        values: packed?[slot] ?? [],
                        frames: UnsafeBufferPointer(start: frames + slot * cameraCount, count: cameraCount))))
            packed?[slot] = []
            bytesHeld.subtract(headers[slot].bytes, ordering: .relaxed)
        }
        for camera in 0..<cameraCount { frames[slot * cameraCount + camera] = nil }
        taken.store(next + 1, ordering: .releasing)
    }
}
