import CLinux

/// Scheduling of one thread.
package enum ThreadPriority {
    /// Lets the calling thread wake when its time has come rather than a little later, as far as an ordinary user may ask
    /// for that; root's process gets more. It is no real-time thread: it cannot hold up the machine.
    package static func wakePromptly() { reel_wake_promptly() }
}
