import RecordingTypes

extension TakeFigures {
    /// None yet, of a take of this session.
    init(of session: SessionDescription) {
        self.init(fps: session.fps)
        cameras = session.cameras.map { Camera(name: $0.name) }
        values = session.observation.names.map { Value(name: $0) }
    }

    /// Counts a row that was stored; `areRepeated` is by camera.
    mutating func note(isLate: Bool, areRepeated: [Bool], _ observation: some Sequence<Float>) {
        if isLate { lateRows += 1 }
        for (index, isRepeated) in areRepeated.enumerated() { cameras[index].note(isRepeated: isRepeated, row: rows) }
        for (index, value) in observation.enumerated() where values.indices.contains(index) {
            values[index].note(value)
        }
        rows += 1
    }
}
