#!/bin/sh
# What a container runs: web, worker, clock (with Redis), or any command of the portal: backup, restore, owner ...
case "$1" in
  web)
    python bin/prepare.py >/dev/null || exit
    exec gunicorn wsgi:app --bind 0.0.0.0:8000 --worker-class gthread --workers 2 --threads 8 \
      --keep-alive 75 --graceful-timeout 25 --log-level warning --no-control-socket
    ;;
  worker) exec flask --app wsgi worker ;;
  clock) exec flask --app wsgi cron ;;
  *) exec flask --app wsgi "$@" ;;
esac
