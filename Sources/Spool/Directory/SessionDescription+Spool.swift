import RecordingTypes

extension SessionDescription {
    private static let rates = 1...100_000
    /// Pixels; frame files are read with no more.
    private static let sides = 1...16_384

    /// Why the spool cannot hold takes of this session, or nil.
    var spoolProblem: String? {
        guard Self.rates.contains(fps) else { return "no take has \(fps) rows a second" }
        for camera in cameras {
            if let problem = CameraDescription.problem(ofName: camera.name) {
                return "a camera cannot be called \"\(camera.name.printable)\": \(problem)"
            }
            guard Self.canBeFile(camera.file) else {
                return "the camera \(camera.name.printable) cannot have a file called \"\(camera.file.printable)\""
            }
            guard Self.sides.contains(camera.format.width), Self.sides.contains(camera.format.height) else {
                return "the camera \(camera.name.printable) cannot give pictures of "
                    + "\(camera.format.width)×\(camera.format.height)"
            }
        }
        guard PackedValues(values).leastBytes != nil else {
            return "the values of a row have more than \(PackedValues.mostBytes >> 20) MiB, or a shape that is none"
        }
        let blocks = observation.blocks + action.blocks + values.blocks
        let features = blocks.map(\.feature) + cameras.compactMap(\.feature)
        if let feature = features.first(where: { $0.isEmpty || $0.utf8.contains(UInt8(ascii: "/")) }) {
            return "no feature of a dataset can be called \"\(feature.printable)\""
        }
        if Set(features).count < features.count { return "two blocks of values are the same feature" }
        if let block = (observation.blocks + action.blocks).first(where: { $0.dtype != .float32 || $0.shape.count != 1 }
        ) {
            return "the observed and told values of a row are vectors of float32, \(block.feature.printable) is "
                + "\(block.dtype.rawValue) \(block.shape)"
        }
        if Set(cameras.map(\.name)).count < cameras.count { return "two cameras have the same name" }
        return Set(cameras.map(\.file)).count < cameras.count ? "two cameras have the same file" : nil
    }

    /// Why nothing can be recorded in this session, or nil.
    var recordingProblem: String? {
        for camera in cameras {
            if let problem = camera.kind.problem { return "the camera \(camera.name.printable): \(problem)" }
        }
        return spoolProblem
    }

    private static func canBeFile(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 200 && !name.hasPrefix(".")
            && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 < 32 }
    }

    /// Of what will lie beside each other where a camera's name has a say, in a take and among the dataset's videos.
    var fileNames: [String] {
        cameras.map(Take.framesName) + cameras.filter { $0.target.storage == .video }.map(\.featureName)
    }
}
