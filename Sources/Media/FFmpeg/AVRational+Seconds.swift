import CFFmpeg

extension AVRational {
    /// A time that counts in this unit, in seconds. Of a picture that has no time (AV_NOPTS_VALUE) it is a number far from
    /// all others.
    func seconds(_ time: Int64) -> Double { Double(time) * Double(num) / Double(den) }
}
