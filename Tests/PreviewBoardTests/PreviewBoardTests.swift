import Platform
import RecordingTypes
import SystemPackage
import Synchronization
import TestSupport
import Testing

@testable import PreviewBoard

/// What one process puts on the board, another one reads as it was put there, or not at all.
@Suite struct PreviewBoardTests {
    private func board(pictures: [Int] = [64]) throws -> PreviewBoard {
        try PreviewBoard(description: Array("what it is".utf8), observed: 2, asked: 1, pictureCapacities: pictures)
    }

    private func write(_ board: PreviewBoard, _ index: Int, isLate: Bool = false) {
        board.add(
            PreviewBoard.Row(
                index: index, take: 7, time: MonotonicTime(nanoseconds: Int64(index)), wall: 5, isLate: isLate),
            observation: [Float(index), Float(index)], action: [Float(index)], sequences: [Int64(index)])
    }

    static func frame(_ sequence: Int, count: Int = 4, value: UInt8) -> CameraFrame {
        let bytes = Bytes(count, value)
        return CameraFrame(
            sequence: Int64(sequence), capturedAt: MonotonicTime(nanoseconds: 9), width: 2, height: 2,
            pixelFormat: .nv12,
            planes: [
                CameraFrame.Plane(bytes: UnsafeRawBufferPointer(bytes.all), stride: 2),
                CameraFrame.Plane(bytes: UnsafeRawBufferPointer(rebasing: bytes.all[..<2]), stride: 1),
            ], owner: bytes)
    }

    private final class Bytes: @unchecked Sendable {  // Written once, in init.
        let all: UnsafeMutableRawBufferPointer

        init(_ count: Int, _ value: UInt8) {
            all = .allocate(byteCount: count, alignment: 8)
            all.initializeMemory(as: UInt8.self, repeating: value)
        }

        deinit { all.deallocate() }
    }

    @Test func `rows, pictures and the status come as they were put there, once`() throws {
        let board = try board()
        let reader = try PreviewReader(board.descriptor)
        #expect(String(decoding: reader.description, as: UTF8.self) == "what it is")
        #expect(reader.rows().isEmpty && reader.status() == nil && reader.picture(of: 0) == nil && !reader.isClosed)
        write(board, 3)
        write(board, 4, isLate: true)
        board.tell(Array("status".utf8))
        board.show(Self.frame(11, value: 5), of: 0)
        board.show(Self.frame(12, value: 6), of: 0)
        let rows = reader.rows()
        #expect(rows.map(\.head.index) == [3, 4] && rows.map(\.head.isLate) == [false, true])
        #expect(rows[0].head.take == 7 && rows[0].head.time.nanoseconds == 3 && rows[0].head.wall == 5)
        #expect(rows[1].observation == [4, 4] && rows[1].action == [4] && rows[1].sequences == [4])
        #expect(reader.status() == Array("status".utf8))
        let picture = try #require(reader.picture(of: 0))
        #expect(picture.sequence == 12 && picture.pixelFormat == .nv12 && picture.capturedAt.nanoseconds == 9)
        #expect(
            picture.planes.map { Array($0.bytes) } == [[6, 6, 6, 6], [6, 6]] && picture.planes.map(\.stride) == [2, 1])
        #expect(reader.rows().isEmpty && reader.status() == nil && reader.picture(of: 0) == nil)
        board.close()
        #expect(reader.isClosed)
    }

    @Test func `a picture that is larger than its place is left out and counted, and the one before stays`() throws {
        let board = try board(pictures: [8])
        let reader = try PreviewReader(board.descriptor)
        board.show(Self.frame(1, value: 1), of: 0)
        board.show(Self.frame(2, count: 9, value: 2), of: 0)
        #expect(board.tooLarge == [1])
        #expect(reader.picture(of: 0)?.sequence == 1)
    }

    @Test func `who comes late gets the newest rows, and is told how many he missed`() throws {
        let board = try board()
        let reader = try PreviewReader(board.descriptor)
        for index in 0..<3000 { write(board, index) }
        let rows = reader.rows()
        #expect(rows.map(\.head.index) == Array((3000 - BoardLayout.rowCapacity / 2)..<3000))
        #expect(reader.lostRows == 3000 - rows.count)
        // What was before anybody looked is no loss.
        let newcomer = try PreviewReader(board.descriptor)
        #expect(newcomer.rows().isEmpty && newcomer.lostRows == 0)
    }

    /// Through a mapping of its own, as another process has it.
    @Test func `while it is written, nothing that is read is a mixture of two`() throws {
        let board = try board(pictures: [2000])
        let reader = try PreviewReader(board.descriptor)
        let isOver = Atomic(false)
        let writer = OwnThread(name: "writer") {
            for index in 0..<60_000 {
                board.add(
                    PreviewBoard.Row(
                        index: index, take: index, time: MonotonicTime(nanoseconds: Int64(index)), wall: 0),
                    observation: [Float(index), Float(index)], action: [Float(index)], sequences: [Int64(index)])
                if index.isMultiple(of: 8) {
                    board.show(Self.frame(index, count: 1500, value: UInt8(truncatingIfNeeded: index / 8)), of: 0)
                    board.tell(Array(repeating: UInt8(ascii: "0") + UInt8(index / 8 % 10), count: 900))
                }
            }
            isOver.store(true, ordering: .releasing)
        }
        var (rows, pictures, statuses, last) = (0, 0, 0, -1)
        while !isOver.load(ordering: .acquiring) {
            for row in reader.rows() {
                let number = Float(row.head.index)
                let isWhole =
                    row.head.index > last && row.head.take == row.head.index && row.observation == [number, number]
                    && row.action == [number] && row.sequences == [Int64(row.head.index)]
                if !isWhole { Issue.record("row \(row) after \(last)") }
                last = row.head.index
                rows += 1
            }
            if let picture = reader.picture(of: 0) {
                let value = UInt8(truncatingIfNeeded: picture.sequence / 8)
                let isWhole = picture.planes.allSatisfy { $0.bytes.allSatisfy { $0 == value } }
                if !isWhole { Issue.record("picture \(picture.sequence) is a mixture") }
                pictures += 1
            }
            if let status = reader.status() {
                if Set(status).count != 1 { Issue.record("the status is a mixture") }
                statuses += 1
            }
        }
        writer.join()
        #expect(rows > 0 && pictures > 0 && statuses > 0)
    }

    @Test func `whoever reads cannot change anything`() throws {
        let board = try board()
        let path = "/proc/self/fd/\(board.descriptor.rawValue)"
        let again = try FileDescriptor.open(path, .readWrite)
        #expect(throws: Errno.self) { try again.writeAll([1]) }
        try again.close()
        #expect(throws: Errno.self) { try board.descriptor.writeAll([1]) }
        #expect(throws: Errno.self) { try board.descriptor.resize(to: 4) }
    }

    @Test func `what is no board is none, whatever it says`() throws {
        let directory = try TemporaryDirectory()
        var random = SeededRandom(seed: 5)
        let good = try board()
        let bytes = try File.read(FilePath("/proc/self/fd/\(good.descriptor.rawValue)"))
        for trial in 0..<200 {
            var bad = Array(bytes.prefix(trial.isMultiple(of: 3) ? Int.random(in: 1..<200, using: &random) : 4096))
            for _ in 0..<4 where !bad.isEmpty {
                let word = Int.random(in: 0..<min(bad.count, 120), using: &random)
                bad[word] = UInt8.random(in: 0...255, using: &random)
            }
            let path = directory.file("board\(trial)")
            try File.create(path).append(bad)
            let file = try File.open(path)
            // Either it says that it is none, or its parts lie inside of it.
            do {
                let reader = try PreviewReader(file.descriptor)
                _ = (reader.description, reader.status(), reader.rows())
            } catch {
                continue
            }
        }
        let empty = try File.create(directory.file("empty"))
        #expect(throws: ReelError.self) { try PreviewReader(empty.descriptor) }
    }
}
