#!/bin/sh
# Starts the emulator, runs the workload against it and stops it again; exits as the run does.
#
#   LOADBOT    the command (default: loadbot-agent)
# Whatever else is given goes to `loadbot-agent run`, such as --report html=report.html
set -u

here=$(dirname "$0")
loadbot=${LOADBOT:-loadbot-agent}

said=$(mktemp)
node "$here/emulator.mjs" >"$said" &
emulator=$!
trap 'kill "$emulator" 2>/dev/null; rm -f "$said"' EXIT
until grep -q "its agent" "$said"; do
  kill -0 "$emulator" 2>/dev/null || exit 1
  sleep 0.1
done

# $loadbot is split on purpose: it may be a command with arguments.
$loadbot run "$here/workload.jsonc" "$@"
