; The landscape: sky, mountains, hills, track. Painted once into PRISTINE and copied to BACK.

scene_paint:
        pushad
        mov dword [random_seed], 20
        mov eax, PRISTINE
        call draw_on
        call paint_sky
        mov word [origin.x], 0
        mov word [origin.y], 0
        mov si, art_sun
        call draw_list
        call paint_stars
        mov si, layer_mountains
        call paint_layer
        mov si, layer_far
        call paint_layer
        mov si, layer_middle
        call paint_layer
        mov si, layer_middle
        mov di, art_pine_small
        mov bp, 26
        call paint_trees
        mov si, layer_near
        call paint_layer
        mov si, layer_near
        mov di, art_tree
        mov bp, 9
        call paint_trees
        mov si, layer_near
        mov di, art_pine
        mov bp, 9
        call paint_trees
        mov si, layer_meadow
        call paint_layer
        mov word [origin.x], 0
        mov word [origin.y], 0
        mov si, art_station
        call draw_list
        call paint_track
        call paint_flowers
        mov word [origin.x], 0
        mov word [origin.y], 0
        mov si, art_tunnels
        call draw_list
        call paint_sign
        mov word [origin.x], 0
        mov word [origin.y], 0
        mov si, art_panel
        call draw_list
        popad
        ; fall through

; Forget what was painted with the mouse.
scene_restore:
        pushad
        mov esi, PRISTINE
        mov edi, BACK
        mov ecx, SCREEN_W * SCREEN_H / 4
        a32 rep movsd
        call signal_draw
        call dirty_everything
        popad
        ret

; The gradient of the sky, with an ordered dither that hides its steps.
SKY_H           equ 330
paint_sky:
        pushad
        xor bx, bx
        mov edi, PRISTINE
.row:   mov ax, bx
        mov cx, (SKY_COLOURS - 1) * 16
        mul cx
        mov cx, SKY_H
        div cx
        mov bp, ax                      ; colour number in sixteenths
        xor cx, cx
.pixel: call dither
        add ax, bp
        shr ax, 4
        add al, R_SKY
        mov [edi], al
        inc edi
        inc cx
        cmp cx, SCREEN_W
        jb .pixel
        inc bx
        cmp bx, SKY_H
        jb .row
        popad
        ret

; CX = x, BX = y -> AX = threshold 0..15 of a 4x4 ordered dither
dither:
        push si
        mov si, bx
        and si, 3
        shl si, 2
        mov ax, cx
        and ax, 3
        add si, ax
        movzx ax, byte [.matrix + si]
        pop si
        ret
.matrix:        db 0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5

; Stars at night only (weather 2).
paint_stars:
        pushad
        mov eax, [state.number]
        and al, 3
        cmp al, 2
        jne .done
        mov byte [ink], C_TEXT
        mov bp, 70
.star:  call random
        xor dx, dx
        mov cx, SCREEN_W
        div cx
        push dx
        call random
        xor dx, dx
        mov cx, 230
        div cx
        mov bx, dx
        pop ax
        mov cx, 1
        test bp, 7
        jnz .small
        inc cx
.small: mov dx, cx
        call fill_rect
        dec bp
        jnz .star
.done:  popad
        ret

; A layer of land: height(x) = base - a1 * wave(f1 * x + p1) - a2 * wave(f2 * x + p2); below its edge a ramp gets darker.
        struc layer
.base:          resw 1
.a1:            resw 1
.f1:            resw 1                  ; 16ths of 1/256 turn per pixel
.p1:            resw 1
.a2:            resw 1
.f2:            resw 1
.p2:            resw 1
.ramp:          resw 1
.depth:         resw 1                  ; pixels from the lightest to the darkest
.kind:          resw 1                  ; 0 round hills, 1 sharp mountains with snow
.bottom:        resw 1
        endstruc

layer_mountains: dw 232, 66, 26,  40, 30, 77,  10, R_ROCK,   150, 1, 330
layer_far:       dw 256, 22, 14,  90,  8, 45,  30, R_FAR,    100, 0, 345
layer_middle:    dw 292, 24, 19, 200,  9, 40, 120, R_MIDDLE,  90, 0, 352
layer_near:      dw 322, 16, 11,  20,  6, 37,  70, R_NEAR,    60, 0, 360
layer_meadow:    dw 345,  3, 13,   0,  1, 61,   0, R_MEADOW,  70, 0, 400

; SI = layer, CX = x -> AX = y of its edge
layer_edge:
        push bx
        push dx
        mov ax, cx
        imul ax, [si + layer.f1]
        shr ax, 4
        add ax, [si + layer.p1]
        call .wave
        imul ax, [si + layer.a1]
        sar ax, 8
        mov dx, ax
        mov ax, cx
        imul ax, [si + layer.f2]
        shr ax, 4
        add ax, [si + layer.p2]
        call .wave
        imul ax, [si + layer.a2]
        sar ax, 8
        add dx, ax
        mov ax, [si + layer.base]
        sub ax, dx
        pop dx
        pop bx
        ret
.wave:                                  ; AX = angle -> AX = -256..256 (mountains -127..128)
        movzx bx, al
        cmp word [si + layer.kind], 0
        jne .sharp
        add bx, bx
        mov ax, [sine + bx]
        ret
.sharp: mov ax, bx                      ; a triangle wave
        test al, 0x80
        jz .rising
        not al
.rising:
        shl ax, 1
        sub ax, 127
        ret

; SI = layer
paint_layer:
        pushad
        xor cx, cx
.column:
        call layer_edge
        mov bx, ax                      ; y
        mov dx, ax                      ; edge
        movzx edi, ax
        imul edi, edi, SCREEN_W
        movzx eax, cx
        add edi, eax
        add edi, PRISTINE
.pixel: cmp bx, [si + layer.bottom]
        jge .next
        cmp word [si + layer.kind], 0
        jne .rock
        push dx
        mov ax, bx
        sub ax, dx
        imul ax, ax, 7 * 16
        xor dx, dx
        div word [si + layer.depth]
        mov bp, ax
        pop dx
        call dither
        add bp, ax
        shr bp, 4
        cmp bp, 7
        jbe .shade
        mov bp, 7
.shade: mov ax, [si + layer.ramp]
        add ax, 7
        sub ax, bp
        jmp .put
.rock:  call paint_rock
.put:   mov [edi], al
        add edi, SCREEN_W
        inc bx
        jmp .pixel
.next:  inc cx
        cmp cx, SCREEN_W
        jb .column
        popad
        ret

; SI = layer, CX = x, BX = y, DX = edge -> AL = colour: lit and shaded faces, snow near the peaks, haze below
paint_rock:
        push cx
        push dx
        push bp
        push cx
        mov ax, bx                      ; the ridge between the faces runs down askew from the peak
        sub ax, dx
        shr ax, 1
        add cx, ax
        call layer_edge
        mov bp, ax
        add cx, 4
        call layer_edge
        pop cx
        cmp ax, bp                      ; a face that falls to the right lies in shade
        mov bp, 5
        jle .lit
        mov bp, 2
.lit:   mov ax, cx                      ; snow down to a ragged line
        and ax, 15
        sub ax, 8
        jns .ragged
        neg ax
.ragged:
        add ax, bx
        add ax, bx
        add ax, dx
        cmp ax, 3 * SNOW_LINE
        mov ax, R_SNOW - R_ROCK
        jb .put
        xor ax, ax
        cmp bx, HAZE_LINE
        jb .put
        inc bp
.put:   add ax, bp
        add ax, R_ROCK
        pop bp
        pop dx
        pop cx
        ret
SNOW_LINE       equ 222
HAZE_LINE       equ 262
