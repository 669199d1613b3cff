; Where everything lives, and the constants that several files share.

SCREEN_W        equ 640
SCREEN_H        equ 480
TICKS_PER_SECOND equ 30
MAX_CATCH_UP    equ 8
DISK_BYTES      equ 1474560             ; a 1.44 MB floppy: QEMU knows that geometry, and as a disk any size will do

RAIL_Y          equ 352                 ; top of the rails
TUNNEL_LEFT     equ 46                  ; the train is seen between these two columns
TUNNEL_RIGHT    equ 594
PANEL_Y         equ 400

; Three layers of SCREEN_W x SCREEN_H bytes each, above 1 MB:
PRISTINE        equ 0x200000            ; the landscape as painted at start
BACK            equ 0x280000            ; landscape + what the user painted + the panel's text
COMPOSED        equ 0x300000            ; BACK + everything that moves; changed parts go from here to the screen

; Low memory. The program is at 0x7C00 and up. Nothing that is written while it runs shares a page with code: under
; TCG each such write would throw translated code away. So variables and the stack have pages of their own.
STACK_TOP       equ 0x7000
        absolute 0x1000
state:                                  ; documented in README.md; tests read it through QEMU
.magic:         resd 1
.version:       resd 1
.frames:        resd 1
.ticks:         resd 1
.number:        resd 1
.speed:         resd 1
.train_x:       resd 1
.horns:         resd 1
.presses:       resd 1
.keys_down:     resd 1
.last_scan:     resd 1
.mouse_x:       resd 1
.mouse_y:       resd 1
.buttons:       resd 1
.wheel:         resd 1
.typed_total:   resd 1
.typed_ring:    resb 256
.line_length:   resd 1
.line:          resb 64
.flags:         resd 1
.repeats:       resd 1
.clicks:        resd 1
.odometer:      resd 1
state_end:
STATE_VERSION   equ 1
FLAG_MUTED      equ 1
FLAG_HORN       equ 2
FLAG_LINEAR     equ 4                   ; VBE 640x480 with a linear frame buffer, else mode 13h
FLAG_WHEEL      equ 16                  ; the mouse speaks the wheel protocol
FLAG_SIGNAL     equ 32                  ; the signal shows green; every key press flips it

        absolute 0x1200
variables:
boot_drive:     resb 1
ticks_pending:  resb 1
ink:            resb 1                  ; colour of the drawing primitives
mesh:           resb 1                  ; not 0: draw every other pixel only, which looks half transparent
        alignb 4
target:         resd 1                  ; layer that is drawn on
clip:                                   ; half open: left <= x < right
.left:          resw 1
.top:           resw 1
.right:         resw 1
.bottom:        resw 1
origin:
.x:             resw 1
.y:             resw 1
front_address:  resd 1
front_pitch:    resd 1
random_seed:    resd 1
MAX_DIRTY       equ 40
line:                                   ; of draw_line, 16.16 fixed point
.x:             resd 1
.y:             resd 1
.step_x:        resd 1
.step_y:        resd 1
wheel_ramp:     resb 1
palette_scratch: resb 9
number_text:    resb 11
number_text_end: resb 1
dirty_count:    resw 1
dirty_rects:    resw 4 * MAX_DIRTY      ; left, top, right, bottom
keyboard_queue:
.head:          resb 1
.tail:          resb 1
.bytes:         resb 256
mouse_queue:
.head:          resb 1
.tail:          resb 1
.bytes:         resb 256
keyboard:
.extended:      resb 1                  ; 0x80 after an E0 prefix
.skip:          resb 1                  ; bytes of the Pause sequence still to come
.caps:          resb 1
.down:          resb 32                 ; one bit per key, bit 7 of the index: extended
.last_char:     resb 1
mouse:
.packet:        resb 4
.have:          resb 1
.size:          resb 1
.shown_x:       resw 1                  ; where the cursor was drawn last
.shown_y:       resw 1
.paint:         resb 1
train:
.position:      resw 1                  ; of the locomotive along the loop
.chuff_left:    resw 1                  ; pixels until the next chuff
.chuffed:       resb 1                  ; set for one tick
        alignb 2
clouds:
.offset:        resw 1
.count_down:    resw 1
puffs:          resb 16 * 10
puffs_end:
sound:
.horn_left:     resb 1                  ; ticks
.chuffs:        resb 1
        alignb 2
.divisor:       resw 1
panel:
.stale:         resb 1
        alignb 2
.cursor:        resw 1
.attribute:     resb 1
        alignb 2
.saved_si:      resw 1
PANEL_COLUMNS   equ 77
PANEL_ROWS      equ 4
.wanted:        resw PANEL_COLUMNS * PANEL_ROWS
.shown:         resw PANEL_COLUMNS * PANEL_ROWS
variables_end:

        absolute 0x2400
vbe_info:       resb 256
fwcfg_entry:    resb 64
sine:           resw 256 + 64           ; amplitude 256, a turn is 256 steps; the tail serves as cosine
        absolute 0x3000
half_widths:    resb 64 * 64            ; half_widths[radius * 64 + |dy|] of a disc
font:           resb 256 * 16

        section .text
