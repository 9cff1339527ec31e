import CLinux
import Glibc
package import RecordingTypes
package import SystemPackage

/// Memory that one process writes and others read. Its size never changes.
package final class SharedMemory: @unchecked Sendable {  // What lies in it says how threads and processes share it.
    package let start: UnsafeMutableRawPointer
    package let byteCount: Int

    private init(_ start: UnsafeMutableRawPointer, _ byteCount: Int) {
        (self.start, self.byteCount) = (start, byteCount)
    }

    deinit { munmap(start, byteCount) }

    /// Makes some: zeros, which take no room until they are written to. Who gets the descriptor can map it for reading and
    /// in no other way (on Linux 5.1 and later the kernel sees to it).
    /// - Throws: `ReelError` when the system has none to give.
    package static func create(
        _ name: String, byteCount: Int
    ) throws(ReelError) -> (memory: SharedMemory, reading: FileDescriptor) {
        var bytes: UnsafeMutableRawPointer?
        var reading: Int32 = -1
        let result = reel_create_shared_memory(name, Int64(byteCount), &bytes, &reading)
        guard result == 0, let bytes else {
            throw ReelError(Errno(rawValue: result), "make memory to share", subject: name)
        }
        return (SharedMemory(bytes, byteCount), FileDescriptor(rawValue: reading))
    }

    /// Makes some that who gets the descriptor may change too: zeros, of a size that stays.
    /// - Throws: `ReelError` when the system has none to give.
    package static func createCommon(
        _ name: String, byteCount: Int
    ) throws(ReelError) -> (memory: SharedMemory, descriptor: FileDescriptor) {
        var bytes: UnsafeMutableRawPointer?
        var descriptor: Int32 = -1
        let result = reel_create_common_memory(name, Int64(byteCount), &bytes, &descriptor)
        guard result == 0, let bytes else {
            throw ReelError(Errno(rawValue: result), "make memory to share", subject: name)
        }
        return (SharedMemory(bytes, byteCount), FileDescriptor(rawValue: descriptor))
    }

    /// Another process's, to read. Writing to it ends this process.
    /// - Throws: `ReelError` when the descriptor is of no such memory.
    package init(reading descriptor: FileDescriptor) throws(ReelError) {
        let action = "look at shared memory"
        var facts = stat()
        guard fstat(descriptor.rawValue, &facts) == 0 else { throw ReelError(Errno(rawValue: errno), action) }
        guard facts.st_size > 0 else { throw ReelError(.damaged, action, cause: "there is none") }
        let bytes = mmap(nil, Int(facts.st_size), PROT_READ, MAP_SHARED, descriptor.rawValue, 0)
        guard let bytes, bytes != MAP_FAILED else { throw ReelError(Errno(rawValue: errno), action) }
        (start, byteCount) = (bytes, Int(facts.st_size))
    }
}
