/// What Foxglove's WebSocket protocol has of text and of schemas; its messages are in docs/display.md.
enum FoxgloveSchemas {
    /// LeRobot's, of scalars (JSON Schema).
    static let scalars =
        #"{"type": "object", "title": "lerobot.Scalars", "properties": {"scalars": {"type": "array", "items": "#
        + #"{"type": "object", "properties": {"label": {"type": "string"}, "value": {"type": "number"}}}}}}"#

    /// Descriptors (FileDescriptorSet, base64) of google.protobuf.Timestamp and the message, as Foxglove publishes them.
    static let compressedImage =
        timestamp
        + "CugBCh5mb3hnbG92ZS9Db21wcmVzc2VkSW1hZ2UucHJvdG8SCGZveGdsb3ZlGh9nb29nbGUvcHJvdG9idWYvdGltZXN0YW1wLnBy"
        + "b3RvIpIBCg9Db21wcmVzc2VkSW1hZ2USOAoJdGltZXN0YW1wGAEgASgLMhouZ29vZ2xlLnByb3RvYnVmLlRpbWVzdGFtcFIJdGlt"
        + "ZXN0YW1wEhkKCGZyYW1lX2lkGAQgASgJUgdmcmFtZUlkEhIKBGRhdGEYAiABKAxSBGRhdGESFgoGZm9ybWF0GAMgASgJUgZmb3Jt"
        + "YXRiBnByb3RvMw=="
    static let rawImage =
        timestamp
        + "CqACChdmb3hnbG92ZS9SYXdJbWFnZS5wcm90bxIIZm94Z2xvdmUaH2dvb2dsZS9wcm90b2J1Zi90aW1lc3RhbXAucHJvdG8i0QEK"
        + "CFJhd0ltYWdlEjgKCXRpbWVzdGFtcBgBIAEoCzIaLmdvb2dsZS5wcm90b2J1Zi5UaW1lc3RhbXBSCXRpbWVzdGFtcBIZCghmcmFt"
        + "ZV9pZBgHIAEoCVIHZnJhbWVJZBIUCgV3aWR0aBgCIAEoB1IFd2lkdGgSFgoGaGVpZ2h0GAMgASgHUgZoZWlnaHQSGgoIZW5jb2Rp"
        + "bmcYBCABKAlSCGVuY29kaW5nEhIKBHN0ZXAYBSABKAdSBHN0ZXASEgoEZGF0YRgGIAEoDFIEZGF0YWIGcHJvdG8z"

    private static let timestamp =
        "Cv8BCh9nb29nbGUvcHJvdG9idWYvdGltZXN0YW1wLnByb3RvEg9nb29nbGUucHJvdG9idWYiOwoJVGltZXN0YW1wEhgKB3NlY29u"
        + "ZHMYASABKANSB3NlY29uZHMSFAoFbmFub3MYAiABKAVSBW5hbm9zQoUBChNjb20uZ29vZ2xlLnByb3RvYnVmQg5UaW1lc3RhbXBQ"
        + "cm90b1ABWjJnb29nbGUuZ29sYW5nLm9yZy9wcm90b2J1Zi90eXBlcy9rbm93bi90aW1lc3RhbXBwYvgBAaICA0dQQqoCHkdvb2ds"
        + "ZS5Qcm90b2J1Zi5XZWxsS25vd25UeXBlc2IGcHJvdG8z"
}
