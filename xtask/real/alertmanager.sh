#!/bin/bash
# The real Prometheus and Alertmanager of the distribution, with basic authentication, on loopback.
#
#   alertmanager.sh up|down|status FOLDER
#
# Alerts: change the numbers in METRICS_FILE and Prometheus' rules fire, or post to API/alerts.
# Webhook: add a receiver and a route to CONFIG_FILE and POST to URL/-/reload; `up` leaves the file alone once it is there.
. "$(dirname "$0")/lib.sh"

alerts=$(port alertmanager)
prometheus=$(port prometheus)
metrics=$(port metrics)

write_configuration() {
  [ -s "$folder/password" ] || random >"$folder/password"
  password=$(cat "$folder/password")
  printf 'basic_auth_users:\n  admin: %s\n' "$(htpasswd -nbBC 6 admin "$password" | cut -d: -f2)" >"$folder/web.yml"
  [ -s "$folder/metrics/metrics" ] || cp "$here/alertmanager/metrics" "$folder/metrics/metrics"
  cp "$here/alertmanager/rules.yml" "$folder/rules.yml"
  [ -s "$folder/alertmanager.yml" ] || cp "$here/alertmanager/alertmanager.yml" "$folder/alertmanager.yml"
  sed "s|@FOLDER@|$folder|; s|@PASSWORD@|$password|; s|@ALERTMANAGER@|127.0.0.1:$alerts|; s|@METRICS@|127.0.0.1:$metrics|" \
    "$here/alertmanager/prometheus.yml" >"$folder/prometheus.yml"
  chmod 644 "$folder"/*.yml
  chmod 777 "$folder/metrics"
  chmod 666 "$folder/alertmanager.yml" "$folder/metrics/metrics"
}

up() {
  packages prometheus prometheus-alertmanager apache2-utils python3 curl
  mkdir -p "$folder"/{alertmanager,prometheus,metrics}
  chown prometheus: "$folder"/{alertmanager,prometheus}
  write_configuration
  launch metrics nobody /usr/bin/python3 -m http.server --bind 127.0.0.1 -d "$folder/metrics" "$metrics"
  launch alertmanager prometheus prometheus-alertmanager --config.file="$folder/alertmanager.yml" \
    --storage.path="$folder/alertmanager" --web.listen-address="127.0.0.1:$alerts" \
    --web.external-url="http://127.0.0.1:$alerts" --cluster.listen-address= --web.config.file="$folder/web.yml"
  launch prometheus prometheus prometheus --config.file="$folder/prometheus.yml" \
    --storage.tsdb.path="$folder/prometheus" --web.listen-address="127.0.0.1:$prometheus" \
    --web.external-url="http://127.0.0.1:$prometheus" --web.enable-lifecycle --web.config.file="$folder/web.yml" --log.level=warn
  answers "http://127.0.0.1:$alerts/-/ready" -u "admin:$password"
  answers "http://127.0.0.1:$prometheus/-/ready" -u "admin:$password"
  show "ALERTMANAGER_URL=http://127.0.0.1:$alerts" "ALERTMANAGER_API=http://127.0.0.1:$alerts/api/v2" \
    "ALERTMANAGER_PROMETHEUS_URL=http://127.0.0.1:$prometheus" "ALERTMANAGER_LOGIN=admin" "ALERTMANAGER_PASSWORD=$password" \
    "ALERTMANAGER_METRICS_FILE=$folder/metrics/metrics" "ALERTMANAGER_CONFIG_FILE=$folder/alertmanager.yml" \
    "ALERTMANAGER_VERSION=$(dpkg-query -W -f='${Version}' prometheus-alertmanager)"
}

case $deed in
  up) up ;;
  down) stop prometheus; stop alertmanager; stop metrics ;;
  status) status metrics alertmanager prometheus ;;
  *) fail "up, down or status, not $deed" ;;
esac
