#!/bin/sh
# Removes what create.sh made: delete.sh NAME
set -eu
docker ps --all --quiet --filter "label=$1" | xargs --no-run-if-empty docker rm --force --volumes >/dev/null
docker network ls --quiet --filter "label=$1" | xargs --no-run-if-empty docker network rm >/dev/null
