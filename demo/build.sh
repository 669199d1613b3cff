#!/bin/bash
# Builds the demo guest's disk image: demo/build.sh OUT
set -euo pipefail

if [ $# -ne 1 ]; then
    echo "usage: $0 OUT.img" >&2
    exit 2
fi
if ! command -v nasm >/dev/null; then
    echo "$0: nasm is missing; install the Debian package nasm" >&2
    exit 1
fi
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$(dirname "$1")"
# Assembled beside the target and moved: a guest that is just starting never sees half an image.
nasm -w+error -f bin -i "$here/" -o "$1.new" "$here/loco.asm"
# Everything behind the program is zeros: leave it as a hole.
fallocate --dig-holes "$1.new" 2>/dev/null || true
mv -f "$1.new" "$1"
