#!/bin/bash
# The real Icinga 2 of the distribution, with its API, on loopback. It checks nothing by itself.
#
#   icinga2.sh up|down|status FOLDER
#
# Problems: put hosts (template `passive`) and services to URL/v1/objects, and check results to
# URL/v1/actions/process-check-result.
. "$(dirname "$0")/lib.sh"

api=$(port api)
data=$folder/data
user=nagios

# An authority of its own, and a certificate for the API.
certificates() {
  [ ! -s "$folder/ca.crt" ] || return 0
  local ca=$data/lib/ca certs=$data/lib/certs
  mkdir -p "$ca" "$certs"
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj '/CN=Icinga CA' -keyout "$ca/ca.key" -out "$ca/ca.crt"
  openssl req -newkey rsa:2048 -nodes -subj '/CN=icinga.local' -keyout "$certs/icinga.local.key" -out "$folder/request"
  openssl x509 -req -in "$folder/request" -CA "$ca/ca.crt" -CAkey "$ca/ca.key" -CAcreateserial -days 3650 \
    -extfile <(echo 'subjectAltName=DNS:icinga.local,DNS:localhost,IP:127.0.0.1') -out "$certs/icinga.local.crt"
  cp "$ca/ca.crt" "$certs/ca.crt"
  cp "$ca/ca.crt" "$folder/ca.crt"
}

prepare() {
  mkdir -p "$data"/{lib,log,cache,spool,run} "$folder/etc"
  certificates >"$folder/log/prepare.log" 2>&1 || { tail -20 "$folder/log/prepare.log" >&2; fail "see $folder/log/prepare.log"; }
  [ -s "$folder/password" ] || random >"$folder/password"
  sed "s|@PORT@|$api|; s|@PASSWORD@|$(cat "$folder/password")|; s|@FOLDER@|$folder|" "$here/icinga2/icinga2.conf" >"$folder/etc/icinga2.conf"
  chmod 644 "$folder/ca.crt"
  chown -R $user "$data" "$folder/etc"
}

up() {
  packages icinga2-bin icinga2-common openssl curl
  prepare
  local program
  program=$(ls /usr/lib/*/icinga2/sbin/icinga2 | head -1)
  (cd / && launch icinga2 $user env HOME="$data" "$program" --no-stack-rlimit daemon -c "$folder/etc/icinga2.conf" \
    -D "DataDir=$data/lib" -D "LogDir=$data/log" -D "CacheDir=$data/cache" -D "SpoolDir=$data/spool" -D "InitRunDir=$data/run" \
    -D "ConfigDir=$folder/etc" -D "RunAsUser=$user" -D "RunAsGroup=$user" -D "NodeName=icinga.local")
  answers "https://127.0.0.1:$api/v1/status/IcingaApplication" --cacert "$folder/ca.crt" -u "root:$(cat "$folder/password")"
  show "ICINGA_URL=https://127.0.0.1:$api" "ICINGA_LOGIN=root" "ICINGA_PASSWORD=$(cat "$folder/password")" \
    "ICINGA_READER_LOGIN=reader" "ICINGA_CA_FILE=$folder/ca.crt" \
    "ICINGA_VERSION=$(dpkg-query -W -f='${Version}' icinga2-bin)"
}

case $deed in
  up) up ;;
  down) stop icinga2 ;;
  status) status icinga2 ;;
  *) fail "up, down or status, not $deed" ;;
esac
