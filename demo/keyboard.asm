; Scan codes (set 1) become counters, typed characters and commands.

keyboard_drain:
        pushad
.next:  movzx bx, byte [keyboard_queue.tail]
        cmp bl, [keyboard_queue.head]
        je .done
        mov al, [keyboard_queue.bytes + bx]
        inc byte [keyboard_queue.tail]
        call key_byte
        jmp .next
.done:  popad
        ret

; AL = byte from the keyboard
key_byte:
        pushad
        cmp byte [keyboard.skip], 0     ; Pause sends E1 1D 45 E1 9D C5 and nothing when let go
        je .plain
        dec byte [keyboard.skip]
        jmp .done
.plain: cmp al, 0xE1
        jne .not_pause
        mov byte [keyboard.skip], 5
        mov dword [state.last_scan], 0xE11D
        mov byte [keyboard.last_char], 0
        call key_counted
        jmp .done
.not_pause:
        cmp al, 0xE0
        jne .code
        mov byte [keyboard.extended], 0x80
        jmp .done
.code:  movzx bx, al
        and bl, 0x7F
        or bl, [keyboard.extended]
        mov byte [keyboard.extended], 0
        cmp bl, 0x80 | 0x2A             ; the shifts that some extended keys pretend
        je .done
        cmp bl, 0x80 | 0x36
        je .done
        mov byte [panel.stale], 1
        test al, 0x80
        jz .make
        btr [keyboard.down], bx
        jnc .done
        dec dword [state.keys_down]
        jmp .done

.make:  movzx eax, bl
        test al, 0x80
        jz .short
        and al, 0x7F
        or ax, 0xE000
.short: mov [state.last_scan], eax
        mov byte [keyboard.last_char], 0
        bts [keyboard.down], bx
        jc .repeat
        inc dword [state.keys_down]
        call key_counted
        call key_command
        jmp .type
.repeat:
        inc dword [state.repeats]
.type:  call key_type
.done:  popad
        ret

key_counted:
        inc dword [state.presses]
        xor byte [state.flags], FLAG_SIGNAL
        mov byte [panel.stale], 1
        jmp signal_draw

; BL = key: what the demo does with it
key_command:
        mov eax, 1
        cmp bl, 0x80 | 0x4D             ; right
        je train_accelerate
        cmp bl, 0x80 | 0x48             ; up
        je train_accelerate
        mov eax, -1
        cmp bl, 0x80 | 0x4B             ; left
        je train_accelerate
        cmp bl, 0x80 | 0x50             ; down
        je train_accelerate
        cmp bl, 0x39                    ; space
        je horn_start
        cmp bl, 0x32                    ; m
        je sound_toggle
        cmp bl, 0x3A                    ; Caps Lock
        jne .none
        xor byte [keyboard.caps], 1
.none:  ret

; BL = key: the character it types, if any
key_type:
        pushad
        mov al, [keyboard.down + (0x1D >> 3)]           ; Control (1D, E01D) or Alt (38, E038) held: no text
        or al, [keyboard.down + ((0x80 | 0x1D) >> 3)]
        test al, 1 << (0x1D & 7)
        jnz .done
        mov al, [keyboard.down + (0x38 >> 3)]
        or al, [keyboard.down + ((0x80 | 0x38) >> 3)]
        test al, 1 << (0x38 & 7)
        jnz .done
        cmp bl, 0x80 | 0x1C             ; Enter and / of the keypad
        je .enter
        cmp bl, 0x80 | 0x35
        je .slash
        cmp bl, 0x58
        jae .done
        xor bh, bh
        mov al, [key_plain + bx]
        test al, al
        jz .done
        mov ah, [keyboard.down + (0x2A >> 3)]           ; shift: 2A or 36
        and ah, 1 << (0x2A & 7)
        mov cl, [keyboard.down + (0x36 >> 3)]
        and cl, 1 << (0x36 & 7)
        or ah, cl
        mov cl, al                      ; letters: Caps Lock turns shift round
        sub cl, 'a'
        cmp cl, 'z' - 'a'
        ja .shift
        cmp byte [keyboard.caps], 0
        je .shift
        test ah, ah
        setz ah
.shift: test ah, ah
        jz .typed
        mov al, [key_shifted + bx]
        jmp .typed
.enter: mov al, 13
        jmp .typed
.slash: mov al, '/'

.typed: mov bx, [state.typed_total]     ; the ring has all of it,
        xor bh, bh
        mov [state.typed_ring + bx], al
        inc dword [state.typed_total]
        mov bx, [state.line_length]     ; the line what is left after editing
        cmp al, 13
        je .new_line
        cmp al, 8
        je .backspace
        cmp al, 9
        je .done
        mov [keyboard.last_char], al
        cmp bx, 64
        jb .append
        push ax                         ; full: it scrolls
        mov si, state.line + 1
        mov di, state.line
        mov cx, 63
        rep movsb
        pop ax
        dec bx
.append:
        mov [state.line + bx], al
        inc bx
        jmp .length
.backspace:
        test bx, bx
        jz .done
        dec bx
        mov byte [state.line + bx], 0
        jmp .length
.new_line:
        mov di, state.line
        mov cx, 64
        xor al, al
        rep stosb
        xor bx, bx
.length:
        mov [state.line_length], bx
.done:  popad
        ret

; US layout, by scan code 00..57
key_plain:
        db 0, 0, "1234567890-=", 8, 9, "qwertyuiop[]", 13, 0, "asdfghjkl;'`", 0, "\zxcvbnm,./", 0, "*", 0, " "
        times 0x47 - ($ - key_plain) db 0
        db "789-456+1230.", 0, 0, "\"
        times 0x58 - ($ - key_plain) db 0
key_shifted:
        db 0, 0, "!@#$%^&*()_+", 8, 9, "QWERTYUIOP{}", 13, 0, 'ASDFGHJKL:"~', 0, "|ZXCVBNM<>?", 0, "*", 0, " "
        times 0x47 - ($ - key_shifted) db 0
        db "789-456+1230.", 0, 0, "|"
        times 0x58 - ($ - key_shifted) db 0
