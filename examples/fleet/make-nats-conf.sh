#!/bin/sh
# Writes the configuration of a nats-server for a fleet: make-nats-conf.sh agent-0 agent-1 agent-2 > nats.conf
# Names have letters, digits, _ and -. Each agent starts with --name of its user, because its subjects have this name.
set -eu
[ $# -gt 0 ] || { echo 'usage: make-nats-conf.sh AGENT... > nats.conf' >&2; exit 2; }

# The environment variable with the password of a user.
variable() { printf 'LOADBOT_%s_PASSWORD' "$(printf %s "$1" | tr 'a-z-' 'A-Z_')"; }

for name in "$@"; do
  case $name in
    coordinator) echo 'coordinator is not the name of an agent' >&2; exit 2 ;;
    '' | *[!A-Za-z0-9_-]*) echo "not the name of an agent: $name" >&2; exit 2 ;;
  esac
done

cat <<CONF
# A nats-server for a fleet of loadbot-agent, written by make-nats-conf.sh.
# Environment: NATS_CERT_FILE, NATS_KEY_FILE, NATS_STORE_DIR, and a password for each user, which begins with a letter.
port: 4222

tls {
  cert_file: \$NATS_CERT_FILE
  key_file: \$NATS_KEY_FILE
}

# A dead agent is noticed within 9 s if its connection was not closed.
ping_interval: "3s"
ping_max: 2

# Keeps the last state of each member, for \`collect\`. Optional.
jetstream {
  store_dir: \$NATS_STORE_DIR
  max_memory_store: 0
  max_file_store: 1GB
}

authorization {
  timeout: 5
  users = [
    # Commands all agents, and receives their messages.
    {
      user: coordinator
      password: \$$(variable coordinator)
      permissions: {
        publish: [
          "lb1.who.*", "lb1.a.*", "lb1.r.*.all", "lb1.s.*.run"
          "\$JS.API.STREAM.CREATE.lb1-last-states", "\$JS.API.STREAM.INFO.lb1-last-states"
          "\$JS.API.STREAM.MSG.GET.lb1-last-states"
        ]
        subscribe: ["lb1.r.*.up.*", "lb1.r.*.time", "_INBOX.coordinator.>"]
        allow_responses: { max: 1, expires: "1m" }
      }
    }
    # An agent sends only its own messages, and receives only its own commands.
CONF
for name in "$@"; do
  cat <<CONF
    {
      user: $name
      password: \$$(variable "$name")
      permissions: {
        publish: ["lb1.r.*.up.$name", "lb1.r.*.time", "lb1.s.*.agent.$name"]
        subscribe: ["lb1.who.*", "lb1.a.$name", "lb1.r.*.all", "_INBOX.$name.>"]
        allow_responses: { max: 1, expires: "1m" }
      }
    }
CONF
done
printf '  ]\n}\n'
