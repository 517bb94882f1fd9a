# Shared by the scripts beside it: packages, processes, waiting. Sourced by bash, never run.
#
#   <name>.sh up|down|status FOLDER
#
# Keeps everything in FOLDER; prints KEY=VALUE on stdout and all else on stderr. Ends only what it started, known by
# pid and start time. Ports are chosen once and kept in FOLDER/ports.

set -euo pipefail
deed=${1:?up, down or status}
mkdir -p "${2:?a folder}"/{run,log}
folder=$(cd "$2" && pwd)
name=$(basename "$0" .sh)
here=$(cd "$(dirname "$0")" && pwd)
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 LANG=C.UTF-8
chmod 755 "$folder" "$folder/run"
chmod 1777 "$folder/log"

say() { echo "  [$name] $*" >&2; }
fail() { say "$*"; exit 1; }

# ---- root

# Everything here needs root: packages, and the users that the packages made.
if [ "$(id -u)" != 0 ]; then
  exec sudo -E bash "$0" "$deed" "$folder"
fi

# ---- packages

installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

# packages NAME…: installs what is missing; the maintainer scripts start nothing.
packages() {
  local package missing=() policy=/usr/sbin/policy-rc.d mine=
  for package in "$@"; do
    installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "apt-get install ${missing[*]}"
  [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy; chmod 755 $policy; mine=yes; }
  local done=0
  { apt-get update -qq -o DPkg::Lock::Timeout=600 &&
    apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 \
      -o Dpkg::Options::=--force-confold "${missing[@]}"; } >"$folder/log/apt.log" 2>&1 || done=1
  [ -z $mine ] || rm -f $policy
  [ $done = 0 ] || { tail -20 "$folder/log/apt.log" >&2; fail "apt-get failed: see $folder/log/apt.log"; }
}

# ---- ports

# port NAME: a free one, the same every time.
port() {
  local known candidate
  touch "$folder/ports"
  known=$(sed -n "s/^$1=//p" "$folder/ports")
  if [ -z "$known" ]; then
    for candidate in $(shuf -i 20000-20999); do
      grep -q "=$candidate$" "$folder/ports" && continue
      (exec 3<>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null || { known=$candidate; break; }
    done
    echo "$1=$known" >>"$folder/ports"
  fi
  echo "$known"
}

# ---- processes

start_time() { awk '{ sub(/^.*\) /, ""); print $20 }' "/proc/$1/stat" 2>/dev/null || true; }
state() { awk '{ sub(/^.*\) /, ""); print $1 }' "/proc/$1/stat" 2>/dev/null || true; }

# alive NAME
alive() {
  local pid started
  [ -s "$folder/run/$1" ] || return 1
  read -r pid started <"$folder/run/$1"
  [ -n "$started" ] && [ "$(start_time "$pid")" = "$started" ] && [ "$(state "$pid")" != Z ]
}

# launch NAME USER COMMAND…: in a session of its own, logging to log/NAME.log.
launch() {
  local name=$1 user=$2 log="$folder/log/$1.log"
  shift 2
  alive "$name" && return 0
  touch "$log"
  chown "$user" "$log"
  setsid setpriv --reuid="$user" --regid="$(id -gn "$user")" --init-groups "$@" </dev/null >>"$log" 2>&1 &
  local pid=$!
  disown
  sleep 0.2
  echo "$pid $(start_time $pid)" >"$folder/run/$name"
}

# stop NAME [SIGNAL]: the process and its group.
stop() {
  local pid started
  [ -s "$folder/run/$1" ] || return 0
  read -r pid started <"$folder/run/$1"
  if alive "$1"; then
    kill "-${2:-TERM}" -- "-$pid" 2>/dev/null || true
    for _ in $(seq 100); do alive "$1" || break; sleep 0.2; done
    alive "$1" && kill -KILL -- "-$pid" 2>/dev/null || true
  fi
  rm -f "$folder/run/$1"
}

# ---- waiting

# answers URL [CURL OPTION…]: until it is answered with 200.
answers() {
  local url=$1
  shift
  for _ in $(seq 240); do
    [ "$(curl -s -o /dev/null -m 20 -w '%{http_code}' "$@" "$url" || true)" = 200 ] && return 0
    for process in "$folder"/run/*; do
      alive "$(basename "$process")" || { tail -15 "$folder/log/$(basename "$process").log" >&2; fail "$(basename "$process") has ended"; }
    done
    sleep 0.5
  done
  fail "$url does not answer: see $folder/log"
}

# show KEY=VALUE…: prints them, and keeps them for status.
show() {
  printf '%s\n' "$@" >"$folder/env.new"
  mv "$folder/env.new" "$folder/env"
  cat "$folder/env"
}

# status NAME…: whether these processes run.
status() {
  local process down=
  for process in "$@"; do
    if alive "$process"; then say "$process runs"; else say "$process is down"; down=yes; fi
  done
  [ -n "$down" ] || cat "$folder/env"
}

random() { head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
