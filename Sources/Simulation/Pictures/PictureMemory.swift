import Synchronization

/// The memory of one planar 4:2:0 picture. It goes back to its pool when the last one lets go of it.
final class PictureMemory: @unchecked Sendable {  // Written by one thread before it is shared, never after.
    let bytes: UnsafeMutableRawBufferPointer
    private let pool: PicturePool

    fileprivate init(_ bytes: UnsafeMutableRawBufferPointer, pool: PicturePool) {
        self.bytes = bytes
        self.pool = pool
    }

    deinit { pool.takeBack(bytes) }
}

/// Keeps the memory of pictures that nobody holds any more, up to a limit; what comes back beyond it is freed.
final class PicturePool: Sendable {
    private struct Memory: @unchecked Sendable {  // Nobody else has it while it is in the pool.
        let bytes: UnsafeMutableRawBufferPointer
    }

    private let free = Mutex<[Memory]>([])
    private let size: Int
    private let limit: Int

    /// A pool for pictures of `size` bytes that keeps `limit` of them at most.
    init(size: Int, limit: Int = 8) {
        self.size = size
        self.limit = limit
    }

    deinit { for memory in free.withLock({ $0 }) { memory.bytes.deallocate() } }

    func take() -> PictureMemory {
        let memory = free.withLock { $0.popLast() }
        return PictureMemory(memory?.bytes ?? .allocate(byteCount: size, alignment: 64), pool: self)
    }

    fileprivate func takeBack(_ bytes: UnsafeMutableRawBufferPointer) {
        let memory = Memory(bytes: bytes)
        let isKept = free.withLock { free in
            guard free.count < limit else { return false }
            free.append(memory)
            return true
        }
        if !isKept { bytes.deallocate() }
    }
}
