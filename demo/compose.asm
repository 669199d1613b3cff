; Dirty rectangles: whatever changes its look reports where; compose redraws these places, back to front, out of
; sight, and then copies them to the screen. A pixel goes to the screen once, finished: no flicker.

; AX = left, BX = top, CX = width, DX = height
dirty_add:
        pushad
        add cx, ax
        add dx, bx
        and ax, ~3                      ; rows are copied in steps of four pixels
        add cx, 3
        and cx, ~3
        test ax, ax
        jns .left
        xor ax, ax
.left:  test bx, bx
        jns .top
        xor bx, bx
.top:   cmp cx, SCREEN_W
        jle .right
        mov cx, SCREEN_W
.right: cmp dx, SCREEN_H
        jle .bottom
        mov dx, SCREEN_H
.bottom:
        cmp ax, cx
        jge .done
        cmp bx, dx
        jge .done

        mov si, dirty_rects             ; touches one that is there? then let that one grow
        mov di, [dirty_count]
.search:
        sub di, 1
        js .append
        cmp ax, [si + 4]
        jg .next
        cmp cx, [si]
        jl .next
        cmp bx, [si + 6]
        jg .next
        cmp dx, [si + 2]
        jl .next
.union: cmp ax, [si]
        jge .u1
        mov [si], ax
.u1:    cmp bx, [si + 2]
        jge .u2
        mov [si + 2], bx
.u2:    cmp cx, [si + 4]
        jle .u3
        mov [si + 4], cx
.u3:    cmp dx, [si + 6]
        jle .done
        mov [si + 6], dx
        jmp .done
.next:  add si, 8
        jmp .search
.append:
        cmp word [dirty_count], MAX_DIRTY
        jb .room
        mov si, dirty_rects             ; full: the first one grows; correct, only more to draw
        jmp .union
.room:  mov [si], ax
        mov [si + 2], bx
        mov [si + 4], cx
        mov [si + 6], dx
        inc word [dirty_count]
.done:  popad
        ret

dirty_everything:
        pushad
        xor ax, ax
        xor bx, bx
        mov cx, SCREEN_W
        mov dx, SCREEN_H
        call dirty_add
        popad
        ret

; Redraw and show all dirty rectangles.
compose:
        pushad
        mov dword [target], COMPOSED
        mov si, dirty_rects
.rect:  cmp word [dirty_count], 0
        je .done
        dec word [dirty_count]
        lodsw
        mov [clip.left], ax
        lodsw
        mov [clip.top], ax
        lodsw
        mov [clip.right], ax
        lodsw
        mov [clip.bottom], ax
        call .restore_back
        call clouds_draw
        call train_draw
        call smoke_draw
        call cursor_draw
        call present
        jmp .rect
.done:  popad
        ret

.restore_back:                          ; BACK -> COMPOSED inside the clip rectangle
        pushad
        movzx eax, word [clip.top]
        imul esi, eax, SCREEN_W
        movzx eax, word [clip.left]
        add esi, eax
        lea edi, [esi + COMPOSED]
        add esi, BACK
        movzx edx, word [clip.right]
        sub edx, eax
        mov bp, [clip.bottom]
        sub bp, [clip.top]
.row:   mov ecx, edx
        shr ecx, 2
        a32 rep movsd
        sub esi, edx
        sub edi, edx
        add esi, SCREEN_W
        add edi, SCREEN_W
        dec bp
        jnz .row
        popad
        ret

; Draw on layer EAX without limits from here on.
draw_on:
        mov [target], eax
        mov word [clip.left], 0
        mov word [clip.top], 0
        mov word [clip.right], SCREEN_W
        mov word [clip.bottom], SCREEN_H
        ret
