#!/bin/bash
# The real Redmine of the distribution, under puma, with a PostgreSQL of its own, on loopback.
#
#   redmine.sh up|down|status FOLDER
#   redmine.sh spare-up|spare-down FOLDER   a second server in front of the same Redmine, for tests that stop one
. "$(dirname "$0")/lib.sh"

http=$(port http)
spare=$(port spare)
postgres=$(port postgres)
application=$folder/app
instance=$application/instances/default
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)

# The Ruby of a security update can bring a newer bundler than the packaged one, which does not find packaged gems:
# always use the packaged one. The package's own scripts need that, too, but must not see the rest.
use_packaged_bundler() {
  installed ruby-bundler || apt-get update -qq -o DPkg::Lock::Timeout=600
  BUNDLER_VERSION=$(apt-cache policy ruby-bundler | sed -n 's/^ *\(Installed\|Candidate\): \([0-9][0-9.]*\).*/\2/p' | head -1)
  export BUNDLER_VERSION
}
enter_application() {
  # Rails would prefer the address of somebody else's database to its own configuration.
  unset DATABASE_URL
  export REDMINE_INSTANCE=default RAILS_ENV=production BUNDLE_GEMFILE=$application/Gemfile REDMINE_LANG=en HOME=$folder/home
}

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
  [ -n "$(sql -c "select 1 from pg_roles where rolname = 'redmine'")" ] || sql -c "create role redmine login superuser"
  [ -n "$(sql -c "select 1 from pg_database where datname = 'redmine'")" ] || sql -c "create database redmine owner redmine"
}

# A copy of the packaged application with a configuration of its own, default data, accounts and custom fields.
prepare() {
  [ ! -e "$folder/prepared" ] || return 0
  rm -rf "$application"
  mkdir -p "$folder/home"
  cp -r /usr/share/redmine "$application"
  rm -f "$application/instances" "$application/Gemfile.lock" "$application/config/database.yml"
  mkdir -p "$instance"/{config,log,files,tmp,public/plugin_assets}
  sed "s|@PORT@|$postgres|" "$here/redmine/database.yml" >"$instance/config/database.yml"
  ln -s "$instance/config/database.yml" "$application/config/database.yml"
  sed -i "s#/usr/share/redmine/#$application/#" "$application/Gemfile"
  echo "gem 'puma'" >"$application/Gemfile.local"
  head -c 40 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$instance/config/secret_key.txt"
  [ -s "$folder/password" ] || echo "Aa1-$(random)" >"$folder/password"
  say "migrating and filling the database"
  (cd "$application" && bundle install --local && bundle exec rake db:migrate && bundle exec rake redmine:load_default_data &&
    ADMIN_PASSWORD=$(cat "$folder/password") KEYS=$folder/keys bundle exec rails runner -e production "$here/redmine/seed.rb") \
    >"$folder/log/prepare.log" 2>&1 || { tail -20 "$folder/log/prepare.log" >&2; fail "see $folder/log/prepare.log"; }
  chown -R www-data "$instance" "$application/Gemfile.lock" "$folder/home"
  touch "$folder/prepared"
}

# serve NAME PORT OPTION…
serve() {
  local name=$1 port=$2
  shift 2
  launch "$name" www-data env PATH="$PATH" bundle exec puma -e production -b "tcp://127.0.0.1:$port" "$@" --dir "$application" config.ru
  . "$folder/keys"
  answers "http://127.0.0.1:$port/users/current.json" -H "X-Redmine-API-Key: $ADMIN_KEY"
}

up() {
  use_packaged_bundler
  printf '%s\n' 'redmine redmine/instances/default/dbconfig-install boolean false' \
    'redmine redmine/instances/default/database-type select pgsql' | debconf-set-selections
  packages redmine redmine-pgsql dbconfig-no-thanks puma ruby-pg postgresql curl
  enter_application
  database
  prepare
  cd "$application"
  serve puma "$http" -w 2 -t 1:4
  show "REDMINE_URL=http://127.0.0.1:$http" "REDMINE_KEY=$AGENT_KEY" "REDMINE_ADMIN_KEY=$ADMIN_KEY" \
    "REDMINE_LIMITED_KEY=$LIMITED_KEY" "REDMINE_LOGIN=admin" "REDMINE_PASSWORD=$(cat "$folder/password")" "REDMINE_PROJECT=itsm" \
    "REDMINE_EXTERNAL_ID_FIELD=$EXTERNAL_ID_FIELD" "REDMINE_VERSION=$(dpkg-query -W -f='${Version}' redmine)" \
    "REDMINE_FOLDER=$folder"
}

spare_up() {
  use_packaged_bundler
  enter_application
  cd "$application"
  serve spare "$spare" -w 0 -t 1:2
  echo "REDMINE_SPARE_URL=http://127.0.0.1:$spare"
}

case $deed in
  up) up ;;
  spare-up) spare_up ;;
  spare-down) stop spare ;;
  down) stop spare; stop puma; stop postgres INT ;;
  status) status postgres puma ;;
  *) fail "up, down, status, spare-up or spare-down, not $deed" ;;
esac
