; Sound, by the PC speaker: a two-tone horn, and a short low thump while the train runs. The speaker knows one
; loudness only; the thump is soft by being short and rare: one tick, once per turn of the driving wheels.

HORN_HIGH       equ 1193182 / 440
HORN_LOW        equ 1193182 / 349
HORN_HIGH_TICKS equ 8
HORN_LOW_TICKS  equ 12
CHUFF_DIVISOR   equ 1193182 / 58

sound_init:
        pushad
        call speaker_off
        popad
        ret

horn_start:
        inc dword [state.horns]
        mov byte [sound.horn_left], HORN_HIGH_TICKS + HORN_LOW_TICKS + 1
        or byte [state.flags], FLAG_HORN
        mov byte [panel.stale], 1
        ret

sound_toggle:
        xor byte [state.flags], FLAG_MUTED
        mov byte [panel.stale], 1
        ret

; One tick. The horn stops after its two tones, but lasts as long as the key is held.
sound_step:
        pushad
        mov al, [sound.horn_left]
        test al, al
        jz .chuff
        dec al
        jnz .count
        test byte [keyboard.down + (0x39 >> 3)], 1 << (0x39 & 7)
        jz .horn_over
        inc al
.count: mov [sound.horn_left], al
        mov bx, HORN_HIGH
        cmp al, HORN_LOW_TICKS
        ja .tone
        mov bx, HORN_LOW
        jmp .tone
.horn_over:
        mov [sound.horn_left], al
        and byte [state.flags], ~FLAG_HORN
        mov byte [panel.stale], 1
.chuff: mov bx, CHUFF_DIVISOR
        cmp byte [train.chuffed], 0
        je .silence
        inc byte [sound.chuffs]
        test byte [sound.chuffs], 3     ; four chuffs are a turn
        jnz .silence
.tone:  test byte [state.flags], FLAG_MUTED
        jnz .silence
        call speaker_tone
        jmp .done
.silence:
        call speaker_off
.done:  popad
        ret

; BX = divisor of the timer's 1193182 Hz
speaker_tone:
        cmp bx, [sound.divisor]
        je .same
        mov [sound.divisor], bx
        mov al, 0xB6
        out 0x43, al
        mov al, bl
        out 0x42, al
        mov al, bh
        out 0x42, al
        in al, 0x61
        or al, 3
        out 0x61, al
.same:  ret

speaker_off:
        cmp word [sound.divisor], 0
        je .same
        mov word [sound.divisor], 0
        in al, 0x61
        and al, 0xFC
        out 0x61, al
.same:  ret
