#!/bin/sh
# A comment from article to report with curl alone.
# MODERATION_URL=http://127.0.0.1:8000 MODERATION_KEY=site_... sh moderate.sh
set -eu
: "${MODERATION_URL:?}" "${MODERATION_KEY:?}"

# The key goes in by standard input, so that no list of processes shows it.
# Whoever does not get a 2xx ends here. 408, 429, 500, 502, 503, 504 and what takes too long are tried
# twice more, as Retry-After asks where it is told: nothing here counts twice.
ask() { # METHOD PATH [JSON]
  printf 'header = "Authorization: Bearer %s"\n' "$MODERATION_KEY" |
    curl --config - --silent --show-error --fail-with-body --max-time 10 --retry 2 \
      --request "$1" --header 'Content-Type: application/json' \
      ${3+--data "$3"} "$MODERATION_URL$2"
  echo
}

ask PUT /v1/articles/bridge-1 '{"title": "Bridge closed", "text": "It is closed until May."}'

ask POST /v1/classify '{"text": "You are an idiot.", "article": {"id": "bridge-1"}}'

answer=$(ask POST /v1/comments '{"id": "curl-1", "text": "You are an idiot.", "article_id": "bridge-1"}')
echo "$answer"
case $answer in
  *'"decision":"allow"'*) echo 'show it' ;;
  *'"decision":"review"'* | *'"decision":"block"'*) echo 'do not show it yet' ;;
  *) echo 'nobody has judged it: hold it' ;; # never read as "allow"
esac

ask POST /v1/comments/curl-1/reports '{"by": "u-8", "reason": "insult"}'
ask GET /v1/comments/curl-1
