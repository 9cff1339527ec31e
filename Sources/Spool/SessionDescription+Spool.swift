import RecordingTypes

extension SessionDescription {
    /// Why the spool cannot hold takes of this session, or nil: cameras name files in a take's directory.
    var spoolProblem: String? {
        for camera in cameras {
            let name = camera.name
            guard !name.isEmpty, name.utf8.count <= 200, !name.hasPrefix("."),
                !name.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 < 32 })
            else { return "a camera cannot be called \"\(name)\": its name becomes a file's" }
        }
        guard Set(cameras.map(\.name)).count == cameras.count else { return "two cameras have the same name" }
        return nil
    }
}
