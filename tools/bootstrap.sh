#!/bin/sh
# Make .venv with what requirements.txt names; with the word dev, what requirements-dev.txt does, too;
# with the word lab, JupyterLab in .venv-lab, which sees all that .venv has. Apart, because what
# JupyterLab brings along makes whatever reads a notebook start three quarters of a second later; with the
# word xbrl, Arelle in .venv-xbrl, which wants older libraries than the book.
# Does nothing if that has been done. Needs Python 3.11 or newer, nothing else.
# 用法：sh tools/bootstrap.sh [lab|dev|xbrl]；用环境变量PYTHON可以指定Python。
set -eu

cd "$(dirname "$0")/.."
ROOT=$(pwd -P)
LEVEL=${1:-book}
case $LEVEL in
    lab) ENV=.venv-lab FILES='-r requirements-lab.txt' ;;
    xbrl) ENV=.venv-xbrl FILES='-r requirements-xbrl.txt' ;;
    dev) ENV=.venv FILES='-r requirements.txt -r requirements-dev.txt' ;;
    *) ENV=.venv FILES='-r requirements.txt' ;;
esac
STAMP=$ENV/.installed
LEAST='(3, 11)'
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '%s\n' "$*"; }
stop() {
    for line in "$@"; do printf '%s\n' "$line" >&2; done
    exit 1
}

# The place is part of it: an environment that was moved or copied does not work.
wanted() {
    say "$1"
    say "$ROOT"
    cat requirements.txt constraints.txt pyproject.toml | cksum
    [ "$1" = book ] || cksum <"requirements-$1.txt"
}

ready() { [ -x "$ENV/bin/python" ] && [ -f "$STAMP-$1" ] && [ "$(cat "$STAMP-$1")" = "$(wanted "$1")" ]; }

[ "$LEVEL" != lab ] || sh tools/bootstrap.sh
# The developers' environment holds all that the book needs.
if ready "$LEVEL" || { [ "$LEVEL" = book ] && ready dev; }; then exit 0; fi

new_enough() { "$1" -c "import sys; raise SystemExit(sys.version_info < $LEAST)" >/dev/null 2>&1; }

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        new_enough "$PYTHON" && say "$PYTHON" && return
        stop "环境变量PYTHON指定的“$PYTHON”不能运行，或版本低于3.11。" "请改为Python 3.11或更新版本的路径，或去掉这个变量。"
    fi
    for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        new_enough "$name" && say "$name" && return
    done
    found=$(python3 --version 2>&1) || found="没有找到python3"
    stop "需要Python 3.11或更新版本，这台机器上没有（${found}）。" \
        "请先安装：Debian、Ubuntu用“sudo apt install python3 python3-venv”；其他系统见python.org。" \
        "已装在别处的，写明路径：make book PYTHON=/路径/python3.12"
}

PYTHON_FOUND=$(find_python)
"$PYTHON_FOUND" -c 'import venv, ensurepip' >/dev/null 2>&1 || stop \
    "Python缺少venv模块（${PYTHON_FOUND}），不能建立本书自己的运行环境。" \
    "请先安装：Debian、Ubuntu用“sudo apt install python3-venv”，然后重试。"

LOG=$(mktemp)
PIP=
MADE=
# Whatever ends this early, no half-made environment stays.
tidy() {
    status=$?
    trap - EXIT
    [ -z "$PIP" ] || kill "$PIP" 2>/dev/null || :
    rm -f "$LOG"
    if [ "$status" -ne 0 ] && [ -n "$MADE" ]; then rm -rf "$ENV"; fi
    exit "$status"
}
trap tidy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# An environment for another place, or one that cannot run, is of no use.
if [ -e "$ENV" ] && ! { new_enough "$ENV/bin/python" && grep -qsxF "$ROOT" "$STAMP"; }; then
    rm -rf "$ENV"
fi
if [ ! -e "$ENV" ]; then
    say "第1步，共2步：建立运行环境$ENV（$("$PYTHON_FOUND" --version)）"
    MADE=yes
    "$PYTHON_FOUND" -m venv "$ENV" >"$LOG" 2>&1 || {
        cat "$LOG" >&2
        stop "建立运行环境没有成功，原因见上。"
    }
    say "$ROOT" >"$STAMP"
fi
rm -f "$STAMP-book" "$STAMP-lab" "$STAMP-dev" "$STAMP-xbrl"
packages() { "$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }
if [ "$LEVEL" = lab ]; then
    say "import site; site.addsitedir('$(packages .venv)')" >"$(packages "$ENV")/book.pth"
fi

say "第2步，共2步：下载并安装所需程序，第一次约需一两分钟"
# shellcheck disable=SC2086 # two words for each file, on purpose
"$ENV/bin/python" -m pip install --no-compile --progress-bar off --retries 2 $FILES >"$LOG" 2>&1 &
PIP=$!
seconds=0
while kill -0 "$PIP" 2>/dev/null; do
    sleep 1
    seconds=$((seconds + 1))
    [ $((seconds % 10)) -ne 0 ] || say "  已用${seconds}秒，处理了$(grep -c '^Collecting ' "$LOG" || :)个程序"
done
if ! wait "$PIP"; then
    PIP=
    tail -n 15 "$LOG" >&2
    if grep -qiE 'connection|timed out|name resolution|unreachable|proxy|SSL' "$LOG"; then
        stop "没有装好：连不上软件源。请检查网络或代理后重试；内网可先用PIP_INDEX_URL指定镜像。"
    fi
    stop "没有装好，原因见上。改正后重新运行同一命令即可。"
fi
PIP=
# Translated on all processors, which pip does on one; what cannot be is a template or a test of somebody's.
"$ENV/bin/python" -m compileall -q -j 0 "$(packages "$ENV")" >"$LOG" 2>&1 || :
# JupyterLab offers the warm kernel beside the ordinary one.
[ "$LEVEL" = xbrl ] || "$ENV/bin/python" -m jupyter_client.kernelspecapp install --sys-prefix --name stateassets stateassets/notebooks/kernelspec >"$LOG" 2>&1 || {
    cat "$LOG" >&2
    stop "没有装好本书的内核，原因见上。"
}
wanted "$LEVEL" >"$STAMP-$LEVEL"
say "运行环境已就绪，用时${seconds}秒。"
