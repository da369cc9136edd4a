#!/bin/sh
# Puts below ROOT what every program finds on a system: certificates, the loader's cache, names, /tmp; and /data, which an
# engine gives to the program where it mounts a new volume there. Usage: surroundings.sh ROOT
set -eu
root=$1
mkdir -p "$root/etc/ssl/certs" "$root/usr/share" "$root/tmp" "$root/data"
chmod 1777 "$root/tmp"
chown 65532:65532 "$root/data"
cp /etc/ld.so.cache "$root/etc/"
[ ! -e /etc/ssl/certs/ca-certificates.crt ] || cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
echo 'nonroot:x:65532:65532::/tmp:/nologin' > "$root/etc/passwd"
echo 'nonroot:x:65532:' > "$root/etc/group"
echo 'hosts: files dns' > "$root/etc/nsswitch.conf"
