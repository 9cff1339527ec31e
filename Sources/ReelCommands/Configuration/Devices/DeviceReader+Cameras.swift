import RecordingTypes

extension DeviceReader {
    /// The cameras of one flag; `prefix` is "left_" or "right_" for those of one of two arms.
    func cameras(_ name: String, prefix: String) throws -> [CameraConfiguration] {
        let value = values[name]
        return try value.entries().map {
            try CameraReader(flag: value, name: $0.key, setting: $0.value).camera(prefix: prefix)
        }
    }

    func checkTogether(_ cameras: [CameraConfiguration]) throws {
        var devices: [String: String] = [:]
        var names: Set<String> = []
        for camera in cameras {
            if !names.insert(camera.name).inserted {
                throw ReelError(
                    .usage, "use the cameras", subject: camera.name, cause: "two cameras would have this name")
            }
            guard let device = camera.device else { continue }
            if let other = devices.updateValue(camera.name, forKey: device) {
                throw ReelError(
                    .usage, "use the camera \(camera.name)", subject: device,
                    cause: "the camera \(other) has it already")
            }
        }
    }
}
