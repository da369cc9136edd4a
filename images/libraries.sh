#!/bin/sh
# Copies the shared libraries that programs load, and the loader, to below ROOT, but for those that are below KNOWN.
# Stops when one is to be had nowhere. Usage: libraries.sh ROOT KNOWN FILE...  (FILE: a program, or a folder of libraries)
set -eu
root=$1 known=$2
shift 2
asking=$(mktemp) said=$(mktemp)
find -H "$@" -type f \( -name '*.so' -o -name '*.so.*' -o -perm -u+x \) > "$asking"
while read -r file; do ldd "$file" 2>/dev/null || true; done < "$asking" > "$said"
if grep 'not found' "$said" >&2; then
  echo "libraries.sh: nothing brings these libraries: add the package that has them to the base image." >&2
  exit 1
fi
mkdir -p "$root"
sed -n 's,.*[[:space:]]\(/[^ ]*\) (0x.*,\1,p' "$said" | sort -u | while read -r library; do
  case $library in /app/*) continue ;; esac # a wheel's own libraries lie where it was installed
  [ ! -e "$known$library" ] || continue
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
