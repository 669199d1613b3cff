; The PS/2 mouse: relative packets move a cursor one pixel per count, without acceleration.

CURSOR_W        equ 13
CURSOR_H        equ 20
BRUSH           equ 4                   ; radius of a painted dot

; Talk to the mouse through the keyboard controller, with interrupts off; every wait is bounded.
mouse_init:
        pushad
        mov byte [mouse.size], 3
        mov al, 0xA8                    ; mouse port on
        call .command
        mov al, 0x20                    ; its interrupt on, its clock running
        call .command
        call .read
        and al, ~0x20
        or al, 0x03
        mov bl, al
        mov al, 0x60
        call .command
        mov al, bl
        call .data
        mov si, .setup
.next:  lodsb
        cmp al, 0xFF
        je .identify
        call .to_mouse
        jmp .next
.identify:
        mov al, 0xF2
        call .to_mouse
        call .read
        cmp al, 3                       ; it has a wheel: four bytes per packet
        jne .start
        mov byte [mouse.size], 4
        or byte [state.flags], FLAG_WHEEL
.start: mov al, 0xF4
        call .to_mouse
        popad
        ret

.setup: db 0xF6                         ; defaults
        db 0xF3, 200, 0xF3, 100, 0xF3, 80               ; the knock that wakes the wheel
        db 0xF3, 100                    ; a hundred reports per second
        db 0xE8, 3, 0xE6                ; eight counts per millimetre, scaling 1:1
        db 0xFF

.to_mouse:                              ; AL = byte for the mouse; waits for its answer
        push ax
        mov al, 0xD4
        call .command
        pop ax
        call .data
        jmp .read
.command:
        call .wait_input
        out 0x64, al
        ret
.data:  call .wait_input
        out 0x60, al
        ret
.wait_input:
        push ax
        push cx
        mov cx, 0x4000
.busy:  in al, 0x64
        test al, 2
        loopnz .busy
        pop cx
        pop ax
        ret
.read:                                  ; -> AL, 0 when nothing comes
        push cx
        mov cx, 0x4000
.empty: in al, 0x64
        test al, 1
        loopz .empty
        mov al, 0
        jz .nothing
        in al, 0x60
.nothing:
        pop cx
        ret

mouse_drain:
        pushad
.next:  movzx bx, byte [mouse_queue.tail]
        cmp bl, [mouse_queue.head]
        je .done
        mov al, [mouse_queue.bytes + bx]
        inc byte [mouse_queue.tail]
        movzx bx, byte [mouse.have]
        test bx, bx
        jnz .store
        test al, 8                      ; the first byte of a packet has this bit; else we are out of step
        jz .next
.store: mov [mouse.packet + bx], al
        inc bx
        mov [mouse.have], bl
        cmp bl, [mouse.size]
        jb .next
        mov byte [mouse.have], 0
        call mouse_packet
        jmp .next
.done:  popad
        ret

mouse_packet:
        pushad
        mov byte [panel.stale], 1
        call cursor_mark
        mov bl, [mouse.packet]

        movzx eax, byte [mouse.packet + 1]              ; nine bits with sign, x to the right
        test bl, 0x10
        jz .right
        or eax, 0xFFFFFF00
.right: add eax, [state.mouse_x]
        jns .x_min
        xor eax, eax
.x_min: cmp eax, SCREEN_W - 1
        jle .x_max
        mov eax, SCREEN_W - 1
.x_max: mov [state.mouse_x], eax

        movzx eax, byte [mouse.packet + 2]              ; and y upwards
        test bl, 0x20
        jz .up
        or eax, 0xFFFFFF00
.up:    neg eax
        add eax, [state.mouse_y]
        jns .y_min
        xor eax, eax
.y_min: cmp eax, SCREEN_H - 1
        jle .y_max
        mov eax, SCREEN_H - 1
.y_max: mov [state.mouse_y], eax

        cmp byte [mouse.size], 4
        jb .no_wheel
        mov al, [mouse.packet + 3]                      ; four bits with sign
        shl al, 4
        sar al, 4
        movsx eax, al
        add [state.wheel], eax
.no_wheel:
        and ebx, 7
        mov eax, [state.buttons]
        mov [state.buttons], ebx
        not al
        and al, bl                      ; pressed just now
        jz .held
        inc dword [state.clicks]
        test al, 1
        jz .no_new_colour
        inc byte [mouse.paint]
.no_new_colour:
        test al, 2
        jz .held
        call scene_restore
        call panel_forget
.held:  test bl, 1
        jz .moved
        call paint_dot
.moved: call cursor_mark
        popad
        ret

; Leave a dot at the cursor.
paint_dot:
        pushad
        mov eax, BACK
        call draw_on
        movzx bx, byte [mouse.paint]
        and bl, 7
        mov al, [.colours + bx]
        mov [ink], al
        mov ax, [state.mouse_x]
        mov bx, [state.mouse_y]
        mov cx, BRUSH
        call fill_disc
        sub ax, BRUSH
        sub bx, BRUSH
        mov cx, 2 * BRUSH + 1
        mov dx, cx
        call dirty_add
        popad
        ret
.colours:       db C_AMBER, C_RED, C_BLUE, C_PINK, C_WHITE, C_GREEN, C_BLACK, R_BRASS + 6

cursor_mark:
        pushad
        mov ax, [state.mouse_x]
        mov bx, [state.mouse_y]
        mov cx, CURSOR_W
        mov dx, CURSOR_H
        call dirty_add
        popad
        ret

; The arrow: white, and in the colour of the button that is held.
cursor_draw:
        pushad
        mov dl, C_WHITE
        mov al, [state.buttons]
        test al, al
        jz .colour
        mov dl, C_AMBER
        test al, 1
        jnz .colour
        mov dl, C_BLUE
        test al, 2
        jnz .colour
        mov dl, C_GREEN
.colour:
        mov bx, [state.mouse_y]
        mov si, .arrow
        mov bp, CURSOR_H
.row:   mov ax, [state.mouse_x]
        mov cx, CURSOR_W
.pixel: mov dh, [si]
        inc si
        cmp dh, ' '
        je .next
        cmp bx, [clip.top]
        jl .next
        cmp bx, [clip.bottom]
        jge .next
        cmp ax, [clip.left]
        jl .next
        cmp ax, [clip.right]
        jge .next
        movzx edi, bx
        imul edi, edi, SCREEN_W
        movzx eax, ax
        add edi, eax
        mov byte [edi + COMPOSED], C_BLACK
        cmp dh, '#'
        je .next
        mov [edi + COMPOSED], dl
.next:  inc ax
        loop .pixel
        inc bx
        dec bp
        jnz .row
        popad
        ret
.arrow: db "#            "
        db "##           "
        db "#.#          "
        db "#..#         "
        db "#...#        "
        db "#....#       "
        db "#.....#      "
        db "#......#     "
        db "#.......#    "
        db "#........#   "
        db "#.........#  "
        db "#..........# "
        db "#......##### "
        db "#...#..#     "
        db "#..# #..#    "
        db "#.#  #..#    "
        db "##    #..#   "
        db "#     #..#   "
        db "       #..#  "
        db "       ####  "
