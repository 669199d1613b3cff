; Drawing primitives on the layer in [target], in colour [ink], inside [clip]; and display lists made of them.

; AX = x, BX = y, CX = width, DX = height
fill_rect:
        pushad
        add cx, ax
        add dx, bx
        cmp ax, [clip.left]
        jge .left
        mov ax, [clip.left]
.left:  cmp bx, [clip.top]
        jge .top
        mov bx, [clip.top]
.top:   cmp cx, [clip.right]
        jle .right
        mov cx, [clip.right]
.right: cmp dx, [clip.bottom]
        jle .bottom
        mov dx, [clip.bottom]
.bottom:
        sub cx, ax
        jle .done
        sub dx, bx
        jle .done
        movzx ebx, bx
        imul edi, ebx, SCREEN_W
        movzx eax, ax
        add edi, eax
        xor bl, al                      ; parity of the first pixel, for the mesh
        add edi, [target]
        movzx ebp, cx
        mov al, [ink]
        cmp byte [mesh], 0
        jne .mesh_row
        mov ah, al
        mov cx, ax
        shl eax, 16
        mov ax, cx
.row:   mov ecx, ebp
        shr ecx, 2
        a32 rep stosd
        mov ecx, ebp
        and ecx, 3
        a32 rep stosb
        add edi, SCREEN_W
        sub edi, ebp
        dec dx
        jnz .row
.done:  popad
        ret

.mesh_row:
        push edi
        mov ecx, ebp
        test bl, 1
        jz .mesh_pixel
        inc edi
        dec ecx
        jz .mesh_next
.mesh_pixel:
        mov [edi], al
        add edi, 2
        sub ecx, 2
        jg .mesh_pixel
.mesh_next:
        pop edi
        add edi, SCREEN_W
        inc bl
        dec dx
        jnz .mesh_row
        popad
        ret

; AX = centre x, BX = centre y, CX = radius (at most 63)
fill_disc:
        pushad
        mov si, cx
        shl si, 6
        add si, half_widths
        mov di, cx                      ; distance from the middle row, falling
        sub bx, cx
        mov bp, cx
        add bp, cx
        inc bp                          ; rows
.row:   push ax
        push si
        mov dx, di
        test dx, dx
        jns .below
        neg dx
.below: add si, dx
        movzx cx, byte [si]
        sub ax, cx
        add cx, cx
        inc cx
        mov dx, 1
        call fill_rect
        pop si
        pop ax
        inc bx
        dec di
        dec bp
        jnz .row
        popad
        ret

; An upright isosceles triangle. AX = apex x, BX = apex y, CX = half width at the base, DX = height
fill_triangle:
        pushad
        mov si, ax
        mov bp, dx
        mov di, 0
.row:   mov ax, di                      ; half width of this row
        inc ax
        mul cx
        div bp
        push cx
        mov cx, ax
        mov ax, si
        sub ax, cx
        add cx, cx
        inc cx
        mov dx, 1
        call fill_rect
        pop cx
        inc bx
        inc di
        cmp di, bp
        jb .row
        popad
        ret

; A lying cylinder: rows shaded from the ramp of eight colours in [ink]. AX = x, BX = y, CX = width, DX = height
fill_cylinder:
        pushad
        mov bp, dx
        xor di, di
        mov dl, [ink]
.row:   push ax
        push dx
        mov ax, di
        shl ax, 4
        xor dx, dx
        div bp
        mov si, ax
        pop dx
        mov al, [.profile + si]
        add al, dl
        mov [ink], al
        pop ax
        push dx
        mov dx, 1
        call fill_rect
        pop dx
        inc bx
        inc di
        cmp di, bp
        jb .row
        mov [ink], dl
        popad
        ret
.profile:       db 3, 4, 6, 7, 7, 6, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1

; A line two pixels thick. AX, BX = from, CX, DX = to
draw_line:
        pushad
        sub cx, ax
        sub dx, bx
        shl eax, 16                     ; 16.16 fixed point, from the middle of the pixel
        mov ax, 0x8000
        mov [line.x], eax
        shl ebx, 16
        mov bx, 0x8000
        mov [line.y], ebx
        mov si, cx                      ; steps: the longer side
        test si, si
        jns .x_positive
        neg si
.x_positive:
        mov di, dx
        test di, di
        jns .y_positive
        neg di
.y_positive:
        cmp si, di
        jae .steps
        mov si, di
.steps: test si, si
        jz .done
        movsx edi, si
        movsx eax, dx
        shl eax, 16
        cdq
        idiv edi
        mov [line.step_y], eax
        movsx eax, cx
        shl eax, 16
        cdq
        idiv edi
        mov [line.step_x], eax
        inc si
.dot:   mov ax, [line.x + 2]
        mov bx, [line.y + 2]
        call .dot_2x2
        mov eax, [line.step_x]
        add [line.x], eax
        mov eax, [line.step_y]
        add [line.y], eax
        dec si
        jnz .dot
.done:  popad
        ret

.dot_2x2:
        cmp ax, [clip.left]
        jl .at_edge
        cmp bx, [clip.top]
        jl .at_edge
        mov cx, [clip.right]
        dec cx
        cmp ax, cx
        jge .at_edge
        mov cx, [clip.bottom]
        dec cx
        cmp bx, cx
        jge .at_edge
        movzx edi, bx
        imul edi, edi, SCREEN_W
        movzx eax, ax
        add edi, eax
        add edi, [target]
        mov al, [ink]
        mov ah, al
        mov [edi], ax
        mov [edi + SCREEN_W], ax
        ret
.at_edge:
        mov cx, 2
        mov dx, 2
        jmp fill_rect
