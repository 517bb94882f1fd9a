#!/bin/bash
# The real Request Tracker of the distribution, under Starman, with a PostgreSQL of its own, on loopback. It sends no mail.
#
#   request-tracker.sh up|down|status FOLDER
#   request-tracker.sh spare-up|spare-down FOLDER   a second server in front of the same Request Tracker, for tests that stop one
. "$(dirname "$0")/lib.sh"

http=$(port http)
spare=$(port spare)
postgres=$(port postgres)
package=/usr/share/request-tracker5
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)

sql() { "$bin/psql" -h 127.0.0.1 -p "$postgres" -U postgres -v ON_ERROR_STOP=1 -qAt "$@"; }

database() {
  bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
  if [ ! -s "$folder/pg/PG_VERSION" ]; then
    mkdir -p "$folder/pg"
    chown postgres: "$folder/pg"
    (cd / && setpriv --reuid=postgres --regid=postgres --init-groups "$bin/initdb" -D "$folder/pg" -A trust -E UTF8 \
      --locale=C.UTF-8 -N) >"$folder/log/initdb.log" 2>&1 || fail "initdb failed: see $folder/log/initdb.log"
  fi
  (cd / && launch postgres postgres "$bin/postgres" -D "$folder/pg" -p "$postgres" -c unix_socket_directories= \
    -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off)
  for _ in $(seq 100); do "$bin/pg_isready" -q -h 127.0.0.1 -p "$postgres" && break; sleep 0.2; done
}

# A configuration of its own beside the packaged program.
configure() {
  mkdir -p "$folder"/{home,mason,session,site.d}
  sed "s|@PORT@|$http|; s|@POSTGRES@|$postgres|; s|@FOLDER@|$folder|" "$here/request-tracker/site.pm" >"$folder/site.pm"
  chmod 644 "$folder/site.pm"
  chown -R www-data "$folder"/{home,mason,session}
  export RT_SITE_CONFIG=$folder/site.pm RT_SITE_CONFIG_DIR=$folder/site.d HOME=$folder/home
  # Another database's address would be preferred to the configured one.
  unset DATABASE_URL
}

# Tables, default data, accounts, queues and custom fields.
prepare() {
  [ ! -e "$folder/prepared" ] || return 0
  [ -s "$folder/password" ] || echo "Aa1-$(random)" >"$folder/password"
  say "filling the database"
  sql -d postgres -c 'drop database if exists rt5' -c 'drop role if exists rtuser' -c "create role rtuser login password 'rt'" 2>/dev/null
  (cd / && rt-setup-database-5 --action init --dba postgres --dba-password none &&
    ADMIN_PASSWORD=$(cat "$folder/password") KEYS=$folder/keys perl "$here/request-tracker/seed.pl") \
    >"$folder/log/prepare.log" 2>&1 || { tail -20 "$folder/log/prepare.log" >&2; fail "see $folder/log/prepare.log"; }
  touch "$folder/prepared"
}

# serve NAME PORT WORKERS
serve() {
  local name=$1 port=$2
  (cd / && launch "$name" www-data env PATH="$PATH" perl $package/libexec/rt-server --server Starman --host 127.0.0.1 --port "$port" --workers "$3")
  . "$folder/keys"
  answers "http://127.0.0.1:$port/REST/2.0/rt" -H "Authorization: token $ADMIN_TOKEN"
}

up() {
  printf '%s\n' 'request-tracker5 request-tracker5/dbconfig-install boolean false' \
    'request-tracker5 request-tracker5/handle-siteconfig-permissions boolean true' \
    'request-tracker5 request-tracker5/rtname string example.net' \
    'request-tracker5 request-tracker5/organization string example.net' \
    'request-tracker5 request-tracker5/webbaseurl string http://127.0.0.1' | debconf-set-selections
  packages request-tracker5 rt5-standalone rt5-db-postgresql dbconfig-no-thanks nullmailer starman postgresql curl
  configure
  database
  prepare
  serve starman "$http" 3
  show "RT_URL=http://127.0.0.1:$http" "RT_TOKEN=$AGENT_TOKEN" "RT_ADMIN_TOKEN=$ADMIN_TOKEN" "RT_LIMITED_TOKEN=$LIMITED_TOKEN" \
    "RT_LOGIN=root" "RT_PASSWORD=$(cat "$folder/password")" "RT_QUEUE=ITSM" "RT_EXTERNAL_ID_FIELD=$EXTERNAL_ID_FIELD" \
    "RT_VERSION=$(dpkg-query -W -f='${Version}' request-tracker5)" "RT_FOLDER=$folder"
}

spare_up() {
  configure
  serve spare "$spare" 1
  echo "RT_SPARE_URL=http://127.0.0.1:$spare"
}

case $deed in
  up) up ;;
  spare-up) spare_up ;;
  spare-down) stop spare ;;
  down) stop spare; stop starman; stop postgres INT ;;
  status) status postgres starman ;;
  *) fail "up, down, status, spare-up or spare-down, not $deed" ;;
esac
