#!/bin/sh
# Make sure the browser tests have a Chromium and a Chinese font: installs Debian's when run as root, else says what to install.
set -eu

missing=""
[ -x "${ZHIHENG_CHROMIUM:-/usr/bin/chromium}" ] || missing="chromium"
fc-list :lang=zh 2>/dev/null | grep -q . || missing="$missing fonts-noto-cjk"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing $missing ..." >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $missing fontconfig >/dev/null
    exit 0
fi
echo "浏览器测试缺少：$missing。请安装（Debian：sudo apt-get install $missing），或用 ZHIHENG_CHROMIUM 指定 Chromium 的路径。" >&2
exit 1
