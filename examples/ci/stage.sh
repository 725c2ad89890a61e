#!/bin/sh
# A load test as a stage of any CI: runs the workload, keeps the reports, compares with the last result of the main
# branch if there is one, and exits with the status of the run, or else of the comparison.
#
#   WORKLOAD   workload file (default: workload.jsonc beside this script)
#   REPORTS    where reports go (default: reports)
#   BASELINE   result file to compare with (default: baseline.json); if it does not exist, nothing is compared
#   LOADBOT    the command (default: loadbot-agent)
# All other arguments go to `loadbot-agent run`, such as --connection_string http://staging:8080
set -u

workload=${WORKLOAD:-$(dirname "$0")/workload.jsonc}
reports=${REPORTS:-reports}
baseline=${BASELINE:-baseline.json}
loadbot=${LOADBOT:-loadbot-agent}

mkdir -p "$reports"

# $loadbot is split on purpose: it may be a command with arguments.
$loadbot run "$workload" --quiet \
  --report "json=$reports/result.json,junit=$reports/junit.xml,markdown=$reports/summary.md,gitlab=$reports/load-performance.json,openmetrics=$reports/metrics.txt" \
  "$@"
status=$?
case $status in
  0) ;;
  99) echo "stage: a threshold failed" >&2 ;;
  104) echo "stage: the workload or the flags are invalid" >&2 ;;
  105) echo "stage: stopped by a signal" >&2 ;;
  112) echo "stage: the measurement cannot be trusted" >&2 ;;
  113) echo "stage: metrics were not delivered" >&2 ;;
  *) echo "stage: the run failed with $status" >&2 ;;
esac
# A failed threshold is the time at which people want to see the comparison.
case $status in 0 | 99) ;; *) exit "$status" ;; esac

if [ -f "$baseline" ]; then
  # Runs of one machine differ by some per cent from day to day: allow what your service may lose.
  $loadbot compare "$baseline" "$reports/result.json" --max-regression p50=20%,p90=20%,p99=25% \
    --markdown "$reports/comparison.md" --junit "$reports/comparison.xml"
  compared=$?
else
  echo "stage: no $baseline, nothing to compare with" >&2
  compared=0
fi
[ "$status" -eq 0 ] || exit "$status"
exit "$compared"
