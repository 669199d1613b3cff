; Processor, interrupt controller and timer.

; Give the data segments a 4 GB limit: enter protected mode for a moment, load them, return to real mode ("unreal
; mode"): 32-bit addresses reach everything, and the program stays as simple as it was. No BIOS call after this: it
; would put the old limits back. Interrupts stay off from here on; see main_loop.
cpu_unlock_segments:
        in al, 0x92                     ; A20 on (SeaBIOS leaves it on; other firmware may not)
        or al, 2
        and al, 0xFE
        out 0x92, al
        cli
        lgdt [.gdt_register]
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp short .protected
.protected:
        mov bx, 8
        mov ds, bx
        mov es, bx
        and al, 0xFE
        mov cr0, eax
        jmp 0x0000:.real
.real:
        xor ax, ax
        mov ds, ax
        mov es, ax
        ret

        align 8
.gdt:           dq 0
                dq 0x00CF93000000FFFF   ; data, base 0, limit 4 GB
.gdt_register:  dw 2 * 8 - 1
                dd .gdt

; Sine and disc tables. Integers only: a hypervisor that emulates boot code may lack the floating point unit.
tables_build:
        pushad
        xor ebx, ebx                    ; Bhaskara: sin = 16 x (h - x) / (5 h h - 4 x (h - x)), h half a turn
        mov di, sine
.sine:  mov eax, ebx
        and eax, 127
        mov ecx, 128
        sub ecx, eax
        imul eax, ecx
        mov ecx, eax
        shl ecx, 2
        neg ecx
        add ecx, 5 * 128 * 128
        shl eax, 12
        xor edx, edx
        div ecx
        test bl, 0x80
        jz .positive
        neg ax
.positive:
        stosw
        inc bx
        cmp bx, 256 + 64
        jb .sine

        xor bx, bx                      ; radius
        mov di, half_widths
.radius:
        xor cx, cx                      ; distance from the middle row
        mov si, bx                      ; half width, only falling
.row:   mov ax, bx                      ; w * w <= (r + 1/2)^2 - d * d, about
        inc ax
        imul ax, bx
        mov dx, cx
        imul dx, cx
        sub ax, dx
        jns .narrow
        xor ax, ax
.narrow:
        mov dx, si
        imul dx, si
        cmp dx, ax
        jbe .store
        dec si
        jmp .narrow
.store: mov dx, si
        mov [di], dl
        inc di
        inc cx
        cmp cx, 64
        jb .row
        inc bx
        cmp bx, 64
        jb .radius
        popad
        ret

; Timer at TICKS_PER_SECOND; timer, keyboard and mouse interrupts are ours, everything else stays masked.
interrupts_take_over:
        pushad
        mov word [8 * 4], timer_interrupt
        mov word [8 * 4 + 2], 0
        mov word [9 * 4], controller_interrupt
        mov word [9 * 4 + 2], 0
        mov word [0x74 * 4], controller_interrupt_slave
        mov word [0x74 * 4 + 2], 0
        mov al, 0xF8                    ; IRQ 0, 1, 2
        out 0x21, al
        mov al, 0xEF                    ; IRQ 12
        out 0xA1, al
        mov al, 0x34                    ; timer channel 0, rate generator
        out 0x43, al
        mov al, (1193182 / TICKS_PER_SECOND) & 0xFF
        out 0x40, al
        mov al, (1193182 / TICKS_PER_SECOND) >> 8
        out 0x40, al
        popad
        ret

; The handlers return with "retf 2", which leaves interrupts off, as the main loop wants it.
timer_interrupt:
        push ax
        inc dword [state.ticks]
        cmp byte [ticks_pending], 255
        je .full
        inc byte [ticks_pending]
.full:  mov al, 0x20
        out 0x20, al
        pop ax
        retf 2

; Keyboard and mouse share one controller. Bytes are only queued here; the main loop understands them.
controller_interrupt_slave:
        push ax
        call controller_read
        mov al, 0x20
        out 0xA0, al
        out 0x20, al
        pop ax
        retf 2

controller_interrupt:
        push ax
        call controller_read
        mov al, 0x20
        out 0x20, al
        pop ax
        retf 2

controller_read:
        push bx
        in al, 0x64
        test al, 1
        jz .none
        mov ah, al
        in al, 0x60
        test ah, 0x20
        jnz .mouse
        movzx bx, byte [keyboard_queue.head]
        mov [keyboard_queue.bytes + bx], al
        inc byte [keyboard_queue.head]
        jmp .none
.mouse:
        movzx bx, byte [mouse_queue.head]
        mov [mouse_queue.bytes + bx], al
        inc byte [mouse_queue.head]
.none:  pop bx
        ret

; AX = next pseudo-random number, the same row on every boot
random:
        push edx
        mov eax, [random_seed]
        imul eax, eax, 1103515245
        add eax, 12345
        mov [random_seed], eax
        mov edx, eax
        shr edx, 16
        mov ax, dx
        pop edx
        ret
