/// A source of pictures with a thread of its own; nobody waits for it.
///
/// `open` and `close` are called from one thread; a camera that was closed can be opened again. The rest may be called
/// from any thread at any time.
package protocol Camera: AnyObject, Sendable {
    /// The name in the dataset: `front` for `observation.images.front`.
    var name: String { get }

    /// Opens the device, starts its thread and waits for the first picture (and the camera's warm-up).
    /// - Throws: `ReelError` that names the camera, the cause, and what there is instead.
    func open() throws -> CameraFormat

    /// The newest picture, or nil before the first. Takes no lock that is held for long, never waits for the device.
    func newest() -> CameraFrame?

    /// The picture of the row at `tick`: captured before it, and where the camera has nothing to step to, the one of the
    /// tick before. Nil before the first.
    ///
    /// Called once a tick, from the control loop alone, with ticks that only grow: takes no lock that is held for long,
    /// allocates nothing, and lets go of no picture.
    func picture(at tick: MonotonicTime) -> CameraFrame?

    /// Why no further picture will come, once that is so: unplugged, changed its size, broken pictures.
    var failure: ReelError? { get }

    /// Pictures that did not come whole and were left out, since it was made; rows that were due show the one before.
    var damagedCount: Int { get }

    /// Stops the thread and gives the device back. Safe to call twice.
    func close()
}

extension Camera {
    package var damagedCount: Int { 0 }
}
