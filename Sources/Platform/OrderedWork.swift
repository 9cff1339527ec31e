import Glibc
import Synchronization

/// Does the same blocking work on many things, on one thread a core, and hands the results over in order. No more results
/// wait than a few for each thread, so a slow taker slows the work and memory stays as it is.
package enum OrderedWork {
    /// Results that may wait for each thread.
    private static let waiting = 4

    /// Cores of this machine.
    package static var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Calls `take` on the caller's thread with each input and what `work` made of it or threw, in the order of the inputs.
    ///
    /// When `take` throws, no more work is begun.
    /// - Parameters:
    ///   - inputs: What is to be done.
    ///   - threads: How many at once.
    ///   - name: Of the threads, at most 15 bytes.
    ///   - work: Called on those threads.
    ///   - take: Called once for each input.
    /// - Throws: What `take` throws.
    package static func run<Input: Sendable, Output: Sendable, Failure: Error>(
        _ inputs: [Input], threads: Int = coreCount, name: String,
        work: @escaping @Sendable (Input) throws -> Output,
        take: (Input, Result<Output, any Error>) throws(Failure) -> Void
    ) throws(Failure) {
        let count = min(threads, inputs.count)
        // For one thing no thread is worth its start.
        guard count > 1 else {
            for input in inputs { try take(input, Result { try work(input) }) }
            return
        }
        let lanes = (0..<count).map { _ in Lane<Output>(places: waiting) }
        for (number, lane) in lanes.enumerated() {
            lane.start(name) {
                for position in stride(from: number, to: inputs.count, by: count) {
                    guard lane.reserve() else { return }
                    lane.put(Result { try work(inputs[position]) })
                }
            }
        }
        defer { for lane in lanes { lane.end() } }
        for (position, input) in inputs.enumerated() {
            if let result = lanes[position % count].take() { try take(input, result) }
        }
    }

    /// What one thread has done, up to a number of results.
    private final class Lane<Output: Sendable>: Sendable {
        private let results = Mutex<(all: [Result<Output, any Error>], isOver: Bool)>(([], false))
        private let free = Semaphore()
        private let filled = Semaphore()
        private let thread = Mutex<OwnThread?>(nil)

        init(places: Int) { for _ in 0..<places { free.post() } }

        func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
            thread.withLock { $0 = OwnThread(name: name, body) }
        }

        /// Waits for a place; false when nobody takes any more.
        func reserve() -> Bool {
            free.wait()
            return results.withLock { !$0.isOver }
        }

        func put(_ result: Result<Output, any Error>) {
            results.withLock { $0.all.append(result) }
            filled.post()
        }

        func take() -> Result<Output, any Error>? {
            filled.wait()
            defer { free.post() }
            return results.withLock { $0.all.isEmpty ? nil : $0.all.removeFirst() }
        }

        func end() {
            results.withLock { $0.isOver = true }
            free.post()
            thread.withLock { $0.take()?.join() }
        }
    }
}
