; 256 colours in ramps of eight, from dark to light. Four kinds of weather tint the landscape and six liveries
; paint the trains, picked by the guest's number: guests are told apart at a glance.

C_BLACK         equ 0
C_WHITE         equ 1
C_TEXT          equ 2
C_DIM           equ 3
C_AMBER         equ 4
C_RED           equ 5
C_GREEN         equ 6
C_RED_OFF       equ 7
C_GREEN_OFF     equ 8
C_GLASS         equ 9
C_PANEL         equ 10
C_BLUE          equ 11
C_SUN           equ 12
C_SUN_RIM       equ 13
C_LAMP          equ 14
C_PINK          equ 15
R_SKY           equ 16                  ; 48 colours from the zenith to the horizon
SKY_COLOURS     equ 48
R_ROCK          equ 64
R_FAR           equ 72
R_MIDDLE        equ 80
R_NEAR          equ 88
R_MEADOW        equ 96
R_BALLAST       equ 104
R_WOOD          equ 112
R_STEEL         equ 120
R_BOILER        equ 128
R_LIVERY        equ 136
R_CREAM         equ 144
R_BRASS         equ 152
R_STEAM         equ 160
R_PINE          equ 168
R_LEAF          equ 176
R_STONE         equ 184
R_ROOF          equ 192
R_CLOUD         equ 200
R_SNOW          equ 208
R_ENAMEL        equ 216

palette_load:
        pushad
        mov eax, [state.number]
        xor edx, edx
        mov ecx, 4
        div ecx
        imul si, dx, THEME_SIZE
        add si, themes                  ; SI = weather
        mov eax, [state.number]
        xor edx, edx
        mov ecx, 6
        div ecx
        imul di, dx, 6
        add di, liveries                ; DI = livery

        mov bp, ramps
.ramp:  cmp byte [bp + 1], 0
        je .extra
        call .one_ramp
        add bp, 9
        jmp .ramp
.extra: mov bp, palette_scratch                ; what depends on the number: sky in two halves, sun, livery
        mov word [palette_scratch], R_SKY | (24 << 8)
        mov byte [palette_scratch + 8], 0
        call .copy_6_from_si
        call .one_ramp
        mov word [palette_scratch], (R_SKY + 24) | (24 << 8)
        add si, 3
        call .copy_6_from_si
        call .one_ramp
        add si, 6                       ; past top (already), middle, horizon: sun and its rim
        mov word [palette_scratch], C_SUN | (2 << 8)
        call .copy_6_from_si
        call .one_ramp
        mov word [palette_scratch], R_LIVERY | (8 << 8)
        mov si, di
        call .copy_6_from_si
        call .one_ramp
        popad
        ret

.copy_6_from_si:
        push si
        push di
        mov di, palette_scratch + 2
        mov cx, 6
        rep movsb
        pop di
        pop si
        ret

; BP = ramp: first index, count, from r g b, to r g b, tinted; SI = weather
.one_ramp:
        pushad
        mov dx, 0x3C8
        mov al, [bp]
        out dx, al
        inc dx
        movzx bx, byte [bp + 1]
        xor di, di                      ; colour number
.colour:
        xor cx, cx                      ; channel
.channel:
        push bp
        add bp, cx
        movzx eax, byte [bp + 5]        ; from + (to - from) * i / (count - 1)
        movzx edx, byte [bp + 2]
        pop bp
        sub ax, dx
        push dx
        imul di
        push bx
        dec bx
        jz .single
        idiv bx
.single:
        pop bx
        pop dx
        add ax, dx
        cmp byte [bp + 8], 0
        je .untinted
        push bx
        mov bx, cx
        movzx dx, byte [si + bx + THEME_TINT]
        pop bx
        imul ax, dx
        shr ax, 6
.untinted:
        cmp ax, 255
        jbe .in_range
        mov ax, 255
.in_range:
        shr ax, 2                       ; the VGA has six bits per channel
        mov dx, 0x3C9
        out dx, al
        inc cx
        cmp cx, 3
        jb .channel
        inc di
        cmp di, bx
        jb .colour
        popad
        ret

%macro ramp 9                           ; first, count, from r g b, to r g b, tinted
        db %1, %2, %3, %4, %5, %6, %7, %8, %9
%endmacro
%macro colour 4                         ; index, r g b
        db %1, 1, %2, %3, %4, %2, %3, %4, 0
%endmacro

ramps:
        colour C_BLACK,      6,   8,  12
        colour C_WHITE,    255, 255, 255
        colour C_TEXT,     238, 240, 244
        colour C_DIM,      132, 150, 176
        colour C_AMBER,    255, 196,  64
        colour C_RED,      255,  52,  40
        colour C_GREEN,     60, 240,  90
        colour C_RED_OFF,   70,  16,  16
        colour C_GREEN_OFF, 12,  56,  24
        colour C_GLASS,    255, 232, 150
        colour C_PANEL,     20,  28,  46
        colour C_BLUE,      40, 120, 255
        colour C_LAMP,     255, 250, 200
        colour C_PINK,     255, 120, 190
        ramp R_ROCK, 8,     84,  92, 124,  170, 178, 206, 1
        ramp R_FAR, 8,      72, 118, 128,  134, 178, 168, 1
        ramp R_MIDDLE, 8,   52, 108,  84,  122, 176, 104, 1
        ramp R_NEAR, 8,     42,  96,  50,  128, 182,  76, 1
        ramp R_MEADOW, 8,   48,  98,  36,  150, 200,  84, 1
        ramp R_BALLAST, 8,  78,  70,  64,  168, 158, 146, 1
        ramp R_WOOD, 8,     62,  40,  26,  176, 128,  84, 1
        ramp R_STEEL, 8,    50,  54,  62,  226, 232, 240, 1
        ramp R_BOILER, 8,   14,  16,  20,  112, 120, 132, 0
        ramp R_CREAM, 8,   138, 118,  84,  255, 244, 214, 1
        ramp R_BRASS, 8,    98,  62,  16,  255, 226, 120, 0
        ramp R_STEAM, 8,   128, 132, 144,  252, 252, 252, 1
        ramp R_PINE, 8,     16,  54,  40,   66, 128,  78, 1
        ramp R_LEAF, 8,     34,  84,  34,  140, 196,  74, 1
        ramp R_STONE, 8,    62,  60,  66,  188, 182, 176, 1
        ramp R_ROOF, 8,     96,  34,  26,  226, 110,  78, 1
        ramp R_CLOUD, 8,   188, 200, 220,  255, 255, 255, 1
        ramp R_SNOW, 8,    176, 192, 224,  252, 254, 255, 1
        ramp R_ENAMEL, 8,  170, 160, 138,  255, 248, 226, 0
        db 0, 0

THEME_TINT      equ 15
THEME_SIZE      equ 18
themes:         ; zenith, middle, horizon, sun, rim of the sun, tint (64 = none)
        db  52,116,204,  122,182,232,  214,236,244,  255,246,190,  255,252,226,  64, 64, 64     ; noon
        db  66, 70,150,  226,130,118,  255,216,142,  255,236,150,  255,206,110,  64, 54, 46     ; evening
        db  10, 14, 44,   26, 42, 92,   70, 96,150,  240,244,255,  150,166,206,  26, 32, 50     ; night
        db 118,150,214,  244,188,204,  255,236,208,  255,250,224,  255,226,206,  64, 59, 58     ; dawn

liveries:       ; dark, light
        db 112, 14, 18,  244, 70, 56    ; red
        db  14, 44,118,   80,150,246    ; blue
        db  10, 76, 42,   70,190,104    ; green
        db 110, 58,  6,  250,170, 40    ; orange
        db  66, 24,104,  176,100,236    ; violet
        db   4, 78, 88,   60,200,204    ; teal
