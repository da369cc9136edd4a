#!/bin/sh
# Puts the base image's Python below ROOT: interpreter, standard library less what no service uses, and their libraries.
# Usage: python-root.sh ROOT
set -eu
root=$1
python=$(python3 -c 'import os, sys; print(os.path.realpath(sys.executable))')
library=$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')
mkdir -p "$root$(dirname "$python")" "$root$(dirname "$library")"
cp "$python" "$root$python"
cp -r "$library" "$root$library"
/images/libraries.sh "$root" /nowhere "$python" "$root$library/lib-dynload"
/images/surroundings.sh "$root"
cd "$root$library"
rm -rf site-packages dist-packages test idlelib tkinter turtledemo ensurepip pydoc_data config-* \
  lib-dynload/_test* lib-dynload/_tkinter* lib-dynload/xx*
find . -name __pycache__ -type d -prune -exec rm -rf {} +
python3 -m compileall -q -s "$root" . # nothing can be written at run time, so bytecode is made here
