; Setting the mode, and bringing changed rectangles to the screen.

VBE_MODE        equ 0x101               ; 640x480, 256 colours

; VBE with a linear frame buffer when there is one, else VGA mode 13h, which shows the same picture scaled down.
video_set_mode:
        pushad
%ifndef FORCE_MODE_13H
        mov ax, 0x4F01
        mov cx, VBE_MODE
        mov di, vbe_info
        int 0x10
        cmp ax, 0x004F
        jne .plain
        mov al, [vbe_info]
        and al, 0x99                    ; supported, colour, graphics, linear
        cmp al, 0x99
        jne .plain
        mov ax, 0x4F02
        mov bx, VBE_MODE | 0x4000
        int 0x10
        cmp ax, 0x004F
        jne .plain
        mov eax, [vbe_info + 0x28]
        mov [front_address], eax
        movzx eax, word [vbe_info + 0x10]
        mov [front_pitch], eax
        or byte [state.flags], FLAG_LINEAR
        jmp .done
.plain:
%endif
        mov ax, 0x0013
        int 0x10
        mov dword [front_address], 0xA0000
        mov dword [front_pitch], 320
.done:  push ds
        pop es
        popad
        ret

; Copy the clip rectangle from COMPOSED to the screen.
present:
        pushad
        test byte [state.flags], FLAG_LINEAR
        jz present_scaled
        movzx eax, word [clip.top]
        imul esi, eax, SCREEN_W
        imul eax, [front_pitch]
        mov edi, eax
        movzx eax, word [clip.left]
        add esi, eax
        add edi, eax
        add esi, COMPOSED
        add edi, [front_address]
        movzx edx, word [clip.right]
        sub edx, eax
        mov bp, [clip.bottom]
        sub bp, [clip.top]
        mov ebx, [front_pitch]
        sub ebx, edx
.row:   mov ecx, edx                    ; dirty rectangles are aligned to 4 pixels
        shr ecx, 2
        a32 rep movsd
        add esi, SCREEN_W
        sub esi, edx
        add edi, ebx
        dec bp
        jnz .row
        popad
        ret

; Mode 13h has 320x200: take every second column and 5 of 12 rows of the clip rectangle. Jumped to by present.
present_scaled:
        mov ax, [clip.top]              ; first and last row: ceil(y * 5 / 12)
        imul ax, 5
        call .twelfth_up
        mov bp, ax
        mov ax, [clip.bottom]
        imul ax, 5
        call .twelfth_up
        mov bx, ax
.row:   cmp bp, bx
        jae .done
        movzx eax, bp                   ; source row = y * 12 / 5
        imul eax, eax, 12
        xor edx, edx
        mov ecx, 5
        div ecx
        imul esi, eax, SCREEN_W
        movzx eax, word [clip.left]
        add esi, eax
        add esi, COMPOSED
        movzx edi, bp
        imul edi, edi, 320
        shr eax, 1
        add edi, eax
        add edi, [front_address]
        mov cx, [clip.right]
        sub cx, [clip.left]
        shr cx, 1
.pixel: mov al, [esi]
        mov [edi], al
        add esi, 2
        inc edi
        dec cx
        jnz .pixel
        inc bp
        jmp .row
.done:  popad
        ret

.twelfth_up:
        add ax, 11
        xor dx, dx
        mov cx, 12
        div cx
        ret
