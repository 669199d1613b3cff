; Boot sector: loads the rest of the program right behind itself, from a floppy or a hard disk alike.

boot:
        jmp 0x0000:.flat
.flat:
        cli
        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, STACK_TOP
        sti
        cld
        mov di, state
        mov cx, (variables_end - state + 1) / 2
        rep stosw
        mov [boot_drive], dl

        mov ah, 0x08                    ; geometry: CL = sectors per track, DH = last head
        int 0x13
        jc .failed
        push ds
        pop es
        and cx, 0x3F
        mov [.per_track], cx
        movzx dx, dh
        inc dx
        mov [.heads], dx

        mov di, 1                       ; sector number on the disk; 0 is this one
.track:
        xor dx, dx                      ; sector -> cylinder, head, sector
        mov ax, di
        div word [.per_track]
        mov cl, dl
        inc cl
        mov si, [.per_track]            ; read to the end of the track, or of the program
        sub si, dx
        mov bx, SECTORS
        sub bx, di
        cmp si, bx
        jbe .fits
        mov si, bx
.fits:
        xor dx, dx
        div word [.heads]
        mov ch, al
        mov dh, dl
        mov dl, [boot_drive]
        mov bx, di
        shl bx, 9
        add bx, boot
        mov bp, 3
.again:
        mov ax, si
        mov ah, 0x02
        int 0x13
        jnc .loaded
        xor ah, ah                      ; reset the drive, then try again
        int 0x13
        dec bp
        jnz .again
        jmp .failed
.loaded:
        add di, si
        cmp di, SECTORS
        jb .track
        jmp start

.failed:
        mov si, .message
.print:
        lodsb
        test al, al
        jz .halt
        mov ah, 0x0E
        mov bx, 7
        int 0x10
        jmp .print
.halt:
        cli
        hlt
        jmp .halt

.per_track:     dw 0
.heads:         dw 0
.message:       db "Loco demo: the disk cannot be read", 0

        times 446 - ($ - $$) db 0       ; an empty partition table
        times 64 db 0
        dw 0xAA55
