/// A key as QEMU names it (`QKeyCode` of its protocol).
public struct QKeyCode: Sendable, Hashable, CustomStringConvertible {
    /// QEMU's name, "ret".
    public let rawValue: String

    /// The key at a place on the keyboard, by its W3C `KeyboardEvent.code`; nil for a key QEMU has no name for.
    public init?(code: String) {
        guard let name = Self.names[code] else { return nil }
        rawValue = name
    }

    /// QEMU's name.
    public var description: String { rawValue }

    /// Every `KeyboardEvent.code` that has a key, sorted.
    public static let codes: [String] = names.keys.sorted()

    /// Places on the keyboard and QEMU's names for them. `ContextMenu` is QEMU's "compose" (its "menu" is another
    /// key), `IntlBackslash` its "less". F13 to F24 exist from QEMU 8.0 on; an older one refuses them.
    private static let names: [String: String] = [
        "KeyA": "a", "KeyB": "b", "KeyC": "c", "KeyD": "d", "KeyE": "e", "KeyF": "f", "KeyG": "g", "KeyH": "h",
        "KeyI": "i", "KeyJ": "j", "KeyK": "k", "KeyL": "l", "KeyM": "m", "KeyN": "n", "KeyO": "o", "KeyP": "p",
        "KeyQ": "q", "KeyR": "r", "KeyS": "s", "KeyT": "t", "KeyU": "u", "KeyV": "v", "KeyW": "w", "KeyX": "x",
        "KeyY": "y", "KeyZ": "z", "Digit0": "0", "Digit1": "1", "Digit2": "2", "Digit3": "3", "Digit4": "4",
        "Digit5": "5", "Digit6": "6", "Digit7": "7", "Digit8": "8", "Digit9": "9", "F1": "f1", "F2": "f2",
        "F3": "f3", "F4": "f4", "F5": "f5", "F6": "f6", "F7": "f7", "F8": "f8", "F9": "f9", "F10": "f10",
        "F11": "f11", "F12": "f12", "F13": "f13", "F14": "f14", "F15": "f15", "F16": "f16", "F17": "f17",
        "F18": "f18", "F19": "f19", "F20": "f20", "F21": "f21", "F22": "f22", "F23": "f23", "F24": "f24",
        "Escape": "esc", "Backquote": "grave_accent", "Minus": "minus", "Equal": "equal", "Backspace": "backspace",
        "Tab": "tab", "BracketLeft": "bracket_left", "BracketRight": "bracket_right", "Backslash": "backslash",
        "Enter": "ret", "CapsLock": "caps_lock", "Semicolon": "semicolon", "Quote": "apostrophe",
        "ShiftLeft": "shift", "ShiftRight": "shift_r", "IntlBackslash": "less", "Comma": "comma", "Period": "dot",
        "Slash": "slash", "ControlLeft": "ctrl", "ControlRight": "ctrl_r", "AltLeft": "alt", "AltRight": "alt_r",
        "MetaLeft": "meta_l", "MetaRight": "meta_r", "OSLeft": "meta_l", "OSRight": "meta_r", "Space": "spc",
        "ContextMenu": "compose", "PrintScreen": "print", "ScrollLock": "scroll_lock", "Pause": "pause",
        "Insert": "insert", "Delete": "delete", "Home": "home", "End": "end", "PageUp": "pgup", "PageDown": "pgdn",
        "ArrowUp": "up", "ArrowDown": "down", "ArrowLeft": "left", "ArrowRight": "right", "NumLock": "num_lock",
        "NumpadDivide": "kp_divide", "NumpadMultiply": "kp_multiply", "NumpadSubtract": "kp_subtract",
        "NumpadAdd": "kp_add", "NumpadEnter": "kp_enter", "NumpadDecimal": "kp_decimal", "NumpadComma": "kp_comma",
        "NumpadEqual": "kp_equals", "Numpad0": "kp_0", "Numpad1": "kp_1", "Numpad2": "kp_2", "Numpad3": "kp_3",
        "Numpad4": "kp_4", "Numpad5": "kp_5", "Numpad6": "kp_6", "Numpad7": "kp_7", "Numpad8": "kp_8",
        "Numpad9": "kp_9", "IntlRo": "ro", "IntlYen": "yen", "KanaMode": "katakanahiragana", "Lang1": "lang1",
        "Lang2": "lang2", "Lang4": "hiragana", "Convert": "henkan", "NonConvert": "muhenkan",
        "AudioVolumeMute": "audiomute", "AudioVolumeDown": "volumedown", "AudioVolumeUp": "volumeup",
        "VolumeMute": "audiomute", "VolumeDown": "volumedown", "VolumeUp": "volumeup",
        "MediaTrackNext": "audionext", "MediaTrackPrevious": "audioprev", "MediaStop": "audiostop",
        "MediaPlayPause": "audioplay", "MediaSelect": "mediaselect", "LaunchMediaPlayer": "mediaselect",
        "LaunchMail": "mail", "LaunchApp1": "computer", "LaunchApp2": "calculator", "BrowserHome": "ac_home",
        "BrowserBack": "ac_back", "BrowserForward": "ac_forward", "BrowserRefresh": "ac_refresh",
        "BrowserFavorites": "ac_bookmarks", "Power": "power", "Sleep": "sleep", "WakeUp": "wake", "Again": "again",
        "Props": "props", "Undo": "undo", "Copy": "copy", "Open": "open", "Paste": "paste", "Find": "find",
        "Cut": "cut", "Help": "help",
    ]
}
