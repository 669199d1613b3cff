; The train: where it is, how it moves, how it is drawn.

SPEED_MAX       equ 8                   ; pixels per tick
SPEED_START     equ 3
KMH_PER_STEP    equ 15
LOOP_LENGTH     equ 696                 ; one round: the visible track and the way through the tunnel
LOOP_START      equ TUNNEL_LEFT - 144   ; screen x of position 0
TRAIN_TOP       equ RAIL_Y - 80
TRAIN_HEIGHT    equ 83
LOCO_WIDTH      equ 140
CHUFF_PIXELS    equ 22                  ; four chuffs per turn of the driving wheels
VEHICLES        equ 4

vehicles:       ; distance behind the locomotive, width, display list, wheels and rods
        dw 288, 110, art_coach
        dw 176, 110, art_coach
        dw  64,  62, art_tender
        dw   0, LOCO_WIDTH, art_locomotive

; One tick of motion.
train_step:
        pushad
        mov byte [train.chuffed], 0
        mov eax, [state.speed]
        test eax, eax
        jz .done
        call train_mark
        add [state.odometer], eax
        mov bx, [train.position]
        add bx, ax
        jns .not_below
        add bx, LOOP_LENGTH
.not_below:
        cmp bx, LOOP_LENGTH
        jb .in_loop
        sub bx, LOOP_LENGTH
.in_loop:
        mov [train.position], bx
        call train_mark
        add bx, LOOP_START + LOCO_WIDTH
        movsx ebx, bx
        mov [state.train_x], ebx
        test eax, eax                   ; a chuff every so many pixels
        jns .forward
        neg eax
.forward:
        sub [train.chuff_left], ax
        jg .done
        add word [train.chuff_left], CHUFF_PIXELS
        mov byte [train.chuffed], 1
.done:  popad
        ret

; EAX = change of speed
train_accelerate:
        pushad
        add eax, [state.speed]
        cmp eax, SPEED_MAX
        jg .done
        cmp eax, -SPEED_MAX
        jl .done
        mov [state.speed], eax
        mov byte [panel.stale], 1
.done:  popad
        ret

; SI = vehicle -> AX = x of its left end
vehicle_x:
        mov ax, [train.position]
        sub ax, [si]
        jns .in_loop
        add ax, LOOP_LENGTH
.in_loop:
        add ax, LOOP_START
        ret

; The places where the vehicles are now need drawing.
train_mark:
        pushad
        mov si, vehicles
        mov bp, VEHICLES
.vehicle:
        call vehicle_x
        mov cx, [si + 2]
        add cx, ax
        add cx, 6
        sub ax, 6
        cmp ax, TUNNEL_LEFT             ; only what the tunnels let see
        jge .left
        mov ax, TUNNEL_LEFT
.left:  cmp cx, TUNNEL_RIGHT
        jle .right
        mov cx, TUNNEL_RIGHT
.right: sub cx, ax
        jle .next
        mov bx, TRAIN_TOP
        mov dx, TRAIN_HEIGHT
        call dirty_add
.next:  add si, 6
        dec bp
        jnz .vehicle
        popad
        ret

; Draw what the clip rectangle shows of the train.
train_draw:
        pushad
        mov ax, [clip.bottom]
        cmp ax, TRAIN_TOP
        jle .return
        mov ax, [clip.top]
        cmp ax, TRAIN_TOP + TRAIN_HEIGHT
        jge .return
        push dword [clip.left]
        push dword [clip.right]
        cmp word [clip.left], TUNNEL_LEFT
        jge .left
        mov word [clip.left], TUNNEL_LEFT
.left:  cmp word [clip.right], TUNNEL_RIGHT
        jle .right
        mov word [clip.right], TUNNEL_RIGHT
.right: mov si, vehicles
        mov bp, VEHICLES
.vehicle:
        call vehicle_x
        mov [origin.x], ax
        mov word [origin.y], TRAIN_TOP
        sub ax, 6
        cmp ax, [clip.right]
        jge .next
        add ax, 12
        add ax, [si + 2]
        cmp ax, [clip.left]
        jle .next
        push si
        mov si, [si + 4]
        call draw_list
        cmp si, art_locomotive
        jne .no_rods
        call rods_draw
.no_rods:
        pop si
.next:  add si, 6
        dec bp
        jnz .vehicle
        pop dword [clip.right]
        pop dword [clip.left]
.return:
        popad
        ret
