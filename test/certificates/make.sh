#!/bin/sh
# Makes the certificates of the tests, valid for a hundred years. They protect nothing: the keys are public.
# Run it again only to add one; needs the openssl command, 3.0 or newer.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
days=36500

new_key() { openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$1"; }

# signed NAME KEY SUBJECT EXTENSIONS START END: a certificate of our own authority
signed() {
  openssl req -new -key "$2" -subj "/CN=$3" -out "$work/request.pem"
  printf 'basicConstraints=critical,CA:FALSE\n%s\n' "$4" >"$work/extensions"
  openssl ca -batch -notext -config "$work/ca.cnf" -in "$work/request.pem" -extfile "$work/extensions" \
    -startdate "$5" -enddate "$6" -out "$1" 2>/dev/null
}

cat >"$work/ca.cnf" <<CNF
[ca]
default_ca = test
[test]
database = $work/index
serial = $work/serial
new_certs_dir = $work
certificate = ca.pem
private_key = $work/ca-key.pem
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
CNF
: >"$work/index"
echo 01 >"$work/serial"

new_key "$work/ca-key.pem"
openssl req -x509 -new -key "$work/ca-key.pem" -days $days -subj '/CN=loadbot test authority' -out ca.pem
new_key server-key.pem
new_key client-key.pem

from=20240101000000Z
to=21240101000000Z
signed server.pem server-key.pem localhost 'subjectAltName=DNS:localhost,IP:127.0.0.1' $from $to
signed expired.pem server-key.pem localhost 'subjectAltName=DNS:localhost,IP:127.0.0.1' 20200101000000Z 20200102000000Z
signed other-host.pem server-key.pem other.example 'subjectAltName=DNS:other.example' $from $to
signed client.pem client-key.pem 'test client' 'extendedKeyUsage=clientAuth' $from $to
openssl req -x509 -new -key server-key.pem -days $days -subj '/CN=localhost' \
  -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' -out self-signed.pem
# Addresses of test/services/fleet/namespaces.ts.
openssl req -x509 -new -key server-key.pem -days $days -subj '/CN=loadbot test bus' \
  -addext 'subjectAltName=IP:10.203.1.1,IP:10.203.1.2' -out link.pem
