/// Which Debian package brings a program that Loco starts, so that an error can name the remedy.
public enum DebianPackage {
    private static let packages: [String: String] = [
        "Xvfb": "xvfb",
        "qemu-system-i386": "qemu-system-x86",
        "qemu-system-x86_64": "qemu-system-x86",
        "pulseaudio": "pulseaudio",
        "qemu-img": "qemu-utils",
        "setpriv": "util-linux",
    ]

    /// The package that holds `program`.
    ///
    /// - Parameter program: a name or a path; only its last component counts.
    /// - Returns: the package, or nil for a program this table does not know.
    public static func providing(_ program: String) -> String? {
        let name = program.split(separator: "/").last.map(String.init) ?? program
        return packages[name]
    }
}
