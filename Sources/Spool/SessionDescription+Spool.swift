import RecordingTypes

extension SessionDescription {
    /// Why the spool cannot hold takes of this session, or nil.
    var spoolProblem: String? {
        for camera in cameras {
            if let problem = CameraDescription.problem(ofName: camera.name) {
                return "a camera cannot be called \"\(camera.name.printable)\": \(problem)"
            }
            guard Self.canBeFile(camera.file) else {
                return "the camera \(camera.name.printable) cannot have a file called \"\(camera.file.printable)\""
            }
        }
        if Set(cameras.map(\.name)).count < cameras.count { return "two cameras have the same name" }
        return Set(cameras.map(\.file)).count < cameras.count ? "two cameras have the same file" : nil
    }

    private static func canBeFile(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 200 && !name.hasPrefix(".")
            && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 < 32 }
    }

    /// Of what will lie beside each other where a camera's name has a say, in a take and among the dataset's videos.
    var fileNames: [String] {
        cameras.map(Take.framesName) + (storage == .video ? cameras.map(\.featureName) : [])
    }
}
