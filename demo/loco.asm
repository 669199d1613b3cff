; The Loco demo guest: a bootable picture that moves, sounds, and answers every key and every mouse move.
;
; One flat real-mode program in segment 0. The boot sector sits at 0x7C00 and loads the rest right behind itself,
; so every label is an ordinary 16-bit address. After the last BIOS call the data segments get a 4 GB limit:
; 32-bit addresses then reach the picture layers above 2 MB and the linear frame buffer.
;
; Convention: a routine takes its arguments in the registers its comment names and preserves all others.

        bits 16
        cpu 586
        org 0x7C00

%include "memory.asm"
%include "boot.asm"

start:
        call read_guest_number
        call video_set_mode
        call font_copy
        call cpu_unlock_segments
        call tables_build
        call palette_load
        call scene_paint
        call panel_init
        call mouse_init
        call sound_init
        call dirty_everything
        call interrupts_take_over

; Sleep until an interrupt brings something, answer it at once, draw, sleep again. Keys and mouse do not wait
; for the next tick: that is the shortest way from a press to a pixel. Interrupts are open only during hlt, so that
; nothing ever runs beside the main loop.
main_loop:
        sti                             ; takes effect after the next instruction: no wake-up is lost
        hlt
        cli
        call keyboard_drain
        call mouse_drain
        call frame_advance
        call panel_refresh
        call compose
        jmp main_loop

; One picture. When the host was late and several ticks are due, motion catches up but only one frame is drawn.
frame_advance:
        pushad
        xor ax, ax
        xchg al, [ticks_pending]
        test ax, ax
        jz .none
        inc dword [state.frames]
        cmp ax, MAX_CATCH_UP
        jbe .step
        mov ax, MAX_CATCH_UP
.step:  call train_step
        call smoke_step
        call clouds_step
        call sound_step
        dec ax
        jnz .step
.none:  popad
        ret

%include "machine.asm"
%include "guest_number.asm"
%include "video.asm"
%include "compose.asm"
%include "draw.asm"
%include "lists.asm"
%include "text.asm"
%include "palette.asm"
%include "scene.asm"
%include "scene_art.asm"
%include "train.asm"
%include "wheels.asm"
%include "train_art.asm"
%include "smoke.asm"
%include "clouds.asm"
%include "panel.asm"
%include "panel_text.asm"
%include "keyboard.asm"
%include "mouse.asm"
%include "sound.asm"

program_end:
        times -(program_end - boot > 0x8400) db 0   ; an error here: the program no longer fits below 0x10000
SECTORS equ (program_end - boot + 511) / 512
        times DISK_BYTES - ($ - $$) db 0
