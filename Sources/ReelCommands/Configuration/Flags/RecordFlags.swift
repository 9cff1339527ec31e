import Console

/// All flags of `reel record`, in the order of `--help`. docs/flags.md is written from this table, the defaults are
/// read from it, and a test holds it against the list taken from LeRobot 0.6.1 itself.
enum RecordFlags {
    static let all: [RecordFlag] =
        robot + teleoperator + dataset + rgbEncoder + session + own + configurationFiles + depthEncoder

    /// The flag of that name (without dashes), if there is one.
    static func named(_ name: String) -> RecordFlag? { FlagTable.record.named(name) }

    // MARK: - Session, Reel's own, files

    private static let session: [RecordFlag] =
        [
            RecordFlag(
                "resume", .boolean, .session, standard: "false", "Add episodes to the dataset that is at dataset.root."),
            RecordFlag("play_sounds", .boolean, .session, standard: "true", "Say aloud what happens."),
        ] + live

    /// Who may look: also of `reel teleoperate`.
    static let live: [RecordFlag] = [
        RecordFlag(
            "display_data", .boolean, .session, standard: "false",
            .differs("Beside the page, which is there in any case, and never in the control loop's way."),
            "Show cameras and joints in Rerun or Foxglove."),
        RecordFlag("display_mode", .text, .session, standard: "rerun", "rerun or foxglove."),
        RecordFlag(
            "display_ip", .text, .session, isOptional: true,
            .differs("Of Foxglove's server alone: a Rerun viewer elsewhere is refused."),
            "Address that Foxglove's server listens on; 127.0.0.1 without it."),
        RecordFlag(
            "display_port", .integer, .session, isOptional: true,
            .differs("Of Foxglove's server alone: a Rerun viewer elsewhere is refused."),
            "Port that Foxglove's server listens on; 8765 without it."),
        RecordFlag(
            "display_compressed_images", .boolean, .session, standard: "false",
            .differs("Rerun gets JPEGs in any case; a camera's own are sent as they came."),
            "Send JPEG pictures to the live view."),
        RecordFlag(
            "reel.display_origin", .text, .reel, isOptional: true, .own,
            "A web page that may read Foxglove's server too: https://viewer.example.org."),
        RecordFlag(
            "reel.page", .boolean, .reel, standard: "true", .own,
            "Serve a page with the cameras, the phase and buttons; its address is printed."),
        RecordFlag(
            "reel.page_port", .integer, .reel, isOptional: true, .own,
            "The page's port; without it 7335, or the next that is free."),
        RecordFlag(
            "reel.page_host", .text, .reel, standard: "127.0.0.1", .own,
            "The address that the page listens on; 0.0.0.0 is for a phone: then whoever is in the network and has the token "
                + "sees it, and can press its buttons."),
    ]

    private static let own: [RecordFlag] = [
        RecordFlag(
            "reel.ring_mb", .integer, .reel, standard: "512", .own,
            "Memory in MB between the control loop and the disk; a take ends cleanly when it is full."),
        RecordFlag(
            "reel.spool_pictures", .text, .reel, standard: "auto", .own,
            "How pictures that are no JPEGs wait for the encoder: compressed, raw (half the work, twice the disk), or "
                + "auto: raw where the disk is quick and has room."),
        RecordFlag(
            "reel.pictures", .text, .reel, standard: "in_step", .own,
            "Which picture of a camera a row shows: in_step (each once, where the camera has the loop's rate) or newest, "
                + "as LeRobot."),
        RecordFlag(
            "reel.pedal", .path, .reel, isOptional: true, .own,
            "A foot pedal: /dev/input/by-id/usb-PCsensor_FootSwitch-event-kbd. No other program hears its keys then."),
        RecordFlag(
            "reel.pedal_keys", .text, .reel, standard: PedalKeys.usual, .own,
            "What the pedal's keys do: next, again, stop, success, failure or undo."),
        RecordFlag(
            "reel.reconnect_s", .number, .reel, standard: "30", .own,
            "How long a camera or an arm that failed is waited for; 0 ends the session at once."),
        RecordFlag(
            "robot.reconnect_s", .number, .reel, isOptional: true, .own, "The same as reel.reconnect_s."),
        RecordFlag(
            "reel.align_s", .number, .reel, standard: "2", .own,
            "How long an arm that is far from its leader's pose takes to come there before a take; 0 jumps, as LeRobot does."
        ),
        RecordFlag(
            "reel.consolidate", .boolean, .reel, standard: "true", .own,
            "Join the episodes' small files when the session ends."),
        RecordFlag(
            "reel.report", .path, .reel, isOptional: true, .own,
            "Write the session's figures to this file, as JSON, when it is over."),
    ]

    private static let configurationFiles: [RecordFlag] =
        [
            RecordFlag(
                "config_path", .path, .files, isOptional: true,
                .differs("YAML and JSON, not TOML; keys that do not exist are refused with line and column."),
                "A YAML or JSON file with the same keys, nested; flags go before it.")
        ]
        + ["robot", "dataset", "teleop", "rgb_encoder", "depth_encoder", "left_arm_config", "right_arm_config"].map {
            RecordFlag(
                $0, .path, .files, isOptional: true, .refused("one file for everything: give it with --config_path"),
                "A file for this part alone.")
        }
}
