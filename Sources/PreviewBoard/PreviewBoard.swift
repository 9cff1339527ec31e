import Platform
package import RecordingTypes
import Synchronization
package import SystemPackage

/// What a session shows of itself: memory that a recorder writes, whoever looks at it or not, and that other processes
/// read. Nobody waits for anybody, and a reader can break nothing.
///
/// Rows are one thread's to write, the control loop's: it costs it some copying, and no call of the system. Pictures and
/// the status are another one's.
package final class PreviewBoard: @unchecked Sendable {  // Rows are one thread's, all else another one's.
    private let memory: SharedMemory
    private let layout: BoardLayout
    private var rowCount: UInt64 = 0
    private var statusCount: UInt64 = 0
    /// Pictures so far, per camera.
    private var pictureCounts: [UInt64]
    /// Pictures that had no room, per camera.
    package private(set) var tooLarge: [Int]
    /// For whoever reads: it becomes the child's.
    package let descriptor: FileDescriptor

    /// One row, beside its values.
    package struct Row: Sendable, Equatable {
        /// Of the take; in other phases -1.
        package var index: Int
        package var take: Int
        /// When its observation was read.
        package var time: MonotonicTime
        /// Nanoseconds since 1970.
        package var wall: Int64
        /// It came too late, and repeats the one before.
        package var isLate: Bool

        package init(index: Int, take: Int, time: MonotonicTime, wall: Int64, isLate: Bool = false) {
            (self.index, self.take, self.time, self.wall, self.isLate) = (index, take, time, wall, isLate)
        }
    }

    /// Makes one.
    /// - Parameters:
    ///   - description: what is looked at, once and for all, for who reads.
    ///   - observed: values of a row that are observed.
    ///   - asked: values of a row that the robot is told.
    ///   - pictureCapacities: per camera, bytes that a picture may have; a larger one is left out and counted.
    /// - Throws: `ReelError` when the system has no memory to share.
    package init(
        description: [UInt8], observed: Int, asked: Int, pictureCapacities: [Int]
    ) throws(ReelError) {
        layout = BoardLayout(
            cameraCount: pictureCapacities.count, observed: observed, asked: asked,
            descriptionBytes: description.count, pictureCapacities: pictureCapacities)
        pictureCounts = Array(repeating: 0, count: pictureCapacities.count)
        tooLarge = Array(repeating: 0, count: pictureCapacities.count)
        (memory, descriptor) = try SharedMemory.create("reel-preview", byteCount: layout.byteCount)
        let head: [(BoardLayout.Word, Int)] = [
            (.version, Int(BoardLayout.version)), (.cameras, pictureCapacities.count), (.observed, observed),
            (.asked, asked), (.descriptionBytes, description.count),
        ]
        for (word, number) in head { memory.word(word).pointee.store(UInt64(number), ordering: .relaxed) }
        for (camera, capacity) in pictureCapacities.enumerated() {
            memory.word(at: layout.capacities + camera * 8).pointee.store(UInt64(capacity), ordering: .relaxed)
        }
        (memory.start + layout.description).copyMemory(description)
        // The control loop shall never be the first to touch its rows: that would cost it the memory's making.
        (memory.start + layout.rows).initializeMemory(
            as: UInt8.self, repeating: 0, count: BoardLayout.rowCapacity * layout.rowBytes)
        memory.word(.magic).pointee.store(BoardLayout.magic, ordering: .releasing)
    }

    deinit { do { try descriptor.close() } catch { return } }

    /// Nothing comes any more.
    package func close() { memory.word(.isClosed).pointee.store(1, ordering: .releasing) }

    /// Adds a row. Allocates nothing, and calls nothing of the system's.
    /// - Parameters:
    ///   - row: which one it is.
    ///   - observation: what the robot observed.
    ///   - action: what it is told.
    ///   - sequences: per camera, the picture that the row shows.
    package func add(_ row: Row, observation: [Float], action: [Float], sequences: [Int64]) {
        let place = layout.rows + Int(rowCount % UInt64(BoardLayout.rowCapacity)) * layout.rowBytes
        let words = (memory.start + place).assumingMemoryBound(to: Int64.self)
        begin(place, version: 2 * rowCount + 1)
        words[1] = Int64(row.index)
        words[2] = Int64(row.take)
        words[3] = row.time.nanoseconds
        words[4] = row.wall
        words[5] = row.isLate ? 1 : 0
        for camera in 0..<layout.cameraCount { words[BoardLayout.rowHead + camera] = sequences[camera] }
        let values = (memory.start + place + (BoardLayout.rowHead + layout.cameraCount) * 8)
            .assumingMemoryBound(to: Float.self)
        for index in 0..<layout.observed { values[index] = observation[index] }
        for index in 0..<layout.asked { values[layout.observed + index] = action[index] }
        end(place, version: 2 * rowCount + 2)
        rowCount += 1
        memory.word(.rowsWritten).pointee.store(rowCount, ordering: .releasing)
    }

    /// Shows a picture instead of the last but one of its camera.
    package func show(_ frame: CameraFrame, of camera: Int) {
        let capacity = layout.pictureCapacities[camera]
        guard frame.byteCount <= capacity, frame.planes.count <= 3 else { return tooLarge[camera] += 1 }
        let start = layout.pictures(of: camera)
        let count = pictureCounts[camera]
        let place = start + 8 + Int(count % 2) * ((layout.pictures(of: camera + 1) - start - 8) / 2)
        let words = (memory.start + place).assumingMemoryBound(to: Int64.self)
        begin(place, version: 2 * count + 1)
        words[1] = frame.sequence
        words[2] = frame.capturedAt.nanoseconds
        words[3] = Int64(frame.width)
        words[4] = Int64(frame.height)
        words[5] = Int64(PixelFormat.allCases.firstIndex(of: frame.pixelFormat) ?? 0)
        var end = memory.start + place + BoardLayout.pictureHead * 8
        for index in 0..<3 {
            let plane = index < frame.planes.count ? frame.planes[index] : nil
            words[6 + 2 * index] = Int64(plane?.bytes.count ?? 0)
            words[7 + 2 * index] = Int64(plane?.stride ?? 0)
            guard let plane, let bytes = plane.bytes.baseAddress else { continue }
            end.copyMemory(from: bytes, byteCount: plane.bytes.count)
            end += plane.bytes.count
        }
        self.end(place, version: 2 * count + 2)
        pictureCounts[camera] = count + 1
        memory.word(at: start).pointee.store(count + 1, ordering: .releasing)
    }

    /// Replaces the status. One that is too long is left out.
    package func tell(_ status: [UInt8]) {
        guard status.count <= BoardLayout.statusCapacity else { return }
        let version = 2 * statusCount
        statusCount += 1
        begin(BoardLayout.Word.statusVersion.rawValue * 8, version: version + 1)
        (memory.start + layout.status).copyMemory(status)
        memory.word(.statusBytes).pointee.store(UInt64(status.count), ordering: .relaxed)
        end(BoardLayout.Word.statusVersion.rawValue * 8, version: version + 2)
    }

    /// What follows is being written.
    private func begin(_ place: Int, version: UInt64) {
        memory.word(at: place).pointee.store(version, ordering: .relaxed)
        atomicMemoryFence(ordering: .releasing)
    }

    /// It is whole.
    private func end(_ place: Int, version: UInt64) {
        memory.word(at: place).pointee.store(version, ordering: .releasing)
    }
}

extension UnsafeMutableRawPointer {
    fileprivate func copyMemory(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { if let start = $0.baseAddress { copyMemory(from: start, byteCount: $0.count) } }
    }
}
