; Wheels that turn with the distance driven, and the rods between them.

; DX = turn per pixel -> BX = angle of a wheel, twice (an offset into the sine table)
wheel_angle:
        push eax
        push edx
        movzx edx, dx
        mov eax, [state.odometer]
        imul eax, edx
        shr eax, 8
        movzx bx, al
        add bx, bx
        pop edx
        pop eax
        ret

; Called for OP_WHEEL. AX = centre x, BX = centre y, CX = radius, DX = turn per pixel, [ink] = ramp of the spokes
draw_wheel:
        pushad
        mov di, cx
        mov cl, [ink]
        mov [wheel_ramp], cl
        mov cx, di
        mov byte [ink], R_BOILER + 1
        call fill_disc
        dec cx
        mov byte [ink], R_STEEL + 3
        call fill_disc
        dec cx
        dec cx
        mov byte [ink], R_BOILER + 2
        call fill_disc
        mov si, ax                      ; centre
        mov bp, bx
        call wheel_angle
        mov al, [wheel_ramp]
        add al, 5
        mov [ink], al
        mov cx, 4                       ; diameters
        cmp di, 10
        jae .spoke
        mov cx, 2
.spoke: push cx
        mov ax, [sine + bx + 128]       ; cosine
        mov dx, [sine + bx]
        mov cx, di
        sub cx, 3
        imul ax, cx
        imul dx, cx
        sar ax, 8
        sar dx, 8
        push bx
        mov bx, bp
        sub bx, dx
        mov cx, si
        add cx, ax
        neg ax
        add ax, si
        add dx, bp
        call draw_line
        pop bx
        pop cx
        add bx, 64                      ; an eighth of a turn further
        cmp di, 10
        jae .eighth
        add bx, 64
.eighth:
        and bx, 0x1FF
        loop .spoke
        mov al, [wheel_ramp]
        add al, 6
        mov [ink], al
        mov ax, si
        mov bx, bp
        mov cx, di
        shr cx, 2
        call fill_disc
        popad
        ret

; Coupling rod over the three driving wheels, and the main rod from the crosshead to the middle one.
DRIVER_Y        equ 66
DRIVER_TURN     equ 745                 ; 256 * 256 / (2 pi 14)
CRANK           equ 8
CROSSHEAD_X     equ 104
CROSSHEAD_Y     equ 64
rods_draw:
        pushad
        mov dx, DRIVER_TURN
        call wheel_angle
        mov ax, [sine + bx + 128]
        mov dx, [sine + bx]
        sar ax, 5                       ; * CRANK / 256
        sar dx, 5
        mov si, ax                      ; the crank pin, relative to its axle
        mov di, dx
        mov bx, DRIVER_Y
        add bx, dx
        add bx, [origin.y]
        add ax, [origin.x]
        push ax
        push bx
        mov cx, ax                      ; main rod
        add cx, 58
        mov dx, bx
        mov ax, si
        add ax, CROSSHEAD_X
        add ax, [origin.x]
        mov bx, CROSSHEAD_Y
        add bx, [origin.y]
        mov byte [ink], R_STEEL + 5
        call draw_line
        inc bx
        inc dx
        call draw_line
        dec bx                          ; crosshead and piston rod
        sub bx, 2
        push ax
        mov cx, 6
        mov dx, 6
        mov byte [ink], R_STEEL + 4
        call fill_rect
        add bx, 2
        mov cx, [origin.x]
        add cx, 114
        sub cx, ax
        mov dx, 2
        mov byte [ink], R_STEEL + 7
        call fill_rect
        pop ax
        pop bx
        pop ax
        add ax, 26 - 2                  ; coupling rod
        sub bx, 2
        mov cx, 66
        mov dx, 4
        mov byte [ink], R_STEEL + 3
        call fill_rect
        mov dx, 2
        mov byte [ink], R_STEEL + 7
        call fill_rect
        mov bp, 3                       ; crank pins
        add ax, 2
        add bx, 2
        mov cx, 3
        mov byte [ink], R_STEEL + 6
.pin:   call fill_disc
        add ax, 31
        dec bp
        jnz .pin
        popad
        ret
