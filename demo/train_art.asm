; The vehicles, as display lists: x from the left end, y from 80 pixels above the rails. They face right.

SMALL_TURN      equ 1304                ; 256 * 256 / (2 pi 8)
BOGIE_TURN      equ 1159                ; radius 9
CHIMNEY_X       equ 117
WHISTLE_X       equ 51

art_locomotive:
        rect R_BOILER + 0, 2, 60, 122, 7            ; frame
        rect R_BOILER + 1, 40, 50, 88, 8
        cylinder R_LIVERY, 42, 24, 66, 29           ; boiler, bands of brass
        rect R_BRASS + 5, 58, 24, 2, 29
        rect R_BRASS + 5, 78, 24, 2, 29
        rect R_BRASS + 5, 98, 24, 2, 29
        cylinder R_BOILER, 106, 22, 20, 33          ; smoke box
        rect R_BOILER + 3, 126, 27, 2, 23
        rect R_STEEL + 4, 128, 37, 3, 3
        rect R_BOILER + 3, 113, 5, 9, 18            ; chimney
        rect R_BOILER + 5, 115, 5, 2, 18
        rect R_BOILER + 2, 111, 19, 13, 4
        rect R_BRASS + 4, 110, 0, 15, 5
        rect R_BRASS + 7, 110, 1, 15, 1
        disc R_BRASS + 4, 87, 20, 8                 ; domes
        rect R_BRASS + 3, 79, 20, 17, 6
        disc R_BRASS + 6, 85, 18, 4
        disc R_LIVERY + 4, 66, 21, 7
        rect R_LIVERY + 3, 59, 21, 15, 5
        disc R_LIVERY + 6, 64, 19, 3
        rect R_BRASS + 6, 50, 13, 2, 12             ; whistle
        rect R_BRASS + 7, 49, 11, 4, 3
        rect R_STEEL + 2, 123, 15, 5, 8             ; head lamp
        disc C_LAMP, 127, 17, 4
        rect R_LIVERY + 3, 4, 12, 40, 48            ; cab
        rect R_LIVERY + 5, 4, 12, 40, 2
        rect R_LIVERY + 2, 4, 56, 40, 4
        rect R_BRASS + 5, 7, 39, 34, 1
        rect R_BRASS + 5, 7, 54, 34, 1
        rect R_BRASS + 5, 7, 39, 1, 16
        rect R_BRASS + 5, 40, 39, 1, 16
        rect R_BOILER + 1, 8, 17, 14, 18
        rect C_GLASS, 10, 19, 10, 14
        rect R_BOILER + 1, 26, 17, 14, 18
        rect C_GLASS, 28, 19, 10, 14
        rect R_BOILER + 3, -1, 7, 48, 5             ; roof
        rect R_BOILER + 4, 3, 5, 40, 2
        rect R_BOILER + 5, 8, 4, 30, 1
        rect R_LIVERY + 2, 40, 53, 94, 5            ; running board
        rect R_LIVERY + 6, 40, 53, 94, 1
        rect R_LIVERY + 4, 112, 57, 20, 14          ; cylinder
        rect R_LIVERY + 6, 112, 58, 20, 2
        rect R_STEEL + 4, 110, 57, 2, 14
        rect R_STEEL + 4, 132, 57, 2, 14
        rect C_RED, 130, 52, 5, 11                  ; buffer beam
        rect R_STEEL + 3, 135, 55, 4, 4
        rect R_STEEL + 5, 139, 53, 2, 8
        triangle R_BOILER + 3, 132, 66, 9, 13       ; cowcatcher
        triangle R_BOILER + 5, 134, 68, 4, 11
        rect R_STEEL + 2, -4, 62, 8, 3              ; coupling
        wheel R_LIVERY, 26, DRIVER_Y, 14, DRIVER_TURN
        wheel R_LIVERY, 57, DRIVER_Y, 14, DRIVER_TURN
        wheel R_LIVERY, 88, DRIVER_Y, 14, DRIVER_TURN
        wheel R_LIVERY, 118, 72, 8, SMALL_TURN
        end_of_list

art_tender:
        rect R_STEEL + 2, -6, 62, 8, 3
        rect R_BOILER + 0, 4, 58, 54, 8
        disc R_BOILER + 1, 14, 27, 9                ; coal
        disc R_BOILER + 0, 28, 25, 10
        disc R_BOILER + 1, 42, 28, 9
        disc R_BOILER + 2, 26, 20, 3
        disc R_BOILER + 3, 15, 21, 2
        disc R_BOILER + 2, 40, 22, 3
        rect R_LIVERY + 3, 2, 28, 56, 31
        rect R_LIVERY + 5, 0, 26, 60, 3
        rect R_LIVERY + 2, 2, 55, 56, 4
        rect R_BRASS + 5, 5, 32, 50, 1
        rect R_BRASS + 5, 5, 52, 50, 1
        rect R_BRASS + 5, 5, 32, 1, 20
        rect R_BRASS + 5, 54, 32, 1, 21
        label R_BRASS + 7, 14, 35, 1, text_loco
        wheel R_LIVERY, 15, 71, 9, BOGIE_TURN
        wheel R_LIVERY, 45, 71, 9, BOGIE_TURN
        end_of_list
text_loco:      db "LOCO", 0

%macro window 1                         ; x
        rect R_LIVERY + 1, %1, 28, 14, 17
        rect C_GLASS, %1 + 1, 29, 12, 15
        rect R_CREAM + 6, %1 + 1, 34, 12, 1
%endmacro
art_coach:
        rect R_STEEL + 2, -6, 62, 122, 3
        rect R_BOILER + 0, 4, 60, 102, 6
        rect R_CREAM + 6, 2, 22, 106, 26
        rect R_LIVERY + 3, 2, 48, 106, 13
        rect R_LIVERY + 5, 2, 48, 106, 1
        rect R_LIVERY + 1, 2, 59, 106, 2
        rect R_BRASS + 6, 2, 54, 106, 1
        rect R_BOILER + 2, -2, 19, 114, 4
        rect R_BOILER + 3, 1, 16, 108, 3
        rect R_BOILER + 4, 6, 14, 98, 2
        rect R_BOILER + 5, 12, 13, 86, 1
        window 9
        window 28
        window 48
        window 68
        window 87
        rect R_BOILER + 2, 30, 11, 8, 2
        rect R_BOILER + 2, 72, 11, 8, 2
        wheel R_STEEL, 18, 71, 9, BOGIE_TURN
        wheel R_STEEL, 38, 71, 9, BOGIE_TURN
        wheel R_STEEL, 72, 71, 9, BOGIE_TURN
        wheel R_STEEL, 92, 71, 9, BOGIE_TURN
        end_of_list
