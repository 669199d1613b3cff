; The panel below the landscape: four lines of text. Each line is written into a buffer of characters with their
; colours; only the cells that differ from what is shown are drawn.

PANEL_X         equ 12
PANEL_TEXT_Y    equ PANEL_Y + 6
PANEL_LINE      equ 18

panel_init:
        pushad
        mov dword [state.speed], SPEED_START
        mov dword [state.mouse_x], SCREEN_W / 2
        mov dword [state.mouse_y], 190
        mov word [mouse.shown_x], SCREEN_W / 2
        mov word [mouse.shown_y], 190
        mov word [train.position], 430
        mov byte [panel.stale], 1
        popad
        ret

; Everything on the panel has to be drawn again.
panel_forget:
        pushad
        mov di, panel.shown
        mov cx, PANEL_COLUMNS * PANEL_ROWS
        xor ax, ax
        rep stosw
        mov byte [panel.stale], 1
        popad
        ret

panel_refresh:
        pushad
        cmp byte [panel.stale], 0
        je .done
        mov byte [panel.stale], 0
        mov di, panel.wanted
        mov cx, PANEL_COLUMNS * PANEL_ROWS
        mov ax, (C_TEXT << 8) | ' '
        rep stosw
        call .line_speed
        call .line_input
        call .line_typed
        call .line_help
        call .show
.done:  popad
        ret

%macro put 2+                           ; colour, text
        mov byte [panel.attribute], %1
        call put_inline
        db %2, 0
%endmacro
%macro column 2                         ; row, column
        mov word [panel.cursor], panel.wanted + 2 * (%1 * PANEL_COLUMNS + %2)
%endmacro

.line_speed:
        column 0, 0
        put C_DIM, "SPEED "
        mov byte [panel.attribute], C_AMBER
        mov eax, [state.speed]
        test eax, eax
        jns .ahead
        neg eax
.ahead: imul eax, eax, KMH_PER_STEP
        mov dl, 3
        call put_number_right
        put C_AMBER, " km/h "
        mov ecx, SPEED_MAX              ; a gauge
        xor edx, edx
.gauge: mov byte [panel.attribute], C_DIM
        mov al, 0xFA                    ; a small dot
        mov ebx, [state.speed]
        test ebx, ebx
        js .backwards
        cmp edx, ebx
        jge .gauge_put
        mov al, 0x10                    ; a wedge to the right
        jmp .lit
.backwards:
        neg ebx
        cmp edx, ebx
        jge .gauge_put
        mov al, 0x11
.lit:   mov byte [panel.attribute], C_AMBER
.gauge_put:
        call put_char
        inc edx
        cmp edx, ecx
        jb .gauge
        column 0, 28
        put C_DIM, "HORN "
        mov byte [panel.attribute], C_TEXT
        mov eax, [state.horns]
        call put_number
        test byte [state.flags], FLAG_HORN
        jz .silent
        put C_AMBER, " ", 0x0E
.silent:
        column 0, 42
        put C_DIM, "SOUND "
        test byte [state.flags], FLAG_MUTED
        jz .sounding
        put C_RED, "off"
        jmp .muted
.sounding:
        put C_GREEN, "on"
.muted: column 0, 55
        put C_DIM, "GUEST "
        mov byte [panel.attribute], C_AMBER
        mov eax, [state.number]
        call put_number
        ret

.line_input:
        column 1, 0
        put C_DIM, "KEYS  "
        mov byte [panel.attribute], C_TEXT
        mov eax, [state.presses]
        call put_number
        put C_DIM, "  down "
        mov byte [panel.attribute], C_TEXT
        mov eax, [state.keys_down]
        call put_number
        put C_DIM, "  last "
        mov byte [panel.attribute], C_TEXT
        mov eax, [state.last_scan]
        call put_hex
        mov al, [keyboard.last_char]
        test al, al
        jz .no_char
        put C_TEXT, " "
        mov al, [keyboard.last_char]
        mov byte [panel.attribute], C_AMBER
        call put_char
.no_char:
        column 1, 42
        put C_DIM, "MOUSE "
        mov byte [panel.attribute], C_TEXT
        mov eax, [state.mouse_x]
        call put_number
        put C_DIM, ","
        mov byte [panel.attribute], C_TEXT
        mov eax, [state.mouse_y]
        call put_number
        column 1, 57
        mov eax, [state.buttons]
        mov bx, 'L'
        test al, 1
        call .button
        mov bx, 'M'
        test al, 4
        call .button
        mov bx, 'R'
        test al, 2
        call .button
        put C_DIM, "  clicks "
        mov byte [panel.attribute], C_TEXT
        mov eax, [state.clicks]
        call put_number
        ret
.button:
        mov byte [panel.attribute], C_AMBER
        jnz .pressed
        mov byte [panel.attribute], C_DIM
        mov bl, 0xFA
.pressed:
        push ax
        mov al, bl
        call put_char
        pop ax
        ret

.line_typed:
        column 2, 0
        put C_DIM, "TYPED "
        mov byte [panel.attribute], C_WHITE
        mov si, state.line
        mov cx, [state.line_length]
        jcxz .caret
.typed: lodsb
        call put_char
        loop .typed
.caret: mov byte [panel.attribute], C_AMBER
        mov al, '_'
        call put_char
        ret

.line_help:
        column 3, 0
        put C_DIM, 0x1B, " ", 0x1A, " speed   space horn   m sound   mouse: left paints, right clears"
        ret

.show:
        mov eax, BACK
        call draw_on
        mov si, panel.wanted
        mov di, panel.shown
        mov bx, PANEL_TEXT_Y
        mov bp, PANEL_ROWS
.row:   mov ax, PANEL_X
        mov cx, PANEL_COLUMNS
.cell:  mov dx, [si]
        cmp dx, [di]
        je .same
        mov [di], dx
        push cx
        push dx
        mov byte [ink], C_PANEL
        mov cx, 8
        mov dx, 16
        call fill_rect
        call dirty_add
        pop dx
        mov [ink], dh
        mov cx, 1
        call draw_glyph
        pop cx
.same:  add si, 2
        add di, 2
        add ax, 8
        loop .cell
        add bx, PANEL_LINE
        dec bp
        jnz .row
        ret
