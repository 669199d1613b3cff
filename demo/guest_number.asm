; The guest's number, from QEMU's firmware configuration: -fw_cfg name=opt/loco/number,string=3

FWCFG_SELECTOR  equ 0x510
FWCFG_DATA      equ 0x511
FWCFG_SIGNATURE equ 0x0000
FWCFG_DIRECTORY equ 0x0019

read_guest_number:
        pushad
        mov dword [state.magic], 'LOCO'
        mov dword [state.version], STATE_VERSION
        mov ax, FWCFG_SIGNATURE
        call .select
        call .read_long
        cmp eax, 'UMEQ'
        jne .done                       ; not QEMU: number 0
        mov ax, FWCFG_DIRECTORY
        call .select
        call .read_long                 ; number of files, big endian
        mov ebp, eax
.file:
        sub ebp, 1
        js .done
        mov di, fwcfg_entry             ; size, selector, reserved, name
        mov cx, 64
        mov dx, FWCFG_DATA
        rep insb
        mov si, .name
        mov di, fwcfg_entry + 8
        mov cx, .name_end - .name
        repe cmpsb
        jne .file
        mov ecx, [fwcfg_entry]
        bswap ecx
        mov ax, [fwcfg_entry + 4]
        xchg al, ah
        call .select
        xor ebx, ebx
.digit:
        sub ecx, 1
        js .store
        in al, dx
        sub al, '0'
        cmp al, 9
        ja .store
        movzx eax, al
        imul ebx, ebx, 10
        add ebx, eax
        jmp .digit
.store: mov [state.number], ebx
.done:  popad
        ret

.select:                                ; AX = file
        mov dx, FWCFG_SELECTOR
        out dx, ax
        mov dx, FWCFG_DATA
        ret

.read_long:                             ; EAX = four bytes, the first one highest
        mov cx, 4
.byte:  shl eax, 8
        in al, dx
        loop .byte
        ret

.name:          db "opt/loco/number", 0
.name_end:
