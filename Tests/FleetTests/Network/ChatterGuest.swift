import Foundation

@testable import Fleet

/// A boot floppy that drives an NE2000 card: at every tick of its clock it broadcasts a frame, and for every frame it
/// receives it says the sender on QEMU's debug port, "a" for guest 0, "b" for guest 1.
///
/// Every frame, not one a tick: a multicast socket hands a guest its own frames as well, and which of two comes first is
/// decided by how the clocks of two guests happen to lie, for good.
struct ChatterGuest {
    let number: Int
    let image: String
    let output: String

    init(in folder: String, number: Int) throws {
        self.number = number
        image = "\(folder)/chatter\(number).img"
        output = "\(folder)/chatter\(number).out"
        let source = "\(folder)/chatter.asm"
        try Self.assembly.write(toFile: source, atomically: true, encoding: .utf8)
        try Namespace.run("nasm", ["-f", "bin", source, "-o", image])
    }

    func configuration(_ network: GuestNetwork) -> GuestConfiguration {
        var configuration = GuestConfiguration.demo(number: number, image: image)
        configuration.network = network
        configuration.extraArguments = [
            "-chardev", "file,id=said,path=\(output),append=on", "-device", "isa-debugcon,iobase=0xe9,chardev=said",
        ]
        return configuration
    }

    /// Frames of another guest that it has received so far.
    func frames(from sender: Int) -> Int {
        let letter = UInt8(ascii: "a") + UInt8(sender)
        return (FileManager.default.contents(atPath: output) ?? Data()).count { $0 == letter }
    }

    /// True when it receives five more frames of `sender`.
    func hears(_ sender: Int, within limit: Duration = .seconds(5)) async -> Bool {
        let before = (frames(from: sender), frames(from: number))
        if await eventually(within: limit, { frames(from: sender) >= before.0 + 5 }) { return true }
        print(
            "guest \(number) received \(frames(from: sender) - before.0) frames of guest \(sender) within \(limit),",
            "\(frames(from: number) - before.1) of its own")
        return false
    }

    private static let assembly = """
        bits 16
        org 0x7c00
          xor ax,ax
          mov ds,ax
          mov es,ax
          mov ss,ax
          mov sp,0x7c00
          cld
          sti
          ; find PCI class 02 on bus 0: base port into bp
          mov ecx,0x80000008
        scan:
          mov eax,ecx
          mov dx,0xcf8
          out dx,eax
          mov dx,0xcfc
          in eax,dx
          shr eax,16
          cmp ax,0x0200
          je found
          add ecx,0x800
          jmp scan
        found:
          lea eax,[ecx+8]
          mov dx,0xcf8
          out dx,eax
          mov dx,0xcfc
          in eax,dx
          and ax,0xfffc
          mov bp,ax
          ; registers from the table: pairs, until 0xff
          mov si,setup
        .next:
          lodsb
          cmp al,0xff
          je ready
          movzx dx,al
          add dx,bp
          lodsb
          out dx,al
          jmp .next
        ready:
          ; PROM: 12 bytes, every other one is the address's
          mov di,prom
          mov cx,12
          xor bx,bx
          call read
          mov si,prom
          mov di,frame+6
          mov cx,6
        .mac:
          movsb
          inc si
          loop .mac
          mov al,'R'
          out 0xe9,al
        tick:
          hlt
          ; write the frame to page 0x40 and send it
          mov bx,0x4000
          mov cx,60
          mov al,0x12
          call dma
          mov si,frame
          mov cx,60
        .out:
          lodsb
          out dx,al
          loop .out
          mov si,send
        .next2:
          lodsb
          cmp al,0xff
          je poll
          movzx dx,al
          add dx,bp
          lodsb
          out dx,al
          jmp .next2
        poll:
          ; CURR on page 1
          mov dx,bp
          mov al,0x62
          out dx,al
          add dx,7
          in al,dx
          mov ah,al
          mov dx,bp
          mov al,0x22
          out dx,al
          cmp ah,[last]
          je tick
          ; the frame at `last`: 4 bytes of header with the next one's page, 6 of destination, 6 of source
          mov bh,[last]
          xor bl,bl
          mov di,prom
          mov cx,16
          call read
          mov al,[prom+1]
          mov [last],al
          mov al,[prom+15]
          add al,'a'
          out 0xe9,al
          ; free all but the next page
          mov al,[last]
          dec al
          cmp al,0x46
          jae .fine
          mov al,0x7f
        .fine:
          lea dx,[bp+3]
          out dx,al
          jmp poll
        ; cx bytes of the card's memory at bx to di
        read:
          mov al,0x0a
          call dma
        .in:
          in al,dx
          stosb
          loop .in
          ret
        ; begins a transfer of cx bytes at bx, al the command; dx the data port then
        dma:
          push ax
          lea dx,[bp+8]
          mov al,bl
          out dx,al
          inc dx
          mov al,bh
          out dx,al
          inc dx
          mov al,cl
          out dx,al
          inc dx
          mov al,ch
          out dx,al
          pop ax
          mov dx,bp
          out dx,al
          add dx,16
          ret
        last: db 0x47
        setup: db 0,0x21, 0x0e,0x48, 0x0a,0, 0x0b,0, 0x0c,0x04, 0x0d,0, 1,0x46, 3,0x46, 2,0x80, 7,0xff, 0x0f,0, 0,0x61, 7,0x47, 0,0x22, 0xff
        send: db 4,0x40, 5,60, 6,0, 0,0x26, 0xff
        frame: times 6 db 0xff
         times 6 db 0
         db 0x88,0xb5
         db 'loco test guest'
         prom equ 0x7a00
        times 510-($-$$) db 0
        dw 0xaa55
        times 1474560-512 db 0
        """
}
