/// The network card a guest sees.
public enum NetworkCard: String, Sendable, Codable, CaseIterable {
    /// NE2000 on PCI (RTL8029): Windows 98 brings its driver.
    case ne2k = "ne2k_pci"
    /// RTL8139: Windows 2000 and XP, Linux.
    case rtl8139
    /// AMD PCnet: DOS packet drivers, Windows 98 and later.
    case pcnet
    /// Intel PRO/1000: Windows XP and later, Linux.
    case e1000
    /// virtio: Linux, and Windows with its drivers.
    case virtio = "virtio-net-pci"
}
