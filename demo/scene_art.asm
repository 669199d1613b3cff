; Things that stand in the landscape, as display lists, and the routines that place them.

; SI = layer they stand on, DI = display list, BP = how many
paint_trees:
        pushad
.tree:  call random
        xor dx, dx
        mov cx, SCREEN_W
        div cx
        mov cx, dx
        mov [origin.x], cx
        call layer_edge
        push ax
        call random
        and ax, 7
        mov dx, ax
        pop ax
        add ax, dx
        mov [origin.y], ax
        push si
        mov si, di
        call draw_list
        pop si
        dec bp
        jnz .tree
        popad
        ret

; Flowers and tufts on the meadow in front of the track.
paint_flowers:
        pushad
        mov bp, 260
.flower:
        call random
        xor dx, dx
        mov cx, SCREEN_W
        div cx
        push dx
        call random
        xor dx, dx
        mov cx, PANEL_Y - RAIL_Y - 20
        div cx
        mov bx, RAIL_Y + 17
        add bx, dx
        mov si, bp
        and si, 7
        mov al, [.colours + si]
        mov [ink], al
        pop ax
        mov cx, 2
        mov dx, 2
        cmp si, 4
        jae .put
        mov cx, 1
        mov dx, 4
.put:   call fill_rect
        dec bp
        jnz .flower
        popad
        ret
.colours:       db R_MEADOW, R_MEADOW + 1, R_MEADOW + 7, R_MEADOW + 1, R_CREAM + 7, C_AMBER, R_ROOF + 6, R_CREAM + 6

; Ballast, sleepers and rails.
paint_track:
        pushad
        mov byte [ink], R_BALLAST + 3
        xor ax, ax
        mov bx, RAIL_Y + 2
        mov cx, SCREEN_W
        mov dx, 13
        call fill_rect
        mov bp, 1500                    ; gravel
.stone: call random
        xor dx, dx
        mov cx, SCREEN_W
        div cx
        push dx
        call random
        mov bx, ax
        and al, 7
        add al, R_BALLAST
        mov [ink], al
        shr bx, 4
        and bx, 15
        cmp bx, 12
        jbe .inside
        sub bx, 8
.inside:
        add bx, RAIL_Y + 2
        pop ax
        mov cx, 2
        mov dx, 1
        call fill_rect
        dec bp
        jnz .stone
        xor ax, ax
.sleeper:
        mov byte [ink], R_WOOD + 2
        mov bx, RAIL_Y + 3
        mov cx, 9
        mov dx, 7
        call fill_rect
        mov byte [ink], R_WOOD + 4
        mov dx, 2
        call fill_rect
        add ax, 18
        cmp ax, SCREEN_W
        jb .sleeper
        mov word [origin.x], 0
        mov word [origin.y], 0
        mov si, .rails
        call draw_list
        popad
        ret
.rails: rect R_STEEL + 6, 0, RAIL_Y, SCREEN_W, 1
        rect R_STEEL + 3, 0, RAIL_Y + 1, SCREEN_W, 2
        end_of_list

; The name board with the guest's number.
SIGN_X          equ 76
SIGN_Y          equ 132
SIGN_W          equ 176
paint_sign:
        pushad
        mov si, art_sign
        call draw_list
        mov eax, [state.number]
        call format_number              ; SI, CX
        mov bx, number_text             ; the font's zero has a dot in it, its O looks better at this size
.zero:  cmp byte [bx], '0'
        jne .not_zero
        mov byte [bx], 'O'
.not_zero:
        inc bx
        cmp bx, number_text_end
        jb .zero
        mov bx, cx
        cmp bx, 5
        jbe .known
        mov bx, 5
.known: movzx cx, byte [.scale - 1 + bx]
        mov ax, bx                      ; centred: x = middle - digits * 8 * scale / 2
        imul ax, cx
        shl ax, 2
        neg ax
        add ax, SIGN_X + SIGN_W / 2
        mov bx, cx                      ; the digits fill 12 of the 16 rows of the font
        shl bx, 3
        neg bx
        add bx, SIGN_Y + 94
        mov byte [ink], R_LIVERY + 1
        call draw_text
        popad
        ret
.scale:         db 7, 7, 6, 4, 4

art_sign:
        rect R_WOOD + 1, SIGN_X + 20, SIGN_Y + 140, 10, 84
        rect R_WOOD + 4, SIGN_X + 20, SIGN_Y + 140, 4, 84
        rect R_WOOD + 1, SIGN_X + SIGN_W - 30, SIGN_Y + 140, 10, 84
        rect R_WOOD + 4, SIGN_X + SIGN_W - 30, SIGN_Y + 140, 4, 84
        rect R_WOOD + 2, SIGN_X - 6, SIGN_Y - 6, SIGN_W + 12, 156
        rect R_WOOD + 5, SIGN_X - 6, SIGN_Y - 6, SIGN_W + 12, 3
        rect R_WOOD + 0, SIGN_X - 6, SIGN_Y + 147, SIGN_W + 12, 3
        rect R_ENAMEL + 7, SIGN_X, SIGN_Y, SIGN_W, 144
        rect R_LIVERY + 3, SIGN_X, SIGN_Y, SIGN_W, 42
        rect R_LIVERY + 5, SIGN_X + 4, SIGN_Y + 4, SIGN_W - 8, 1
        rect R_LIVERY + 3, SIGN_X + 4, SIGN_Y + 138, SIGN_W - 8, 2
        label C_WHITE, SIGN_X + 48, SIGN_Y + 5, 2, text_guest
        end_of_list
text_guest:     db "GUEST", 0

art_sun:
        disc C_SUN_RIM, 404, 92, 36
        disc C_SUN, 404, 92, 31
        end_of_list

art_tree:
        rect R_WOOD + 2, -2, -12, 5, 16
        disc R_LEAF + 1, 0, -24, 15
        disc R_LEAF + 2, -9, -17, 9
        disc R_LEAF + 2, 9, -18, 9
        disc R_LEAF + 3, -1, -26, 12
        disc R_LEAF + 5, -4, -29, 8
        disc R_LEAF + 6, -6, -31, 4
        end_of_list

art_pine:
        rect R_WOOD + 1, -1, -6, 4, 10
        triangle R_PINE + 1, 0, -28, 12, 24
        triangle R_PINE + 3, 0, -38, 10, 20
        triangle R_PINE + 5, 0, -46, 7, 16
        end_of_list

art_pine_small:
        triangle R_PINE + 2, 0, -16, 5, 16
        triangle R_PINE + 4, 0, -20, 4, 11
        end_of_list

art_station:
        rect R_STONE + 4, 300, 338, 150, 14         ; platform
        rect R_STONE + 6, 300, 336, 150, 3
        rect R_CREAM + 5, 322, 290, 100, 46         ; walls
        rect R_CREAM + 3, 322, 328, 100, 8
        triangle R_ROOF + 3, 372, 254, 62, 36
        triangle R_ROOF + 5, 372, 254, 58, 32
        triangle R_CREAM + 5, 372, 266, 26, 24
        disc R_WOOD + 1, 372, 279, 7
        disc C_WHITE, 372, 279, 5
        rect C_BLACK, 371, 275, 2, 5
        rect C_BLACK, 372, 279, 4, 1
        rect R_ROOF + 1, 310, 289, 124, 4
        rect R_WOOD + 2, 332, 300, 20, 20
        rect C_GLASS, 334, 302, 7, 16
        rect C_GLASS, 343, 302, 7, 16
        rect R_WOOD + 2, 362, 300, 20, 36
        rect R_WOOD + 4, 364, 302, 16, 34
        rect C_GLASS, 367, 305, 10, 10
        rect R_WOOD + 2, 392, 300, 20, 20
        rect C_GLASS, 394, 302, 7, 16
        rect C_GLASS, 403, 302, 7, 16
        rect R_STEEL + 1, 520, 250, 5, 104          ; mast of the signal
        rect R_STEEL + 5, 520, 250, 2, 104
        rect R_STEEL + 1, 514, 346, 17, 6
        end_of_list

art_tunnels:
        rect R_NEAR + 1, 0, 330, 40, 22
        rect R_NEAR + 1, 602, 330, 38, 22
        disc R_NEAR + 1, -14, 322, 62
        disc R_NEAR + 2, -20, 318, 60
        disc R_NEAR + 3, -26, 312, 58
        rect R_STONE + 2, 34, 256, 12, 98
        rect R_STONE + 5, 36, 258, 8, 94
        rect R_STONE + 6, 30, 250, 18, 8
        rect R_STONE + 3, 30, 256, 18, 2
        rect R_STONE + 2, 36, 274, 8, 1
        rect R_STONE + 2, 36, 292, 8, 1
        rect R_STONE + 2, 36, 310, 8, 1
        rect R_STONE + 2, 36, 328, 8, 1
        disc R_NEAR + 1, 654, 322, 62
        disc R_NEAR + 2, 660, 318, 60
        disc R_NEAR + 3, 666, 312, 58
        rect R_STONE + 2, 594, 256, 12, 98
        rect R_STONE + 5, 596, 258, 8, 94
        rect R_STONE + 6, 592, 250, 18, 8
        rect R_STONE + 3, 592, 256, 18, 2
        rect R_STONE + 2, 596, 274, 8, 1
        rect R_STONE + 2, 596, 292, 8, 1
        rect R_STONE + 2, 596, 310, 8, 1
        rect R_STONE + 2, 596, 328, 8, 1
        end_of_list

art_panel:
        rect R_BRASS + 5, 0, PANEL_Y, SCREEN_W, 2
        rect R_BRASS + 2, 0, PANEL_Y + 2, SCREEN_W, 1
        rect C_PANEL, 0, PANEL_Y + 3, SCREEN_W, SCREEN_H - PANEL_Y - 3
        end_of_list

; The signal beside the track: every key press flips it between red and green. A light that is easy to find for
; whoever measures how long a key takes to become a pixel.
SIGNAL_X        equ 508
SIGNAL_Y        equ 192
SIGNAL_W        equ 29
SIGNAL_H        equ 60
signal_draw:
        pushad
        mov eax, BACK
        call draw_on
        mov word [origin.x], SIGNAL_X
        mov word [origin.y], SIGNAL_Y
        mov si, art_signal_red
        test byte [state.flags], FLAG_SIGNAL
        jz .draw
        mov si, art_signal_green
.draw:  call draw_list
        mov ax, SIGNAL_X
        mov bx, SIGNAL_Y
        mov cx, SIGNAL_W
        mov dx, SIGNAL_H
        call dirty_add
        popad
        ret

%macro signal_light 2                   ; colour above, colour below
        rect R_BOILER + 1, 0, 0, SIGNAL_W, SIGNAL_H
        rect R_BOILER + 4, 0, 0, SIGNAL_W, 2
        disc %1, 14, 16, 11
        disc %2, 14, 44, 11
        end_of_list
%endmacro
art_signal_red:         signal_light C_RED, C_GREEN_OFF
art_signal_green:       signal_light C_RED_OFF, C_GREEN
