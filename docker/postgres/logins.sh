#!/bin/sh
# Runs once, in an empty database: the services' roles and one login each. The migrations keep roles that are there and
# grant them what each service needs.
set -eu
: "${SERVICES_PASSWORD:=$(cat "${SERVICES_PASSWORD_FILE:-/dev/null}")}"
for service in order_api order_worker notifier; do
  psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --quiet \
    --set=role="comanda_$service" --set=login="comanda_${service}_login" --set=password="$SERVICES_PASSWORD" <<'SQL'
create role :"role" nologin;
create role :"login" login password :'password' in role :"role";
SQL
done
