; Clouds. They drift only while the train runs: when it stands, nothing on the screen changes.

CLOUD_LOOP      equ SCREEN_W + 160
CLOUD_SLOWNESS  equ 24                  ; pixels of train per pixel of cloud
CLOUDS          equ 4
CLOUD_TOP       equ 10
CLOUD_BOTTOM    equ 128

cloud_table:    ; x at the start, y, width, height, display list
        dw  20,  74, 120, 44, art_cloud_a
        dw 300,  48,  96, 36, art_cloud_b
        dw 470, 112, 120, 44, art_cloud_a
        dw 700,  66,  96, 36, art_cloud_b

clouds_step:
        pushad
        mov ax, [state.speed]
        test ax, ax
        jns .forward
        neg ax
.forward:
        test ax, ax
        jz .done
        sub [clouds.count_down], ax
        jg .done
        add word [clouds.count_down], CLOUD_SLOWNESS
        call .mark
        mov ax, [clouds.offset]
        inc ax
        cmp ax, CLOUD_LOOP
        jb .in_loop
        xor ax, ax
.in_loop:
        mov [clouds.offset], ax
        call .mark
.done:  popad
        ret

.mark:  pushad
        mov si, cloud_table
        mov bp, CLOUDS
.cloud: call cloud_place
        mov cx, [si + 4]
        mov dx, [si + 6]
        sub bx, dx
        call dirty_add
        add si, 10
        dec bp
        jnz .cloud
        popad
        ret

; SI = cloud -> AX = its left end, BX = its bottom
cloud_place:
        mov ax, [si]
        sub ax, [clouds.offset]
        jns .in_loop
        add ax, CLOUD_LOOP
.in_loop:
        sub ax, 140
        mov bx, [si + 2]
        ret

clouds_draw:
        pushad
        cmp word [clip.top], CLOUD_BOTTOM
        jge .done
        mov si, cloud_table
        mov bp, CLOUDS
.cloud: call cloud_place
        cmp ax, [clip.right]
        jge .next
        mov cx, ax
        add cx, [si + 4]
        cmp cx, [clip.left]
        jle .next
        cmp bx, [clip.top]
        jle .next
        mov [origin.x], ax
        mov [origin.y], bx
        push dword [clip.top]
        push dword [clip.bottom]
        cmp bx, [clip.bottom]           ; flat below
        jge .flat
        mov [clip.bottom], bx
.flat:  push si
        mov si, [si + 8]
        call draw_list
        pop si
        pop dword [clip.bottom]
        pop dword [clip.top]
.next:  add si, 10
        dec bp
        jnz .cloud
.done:  popad
        ret

art_cloud_a:
        disc R_CLOUD + 2, 16, 0, 14
        disc R_CLOUD + 2, 40, -6, 20
        disc R_CLOUD + 2, 70, -14, 26
        disc R_CLOUD + 2, 98, -2, 18
        disc R_CLOUD + 5, 16, -3, 11
        disc R_CLOUD + 5, 40, -10, 16
        disc R_CLOUD + 5, 69, -18, 22
        disc R_CLOUD + 5, 97, -6, 14
        disc R_CLOUD + 7, 38, -14, 11
        disc R_CLOUD + 7, 66, -23, 16
        disc R_CLOUD + 7, 95, -9, 9
        end_of_list

art_cloud_b:
        disc R_CLOUD + 2, 14, 0, 12
        disc R_CLOUD + 2, 38, -12, 21
        disc R_CLOUD + 2, 66, -4, 17
        disc R_CLOUD + 2, 84, 2, 10
        disc R_CLOUD + 5, 14, -3, 9
        disc R_CLOUD + 5, 37, -15, 17
        disc R_CLOUD + 5, 65, -8, 13
        disc R_CLOUD + 7, 35, -19, 12
        disc R_CLOUD + 7, 63, -11, 8
        end_of_list
