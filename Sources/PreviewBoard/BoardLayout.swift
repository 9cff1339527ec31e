import Platform
import RecordingTypes
import Synchronization

/// Where what lies on the board. Everything is counted in words of eight bytes; the first words say the rest.
///
/// Each thing that changes has a version beside it: odd while it is written, even when it is whole. Who reads looks at it
/// before and after, and takes nothing that changed meanwhile, so who writes waits for nobody.
struct BoardLayout {
    /// "ReelView", and what it is a version of.
    static let magic: UInt64 = 0x7765_6956_6c65_6552
    static let version: UInt64 = 1

    /// The first words.
    enum Word: Int, CaseIterable {
        case magic, version, cameras, observed, asked, descriptionBytes
        /// Not 0: nothing comes any more.
        case isClosed
        /// The version of the status, and how many bytes it has.
        case statusVersion, statusBytes
        /// Rows that were written.
        case rowsWritten
    }

    /// Of rows that can be looked back on: half a minute at 30 a second.
    static let rowCapacity = 1024
    static let statusCapacity = 64 << 10
    /// Words of a row before its values: version, row, take, time, wall time, flags.
    static let rowHead = 6
    /// Words of a picture before its bytes: version, sequence, time, width, height, format, and a count and a stride for
    /// each of three planes.
    static let pictureHead = 12

    let cameraCount: Int
    let observed: Int
    let asked: Int
    let descriptionBytes: Int
    /// Per camera: bytes that a picture may have.
    let pictureCapacities: [Int]

    /// In bytes from here on: where the parts begin.
    var capacities: Int { Word.allCases.count * 8 }
    var description: Int { capacities + cameraCount * 8 }
    var status: Int { description + Self.rounded(descriptionBytes) }
    var rows: Int { status + Self.statusCapacity }
    /// Of one row.
    var rowBytes: Int { (Self.rowHead + cameraCount) * 8 + Self.rounded((observed + asked) * 4) }

    /// Where a camera's pictures are: a word that counts them, and two places for them by turns.
    func pictures(of camera: Int) -> Int {
        pictureCapacities[..<camera].reduce(Self.rounded(rows + Self.rowCapacity * rowBytes)) { start, capacity in
            start + 8 + 2 * (Self.pictureHead * 8 + Self.rounded(capacity))
        }
    }

    var byteCount: Int { pictures(of: cameraCount) }

    private static func rounded(_ bytes: Int) -> Int { (bytes + 7) / 8 * 8 }

    init(cameraCount: Int, observed: Int, asked: Int, descriptionBytes: Int, pictureCapacities: [Int]) {
        self.cameraCount = cameraCount
        self.observed = observed
        self.asked = asked
        self.descriptionBytes = descriptionBytes
        self.pictureCapacities = pictureCapacities
    }

    /// The layout of a board that is there.
    /// - Throws: `ReelError` when it is none, or has fewer bytes than it says.
    init(of memory: SharedMemory) throws(ReelError) {
        func number(_ index: Int) -> Int {
            Int(truncatingIfNeeded: memory.word(at: index * 8).pointee.load(ordering: .acquiring))
        }
        let head = Word.allCases.count
        guard memory.byteCount >= head * 8, number(Word.magic.rawValue) == Int(Self.magic),
            number(Word.version.rawValue) == Int(Self.version)
        else { throw ReelError(.mismatch, "look at a session", cause: "it is not one of this Reel") }
        let cameras = number(Word.cameras.rawValue)
        guard (0...1024).contains(cameras), memory.byteCount >= (head + cameras) * 8 else {
            throw ReelError(.damaged, "look at a session", cause: "it cannot have \(cameras) cameras")
        }
        self.init(
            cameraCount: cameras, observed: number(Word.observed.rawValue), asked: number(Word.asked.rawValue),
            descriptionBytes: number(Word.descriptionBytes.rawValue),
            pictureCapacities: (0..<cameras).map { number(head + $0) })
        let isSane =
            (0...65536).contains(observed) && (0...65536).contains(asked)
            && (0...(1 << 24)).contains(descriptionBytes)
            && pictureCapacities.allSatisfy { (0...(1 << 30)).contains($0) }
        guard isSane, byteCount <= memory.byteCount else {
            throw ReelError(.damaged, "look at a session", cause: "it says more than it has")
        }
    }
}

extension SharedMemory {
    /// Eight bytes that are read and written as one.
    func word(at offset: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        (start + offset).assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    func word(_ word: BoardLayout.Word) -> UnsafeMutablePointer<Atomic<UInt64>> { self.word(at: word.rawValue * 8) }
}
