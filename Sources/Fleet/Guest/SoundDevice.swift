/// The sound card a guest sees. The PC speaker is always there.
public enum SoundDevice: String, Sendable, Codable, CaseIterable {
    /// Sound Blaster 16: DOS and Windows 9x.
    case sb16
    /// Intel AC'97: Windows 2000 and XP.
    case ac97
    /// Intel HD Audio: Windows Vista and later, Linux.
    case hda
    /// No card.
    case none

    var arguments: [String] {
        switch self {
        case .sb16: ["-device", "sb16,audiodev=snd0"]
        case .ac97: ["-device", "AC97,audiodev=snd0"]
        case .hda: ["-device", "intel-hda", "-device", "hda-output,audiodev=snd0"]
        case .none: []
        }
    }
}
