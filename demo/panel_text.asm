; Writing into the panel's buffer.

; AL = character, into the panel at the cursor
put_char:
        push di
        push ax
        mov di, [panel.cursor]
        mov ah, [panel.attribute]
        mov [di], ax
        add word [panel.cursor], 2
        pop ax
        pop di
        ret

; The text behind the call instruction
put_inline:
        xchg si, [panel.saved_si]
        pop si
        push ax
.next:  lodsb
        test al, al
        jz .end
        call put_char
        jmp .next
.end:   pop ax
        push si
        xchg si, [panel.saved_si]
        ret

; EAX = number
put_number:
        push si
        push cx
        call format_number
.digit: lodsb
        call put_char
        loop .digit
        pop cx
        pop si
        ret

; EAX = number, DL = width
put_number_right:
        pushad
        call format_number
.pad:   cmp dl, cl
        jbe .digits
        mov al, ' '
        call put_char
        dec dl
        jmp .pad
.digits:
        lodsb
        call put_char
        loop .digits
        popad
        ret

; EAX = number below 65536: two digits, or four when it needs them
put_hex:
        pushad
        mov cx, 4
        cmp ax, 0xFF
        ja .digit
        mov cx, 2
        shl ax, 8
.digit: rol ax, 4
        push ax
        and al, 15
        cmp al, 10
        sbb al, 0x69
        das
        call put_char
        pop ax
        loop .digit
        popad
        ret
