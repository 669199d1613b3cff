; Letters, from the 8x16 font in the VGA BIOS.

; Copy the font to where DS reaches it. Before the segments are unlocked: it asks the BIOS.
font_copy:
        pushad
        push ds
        push es
        mov ax, 0x1130
        mov bh, 6
        int 0x10                        ; ES:BP
        push es
        pop ds
        xor ax, ax
        mov es, ax
        mov si, bp
        mov di, font
        mov cx, 256 * 16 / 2
        rep movsw
        pop es
        pop ds
        popad
        ret

; AX = x, BX = y, CX = scale, SI = text that ends with 0, colour [ink]
draw_text:
        pushad
.next:  mov dl, [si]
        test dl, dl
        jz .done
        call draw_glyph
        mov di, cx
        shl di, 3
        add ax, di
        inc si
        jmp .next
.done:  popad
        ret

; AX = x, BX = y, CX = scale, DL = character
draw_glyph:
        pushad
        movzx si, dl
        shl si, 4
        add si, font
        mov di, 16
.row:   mov dh, [si]
        push ax
.bit:   shl dh, 1
        jnc .clear
        push dx
        mov dx, cx
        call fill_rect
        pop dx
.clear: add ax, cx
        test dh, dh
        jnz .bit
        pop ax
        add bx, cx
        inc si
        dec di
        jnz .row
        popad
        ret

; EAX = number -> text in number_text (ends with 0); SI = its first digit, CX = its length
format_number:
        push eax
        push ebx
        push edx
        mov si, number_text_end
        mov ebx, 10
        xor cx, cx
.digit: xor edx, edx
        div ebx
        add dl, '0'
        dec si
        mov [si], dl
        inc cx
        test eax, eax
        jnz .digit
        pop edx
        pop ebx
        pop eax
        ret
