import CLinux
import Glibc

/// A thread of its own for work that blocks: cameras, files, buses, encoders, the control loop. It has a name that
/// `top -H` shows. Swift's cooperative pool has one thread a core and is never blocked here.
///
/// Who waits for it joins it; a thread that nobody waits for goes, with its stack, when its body has returned.
package struct OwnThread: ~Copyable, Sendable {
    private let thread: pthread_t

    /// Starts the thread.
    /// The kernel shows at most 15 bytes of the name.
    package init(name: String, _ body: @escaping @Sendable () -> Void) {
        let start = Unmanaged.passRetained(ThreadStart(name: name, body: body))
        var thread = pthread_t()
        let result = pthread_create(&thread, nil, runThread, start.toOpaque())
        precondition(result == 0, "the system gives no more threads: \(String(cString: strerror(result)))")
        self.thread = thread
    }

    /// Waits until the body has returned.
    package consuming func join() {
        pthread_join(thread, nil)
        discard self
    }

    deinit { pthread_detach(thread) }
}

private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

/// A file-scope function: a closure would inherit the isolation of the place it is written in, and trap here.
@c private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
    reel_name_thread(start.name)
    start.body()
    return nil
}
