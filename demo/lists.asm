; Display lists, pictures as data: entries of ten bytes, drawn in order relative to [origin]. Made with the macros below.
OP_END          equ 0
OP_RECT         equ 2
OP_CYLINDER     equ 4
OP_DISC         equ 6
OP_TRIANGLE     equ 8
OP_WHEEL        equ 10
OP_TEXT         equ 12

%macro rect 5                           ; colour, x, y, width, height
        db OP_RECT, %1
        dw %2, %3, %4, %5
%endmacro
%macro cylinder 5                       ; ramp, x, y, width, height
        db OP_CYLINDER, %1
        dw %2, %3, %4, %5
%endmacro
%macro disc 4                           ; colour, centre x, centre y, radius
        db OP_DISC, %1
        dw %2, %3, %4, 0
%endmacro
%macro triangle 5                       ; colour, apex x, apex y, half width, height
        db OP_TRIANGLE, %1
        dw %2, %3, %4, %5
%endmacro
%macro wheel 5                          ; ramp, centre x, centre y, radius, turn per pixel (256ths of 1/256 turn)
        db OP_WHEEL, %1
        dw %2, %3, %4, %5
%endmacro
%macro label 5                          ; colour, x, y, scale, text
        db OP_TEXT, %1
        dw %2, %3, %4, %5
%endmacro
%macro end_of_list 0
        db OP_END
%endmacro

; SI = display list
draw_list:
        pushad
.entry: lodsb
        test al, al
        jz .done
        movzx bp, al
        lodsb
        mov [ink], al
        push si
        mov ax, [si]
        mov bx, [si + 2]
        mov cx, [si + 4]
        mov dx, [si + 6]
        add ax, [origin.x]
        add bx, [origin.y]
        call [.operations - 2 + bp]
        pop si
        add si, 8
        jmp .entry
.done:  popad
        ret

.operations:    dw fill_rect, fill_cylinder, fill_disc, fill_triangle, draw_wheel, .text
.text:  mov si, dx
        jmp draw_text
