; Smoke from the chimney at each chuff, steam from the whistle while the horn sounds.

PUFF_LIFE       equ 44                  ; ticks
        struc puff
.age:           resw 1                  ; 0: free
.x:             resw 1                  ; 12.4 fixed point
.y:             resw 1
.drift:         resw 1
.kind:          resw 1                  ; 0 smoke, 1 steam
        endstruc

smoke_step:
        pushad
        mov si, puffs
.puff:  cmp word [si + puff.age], 0
        je .next
        call puff_mark
        inc word [si + puff.age]
        cmp word [si + puff.age], PUFF_LIFE
        jb .alive
        mov word [si + puff.age], 0
        jmp .next
.alive: mov ax, PUFF_LIFE + 4           ; rises fast at first
        sub ax, [si + puff.age]
        shr ax, 1
        cmp ax, 8
        jae .rise
        mov ax, 8
.rise:  sub [si + puff.y], ax
        mov ax, [si + puff.drift]
        add [si + puff.x], ax
        call puff_mark
.next:  add si, puff_size
        cmp si, puffs_end
        jb .puff

        mov si, vehicles + 3 * 6
        call vehicle_x
        mov bx, TRAIN_TOP - 4
        cmp byte [train.chuffed], 0
        je .no_smoke
        push ax
        add ax, CHIMNEY_X
        xor dx, dx
        call puff_start
        pop ax
.no_smoke:
        test byte [state.flags], FLAG_HORN
        jz .done
        test byte [state.ticks], 1
        jz .done
        add ax, WHISTLE_X
        mov bx, TRAIN_TOP + 6
        mov dx, 1
        call puff_start
.done:  popad
        ret

; AX = x, BX = y, DX = kind
puff_start:
        pushad
        cmp ax, TUNNEL_LEFT
        jl .done
        cmp ax, TUNNEL_RIGHT - 4
        jg .done
        mov si, puffs
        mov di, si                      ; a free one, else the oldest
.search:
        cmp word [si + puff.age], 0
        je .found
        mov cx, [si + puff.age]
        cmp cx, [di + puff.age]
        jbe .next
        mov di, si
.next:  add si, puff_size
        cmp si, puffs_end
        jb .search
        mov si, di
        call puff_mark
.found: mov word [si + puff.age], 1
        shl ax, 4
        shl bx, 4
        mov [si + puff.x], ax
        mov [si + puff.y], bx
        mov [si + puff.kind], dx
        call random
        and ax, 7
        sub ax, 9
        mov [si + puff.drift], ax
        call puff_mark
.done:  popad
        ret

; SI = puff -> AX = x, BX = y, CX = radius
puff_place:
        mov ax, [si + puff.x]
        sar ax, 4
        mov bx, [si + puff.y]
        sar bx, 4
        mov cx, [si + puff.age]
        shr cx, 1
        cmp cx, 9
        jbe .grown
        sub cx, 9                       ; grows slower later
        shr cx, 1
        add cx, 9
.grown: add cx, 3
        cmp word [si + puff.kind], 0
        je .done
        shr cx, 1
        inc cx
.done:  ret

; SI = puff: its place needs drawing
puff_mark:
        pushad
        call puff_place
        sub ax, cx
        sub bx, cx
        mov dx, cx
        add cx, cx
        inc cx
        mov dx, cx
        call dirty_add
        popad
        ret

smoke_draw:
        pushad
        mov si, puffs
.puff:  cmp word [si + puff.age], 0
        je .next
        call puff_place
        mov dx, ax
        sub dx, cx
        cmp dx, [clip.right]
        jge .next
        mov dx, ax
        add dx, cx
        cmp dx, [clip.left]
        jl .next
        cmp word [si + puff.age], PUFF_LIFE / 2
        jb .solid
        mov byte [mesh], 1
.solid: mov dx, [si + puff.age]
        shr dx, 4
        add dl, R_STEAM + 4
        cmp word [si + puff.kind], 0
        je .colour
        mov dl, R_STEAM + 7
.colour:
        mov [ink], dl
        call fill_disc
        cmp byte [mesh], 0
        jne .soft
        inc dl                          ; a lit side
        cmp dl, R_STEAM + 7
        jbe .light
        mov dl, R_STEAM + 7
.light: mov [ink], dl
        mov dx, cx
        shr dx, 2
        inc dx
        sub ax, dx
        sub bx, dx
        sub cx, dx
        call fill_disc
.soft:  mov byte [mesh], 0
.next:  add si, puff_size
        cmp si, puffs_end
        jb .puff
        popad
        ret
