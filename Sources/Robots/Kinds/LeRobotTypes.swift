/// The names of devices that LeRobot 0.6.1 has, and those that older ones had, so that a name which is right there says more
/// than "there is no such type" here.
package enum LeRobotTypes {
    package static let robots = [
        "so100_follower", "so101_follower", "bi_so_follower", "openarm_follower", "bi_openarm_follower",
        "rebot_b601_follower", "bi_rebot_b601_follower", "earthrover_mini_plus", "hope_jr_hand", "hope_jr_arm",
        "koch_follower", "omx_follower", "reachy2", "unitree_g1",
    ]
    package static let teleoperators = [
        "so100_leader", "so101_leader", "bi_so_leader", "openarm_leader", "bi_openarm_leader", "openarm_mini",
        "bi_openarm_mini", "rebot_102_leader", "bi_rebot_102_leader", "homunculus_glove", "homunculus_arm",
        "koch_leader", "omx_leader", "reachy2_teleoperator", "unitree_g1", "keyboard", "keyboard_ee",
        "keyboard_rover",
    ]

    /// What is called otherwise today, of kinds that Reel has not.
    package static let formerRobots = ["koch": "koch_follower", "koch_bimanual": "koch_follower"]
    package static let formerTeleoperators = ["koch": "koch_leader"]
}
