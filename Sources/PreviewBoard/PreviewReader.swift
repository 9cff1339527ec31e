import Platform
package import RecordingTypes
import Synchronization
package import SystemPackage

/// Another process's `PreviewBoard`, to look at. One thread at a time.
package final class PreviewReader {
    private let memory: SharedMemory
    private let layout: BoardLayout
    private var statusVersion: UInt64 = 0
    private var rowsRead: UInt64 = 0
    private var pictureCounts: [UInt64]
    /// Rows that were overwritten before they were read.
    package private(set) var lostRows = 0

    /// - Throws: `ReelError` when there is no board of this version.
    package init(_ descriptor: FileDescriptor) throws(ReelError) {
        memory = try SharedMemory(reading: descriptor)
        layout = try BoardLayout(of: memory)
        pictureCounts = Array(repeating: 0, count: layout.cameraCount)
        // What was before is history.
        rowsRead = memory.word(.rowsWritten).pointee.load(ordering: .acquiring)
    }

    /// What is looked at.
    package var description: [UInt8] { copy(layout.description, layout.descriptionBytes) }

    package var observed: Int { layout.observed }
    package var asked: Int { layout.asked }
    package var cameraCount: Int { layout.cameraCount }

    /// Nothing comes any more.
    package var isClosed: Bool { memory.word(.isClosed).pointee.load(ordering: .acquiring) != 0 }

    /// The status, when it is another one than the last time.
    package func status() -> [UInt8]? {
        for _ in 0..<3 {
            let version = memory.word(.statusVersion).pointee.load(ordering: .acquiring)
            guard version != statusVersion else { return nil }
            guard version.isMultiple(of: 2) else { continue }
            let count = Int(truncatingIfNeeded: memory.word(.statusBytes).pointee.load(ordering: .relaxed))
            let bytes = copy(layout.status, min(max(0, count), BoardLayout.statusCapacity))
            guard isStill(version, at: BoardLayout.Word.statusVersion.rawValue * 8) else { continue }
            statusVersion = version
            return bytes
        }
        return nil
    }

    /// A row with its values.
    package struct Row: Sendable, Equatable {
        package var head: PreviewBoard.Row
        package var observation: [Float]
        package var action: [Float]
        /// Per camera: the picture that it shows.
        package var sequences: [Int64]

        package init(head: PreviewBoard.Row, observation: [Float], action: [Float], sequences: [Int64]) {
            (self.head, self.observation, self.action, self.sequences) = (head, observation, action, sequences)
        }
    }

    /// The rows since the last time, the oldest first. Of more than there is room for, the newest half.
    package func rows() -> [Row] {
        let written = memory.word(.rowsWritten).pointee.load(ordering: .acquiring)
        guard written > rowsRead else { return [] }
        let capacity = UInt64(BoardLayout.rowCapacity)
        if written - rowsRead > capacity {
            lostRows += Int(written - capacity / 2 - rowsRead)
            rowsRead = written - capacity / 2
        }
        var rows: [Row] = []
        while rowsRead < written {
            if let row = row(rowsRead) { rows.append(row) } else { lostRows += 1 }
            rowsRead += 1
        }
        return rows
    }

    private func row(_ number: UInt64) -> Row? {
        let place = layout.rows + Int(number % UInt64(BoardLayout.rowCapacity)) * layout.rowBytes
        let version = memory.word(at: place).pointee.load(ordering: .acquiring)
        guard version == 2 * number + 2 else { return nil }
        let words = (memory.start + place).assumingMemoryBound(to: Int64.self)
        let values = (memory.start + place + (BoardLayout.rowHead + layout.cameraCount) * 8)
            .assumingMemoryBound(to: Float.self)
        let row = Row(
            head: PreviewBoard.Row(
                index: Int(words[1]), take: Int(words[2]), time: MonotonicTime(nanoseconds: words[3]), wall: words[4],
                isLate: words[5] != 0),
            observation: (0..<layout.observed).map { values[$0] },
            action: (0..<layout.asked).map { values[layout.observed + $0] },
            sequences: (0..<layout.cameraCount).map { words[BoardLayout.rowHead + $0] })
        return isStill(version, at: place) ? row : nil
    }

    /// Whether a camera shows another picture than the last time.
    package func hasPicture(of camera: Int) -> Bool {
        memory.word(at: layout.pictures(of: camera)).pointee.load(ordering: .acquiring) != pictureCounts[camera]
    }

    /// A camera's newest picture, when it is another one than the last time.
    package func picture(of camera: Int) -> CameraFrame? {
        let start = layout.pictures(of: camera)
        for _ in 0..<3 {
            let count = memory.word(at: start).pointee.load(ordering: .acquiring)
            guard count != pictureCounts[camera], count > 0 else { return nil }
            let place = start + 8 + Int((count - 1) % 2) * ((layout.pictures(of: camera + 1) - start - 8) / 2)
            let version = memory.word(at: place).pointee.load(ordering: .acquiring)
            guard version == 2 * count, let frame = frame(at: place, capacity: layout.pictureCapacities[camera]),
                isStill(version, at: place)
            else { continue }
            pictureCounts[camera] = count
            return frame
        }
        return nil
    }

    private func frame(at place: Int, capacity: Int) -> CameraFrame? {
        let words = (memory.start + place).assumingMemoryBound(to: Int64.self)
        let planes = (0..<3).map { (count: Int(words[6 + 2 * $0]), stride: Int(words[7 + 2 * $0])) }
            .filter { $0.count > 0 }
        let total = planes.reduce(0) { $0 &+ $1.count }
        guard planes.allSatisfy({ $0.count <= capacity }), (1...capacity).contains(total),
            PixelFormat.allCases.indices.contains(Int(words[5]))
        else { return nil }
        let owner = PictureBytes(count: total)
        owner.bytes.copyMemory(
            from: UnsafeRawBufferPointer(start: memory.start + place + BoardLayout.pictureHead * 8, count: total))
        var end = 0
        return CameraFrame(
            sequence: words[1], capturedAt: MonotonicTime(nanoseconds: words[2]), width: Int(words[3]),
            height: Int(words[4]), pixelFormat: PixelFormat.allCases[Int(words[5])],
            planes: planes.map { plane in
                defer { end += plane.count }
                return CameraFrame.Plane(
                    bytes: UnsafeRawBufferPointer(
                        rebasing: UnsafeRawBufferPointer(owner.bytes)[end..<end + plane.count]),
                    stride: plane.stride)
            }, owner: owner)
    }

    private final class PictureBytes: @unchecked Sendable {  // Written before it is handed on.
        let bytes: UnsafeMutableRawBufferPointer

        init(count: Int) { bytes = .allocate(byteCount: count, alignment: 16) }

        deinit { bytes.deallocate() }
    }

    private func isStill(_ version: UInt64, at place: Int) -> Bool {
        atomicMemoryFence(ordering: .acquiring)
        return memory.word(at: place).pointee.load(ordering: .relaxed) == version
    }

    private func copy(_ place: Int, _ count: Int) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: memory.start + place, count: count))
    }
}
