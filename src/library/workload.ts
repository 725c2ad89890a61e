// Generated from the schema of the workload file (src/workload/schema.ts) by `npm run docs:write`.

/** A value that is set from outside of the file. */
interface Parameter {
  /**
   * Value without `--param` and environment variable. Text may contain `${ENV_NAME}`, not parameters. Without it: no
   * value: its use is an error.
   * @example "100/s"
   */
  readonly default?: string | number | boolean | undefined;
  /**
   * Meaning, for readers of the file. Without it: none.
   * @example "requests per second"
   */
  readonly description?: string | undefined;
  /**
   * Whether the value is masked in logs, messages, reports and result files. It needs at least 4 characters, and may
   * stand only in requests, documents, credentials, headers, and the user information and query of URLs. Without it:
   * true for names such as `API_TOKEN` and `PASSWORD`, else false.
   * @example true
   */
  readonly secret?: boolean | Variable | undefined;
  /**
   * Whether a missing value is an error even if nothing in the file uses it.
   * @default false
   * @example true
   */
  readonly required?: boolean | Variable | undefined;
}

/** The agent: its name and the export of its metrics. */
interface Agent {
  /**
   * Name of this agent: label `agent` of every series. Without it: the host name.
   * @example "186.12.9.19"
   */
  readonly name?: string | undefined;
  /**
   * Port of the control API on 127.0.0.1, 0 to 65535; 0 selects a free port. `status`, `progress` and `stop` use it.
   * Without it: the agent has no control API.
   * @example "1234"
   */
  readonly port?: number | string | undefined;
  /**
   * URL to push the metrics to, http or https. May contain `${ENV_NAME}`. Without it: nothing is pushed.
   * @example "http://victoria-metrics:8428/api/v1/import/prometheus"
   */
  readonly metrics_export_url?: string | undefined;
  /**
   * Push interval in seconds, above 0, fractions allowed.
   * Range: above 0.
   * @default 10
   * @example 2.5
   */
  readonly metrics_export_interval_seconds?: number | Variable | undefined;
  /**
   * Port that serves `GET /metrics`, 0 to 65535; 0 selects a free port. May be combined with pushing. Without it:
   * nothing is served.
   * @example "9090"
   */
  readonly metrics_export_port?: number | string | undefined;
  /**
   * Address that `metrics_export_port` listens on. `0.0.0.0` opens it to the network.
   * @default "127.0.0.1"
   * @example "0.0.0.0"
   */
  readonly metrics_export_host?: string | undefined;
  /**
   * Further push targets, each with separate settings.
   * @default []
   * @example [{"url":"http://prometheus:9090/api/v1/write"}]
   */
  readonly metrics_export_targets?: readonly (PushTarget)[] | undefined;
  /**
   * Exit with 113 when samples were not delivered, regardless of the result of the run.
   * @default false
   * @example true
   */
  readonly require_delivery?: boolean | Variable | undefined;
  /**
   * Do not exit with 112 when the measurement is invalid; results are still marked as invalid.
   * @default false
   * @example true
   */
  readonly allow_invalid?: boolean | Variable | undefined;
  /**
   * Labels of every series. Label names of the metrics are reserved.
   * @default {}
   * @example {"cluster":"eu-1"}
   */
  readonly labels?: { readonly [name: string]: string } | undefined;
  /**
   * Labels to remove from all series: `job`, `job_uuid`, `job_type`, `run_id`, `workload`, `git_sha`, `branch`.
   * Series that become equal are summed.
   * @default []
   * @example ["job_uuid"]
   */
  readonly drop_labels?: readonly (string)[] | undefined;
  /**
   * Name of the label `job`, to avoid a collision with the scraper's label.
   * @default "job"
   * @example "workload_job"
   */
  readonly job_label?: string | undefined;
  /**
   * Also expose `go_*` metrics for dashboards of Go processes.
   * @default false
   * @example true
   */
  readonly go_compat?: boolean | Variable | undefined;
  /**
   * Also expose `k6_*` metrics for dashboards of k6.
   * @default false
   * @example true
   */
  readonly k6_compat?: boolean | Variable | undefined;
  /**
   * Grafana server: reports link to it, and runs are written to it as annotations. Without it: `--grafana_url`, if
   * given.
   * @example {"url":"https://grafana.example.com","token":"${GRAFANA_TOKEN}"}
   */
  readonly grafana?: Grafana | undefined;
}

/** A receiver that metrics are pushed to. */
interface PushTarget {
  /**
   * URL to push to, http or https. May contain `${ENV_NAME}`; credentials in it become a header.
   * @example "http://victoria-metrics:8428/api/v1/import/prometheus"
   */
  readonly url: string;
  /**
   * Push protocol. Without it: derived from the URL's path; Prometheus text for any other path.
   * @example "remote_write"
   */
  readonly protocol?: "prometheus_text" | "pushgateway" | "remote_write" | "otlp" | TextWithVariable | undefined;
  /**
   * Push interval in seconds, above 0, fractions allowed. Without it: `metrics_export_interval_seconds`.
   * Range: above 0.
   * @example 2.5
   */
  readonly interval_seconds?: number | Variable | undefined;
  /**
   * Timeout of one attempt in seconds, above 0; increases up to 60 after timeouts. Without it: the interval, limited
   * to 5 to 10.
   * Range: above 0.
   * @example 30
   */
  readonly timeout_seconds?: number | Variable | undefined;
  /**
   * Snapshots buffered while the receiver is unavailable, 1 to 100000; then the oldest are dropped. A Pushgateway
   * receives only the newest.
   * Range: 1 to 100000.
   * @default 360
   * @example 1000
   */
  readonly buffer?: number | Variable | undefined;
  /**
   * Headers by name, in any case. Values may contain `${ENV_NAME}`. Without it: only those of the protocol.
   * @example {"x-scope-orgid":"load"}
   */
  readonly headers?: { readonly [name: string]: string } | undefined;
  /**
   * Credentials, sent as the header `authorization`. Without it: those in the URL, if any.
   * @example {"bearer":"${PUSH_TOKEN}"}
   */
  readonly auth?: Auth | undefined;
  /**
   * TLS settings for https. Without it: the server is verified.
   * @example {"ca":"certs/ca.pem"}
   */
  readonly tls?: Tls | undefined;
  /**
   * Proxy, an http or https URL; may contain `${ENV_NAME}`. null disables the proxy. Without it: HTTP_PROXY,
   * HTTPS_PROXY and NO_PROXY of the environment; loopback hosts are reached directly.
   * @example "http://proxy.example.com:3128"
   */
  readonly proxy?: string | null | undefined;
  /**
   * Labels of every sample for this target, in addition to `labels`; they replace labels of the same name.
   * VictoriaMetrics adds them on its side (`extra_label`).
   * @default {}
   * @example {"cluster":"eu-1"}
   */
  readonly extra_labels?: { readonly [name: string]: string } | undefined;
  /**
   * Compress pushed data, if compression is optional in the protocol.
   * @default true
   * @example false
   */
  readonly gzip?: boolean | Variable | undefined;
  /**
   * Pushgateway only: seconds between the last values and the deletion of its groups, so that Prometheus can scrape
   * them; longer than its scrape interval.
   * Range: from 0.
   * @default 15
   * @example 60
   */
  readonly grace_seconds?: number | Variable | undefined;
  /**
   * Pushgateway only: never delete the groups. It exposes their last values until they are deleted.
   * @default false
   */
  readonly keep_groups?: boolean | Variable | undefined;
}

/** Credentials: either `basic` or `bearer`. */
interface Auth {
  /**
   * User name and password; both may contain `${ENV_NAME}`.
   * @example {"username":"loadbot","password":"${TARGET_PASSWORD}"}
   */
  readonly basic?: Basic | undefined;
  /**
   * Token; may contain `${ENV_NAME}`.
   * @example "${TARGET_TOKEN}"
   */
  readonly bearer?: string | undefined;
}

/** Basic authentication. */
interface Basic {
  /**
   * User name.
   * @example "loadbot"
   */
  readonly username: string;
  /**
   * Password.
   * @example "${TARGET_PASSWORD}"
   */
  readonly password: string;
}

/** TLS. Paths are relative to the workload file. */
interface Tls {
  /**
   * File with the CA certificates (PEM) to verify the server. Without it: the CA certificates of the runtime.
   * @example "certs/ca.pem"
   */
  readonly ca?: string | undefined;
  /**
   * File with the client certificate (PEM); needs `key`. Without it: no client certificate.
   * @example "certs/client.pem"
   */
  readonly cert?: string | undefined;
  /**
   * File with the client certificate's private key (PEM); needs `cert`. Without it: no client certificate.
   * @example "certs/client.key"
   */
  readonly key?: string | undefined;
  /**
   * Server name for SNI and certificate verification. Without it: the URL's host.
   * @example "api.example.com"
   */
  readonly server_name?: string | undefined;
  /**
   * Accept any certificate. Only for tests: allows man-in-the-middle attacks.
   * @default false
   */
  readonly insecure_skip_verify?: boolean | Variable | undefined;
}

/** A Grafana server for links and annotations of runs. */
interface Grafana {
  /**
   * URL of the Grafana server for browsers, http or https. May contain `${ENV_NAME}`; credentials in it become a
   * header.
   * @example "https://grafana.example.com"
   */
  readonly url: string;
  /**
   * Token of a service account with permission to write annotations. May contain `${ENV_NAME}`; sent only to the
   * `url` beside it. Without it: the credentials in the URL; without any, reports have links, but nothing is written
   * into Grafana.
   * @example "${GRAFANA_TOKEN}"
   */
  readonly token?: string | undefined;
  /**
   * Uid of the dashboard for links. Annotations belong to that dashboard only. Without it: links lead to
   * `loadbot-agent` of examples/grafana; annotations belong to the organization, and all dashboards can show them by
   * tag.
   * @example "checkout-load"
   */
  readonly dashboard_uid?: string | undefined;
  /**
   * Write the run, its jobs and its phases as annotations. Without it: true if there are credentials.
   * @example false
   */
  readonly annotations?: boolean | Variable | undefined;
  /**
   * Additional tags of every annotation.
   * @default []
   * @example ["team:checkout"]
   */
  readonly tags?: readonly (string)[] | undefined;
  /**
   * TLS settings for https. Without it: the server is verified.
   * @example {"ca":"certs/ca.pem"}
   */
  readonly tls?: Tls | undefined;
  /**
   * Proxy, an http or https URL; may contain `${ENV_NAME}`. null disables the proxy. Without it: HTTP_PROXY,
   * HTTPS_PROXY and NO_PROXY of the environment; loopback hosts are reached directly.
   * @example "http://proxy.example.com:3128"
   */
  readonly proxy?: string | null | undefined;
}

/** A job: its `type` determines the other fields. */
type Job = ReadJob | ScanJob | WriteJob | BulkWriteJob | UpdateJob | DeleteJob | CreateIndexJob | DropCollectionJob | MixedJob | ScenarioJob | SleepJob;

interface ReadJob extends LoadJob, Pick<RequestFields, 'sql' | 'command' | 'filter' | 'keys'> {
  /** Reads one document per request. */
  readonly type: "read";
}

/** Start condition of a job. */
interface WaitFor {
  /**
   * Required condition on the sources. An unknown value counts as false.
   * @example "moco_agent_dump_backup_in_progress == 0"
   */
  readonly condition: string;
  /**
   * Longest wait; after it the run ends early, with 99.
   * @default "5m"
   * @example "30m"
   */
  readonly timeout?: string | undefined;
  /**
   * Time for which the condition must have been true continuously.
   * @default "0s"
   * @example "10s"
   */
  readonly for?: string | undefined;
}

/** HTTP settings. A job's override the workload's field by field; headers are merged. */
interface Http {
  /**
   * Method of the job's requests. Without it: the default of the job's type.
   * @example "PUT"
   */
  readonly method?: string | undefined;
  /**
   * Path and query, appended to the connection string; may contain template tags, whose values are percent-encoded,
   * `{key}` (the key of the selected document) and `{collection}`. Without it: the default of the job's type and
   * collection.
   * @example "/search?q=#string"
   */
  readonly path?: string | undefined;
  /**
   * Headers by name, in any case. Values may contain template tags, `{key}`, `{collection}` and `${ENV_NAME}`; null
   * removes a header set by the workload or by credentials. Without it: only the headers that HTTP requires.
   * @example {"x-tenant":"acme"}
   */
  readonly headers?: { readonly [name: string]: string | null } | undefined;
  /**
   * Body: text, or any JSON value; may contain template tags, whose values are escaped for the `content-type`. null
   * sends no body. Without it: the default of the job's type.
   * @example {"id":"#id"}
   */
  readonly body?: unknown;
  /**
   * Body as `application/x-www-form-urlencoded`: values by name, which may contain template tags; a list repeats the
   * name. Exclusive with `body`. Without it: `body`.
   * @example {"user":"#name","tag":["a","b"]}
   */
  readonly form?: { readonly [name: string]: string | number | boolean | readonly (string | number | boolean)[] } | undefined;
  /**
   * Body as `multipart/form-data`: parts by name, each text or a part; or a list of parts with a `name`. Exclusive
   * with `body`. Without it: `body`.
   * @example {"title":"#words(3)","file":{"file":"photo.jpg","type":"image/jpeg"}}
   */
  readonly multipart?: { readonly [name: string]: string | number | boolean | Part } | readonly (Part)[] | undefined;
  /**
   * File that is the body, sent as it is, up to 256 MiB; relative to the workload file. Its `content-type` is
   * `application/octet-stream` unless `headers` set one. Exclusive with `body`. Without it: `body`.
   * @example "upload.bin"
   */
  readonly body_file?: string | undefined;
  /**
   * Compression of the request body, with `content-encoding`. A constant body is compressed once, others for each
   * request. zstd needs Node 22.15. null sends it as it is. Without it: the body is sent as it is.
   * @example "gzip"
   */
  readonly compress?: "gzip" | "br" | "deflate" | "zstd" | TextWithVariable | null | undefined;
  /**
   * Name of an entry of `targets` to send the requests to, instead of the connection string. Each connection of the
   * job has one of its own to each target. See Targets. Without it: the connection string.
   * @example "auth"
   */
  readonly target?: string | undefined;
  /**
   * Where sockets connect to instead of a host and port: `"host:port"` of the URL to `"host:port"`, as `--connect-to`
   * of curl. `host`, SNI and verification stay those of the URL. Through a proxy it applies to the proxy. Without it:
   * the host and port of the URL.
   * @example {"api.example.com:443":"10.0.0.7:8443"}
   */
  readonly connect_to?: { readonly [name: string]: string } | undefined;
  /**
   * Addresses of this machine that connections come from, each thread in turn. More addresses have more ports.
   * Without it: the address of the route to the target.
   * @example ["10.0.0.2","10.0.0.3"]
   */
  readonly local_addresses?: readonly (string)[] | undefined;
  /**
   * Statuses that count as ok: one, a class, a range, or a list. A 404 is an error, except to a read, update or
   * drop_collection without a `path`: there it is a miss.
   * @default "2xx"
   * @example 204
   */
  readonly expect_status?: number | string | readonly (number | string)[] | undefined;
  /**
   * Keep the cookies that responses set, for each connection of the job (a user), and send them with its next
   * requests. See Cookies.
   * @default false
   * @example true
   */
  readonly cookies?: boolean | Variable | undefined;
  /**
   * Redirects that a request follows, 0 to 20, as a part of it and of its service time; more are a `protocol` error.
   * See Redirects.
   * Range: 0 to 20.
   * @default 0
   * @example 5
   */
  readonly redirects?: number | Variable | undefined;
  /**
   * Version of HTTP: 1 (HTTP/1.1) or 2.
   * @default 1
   */
  readonly version?: 1 | 2 | Variable | undefined;
  /**
   * HTTP/2: how many of the `connections` share one socket, each with one request at a time: 50 connections with 10
   * streams have 5 sockets. See HTTP/2.
   * Range: 1 to 1000.
   * @default 1
   * @example 10
   */
  readonly streams?: number | Variable | undefined;
  /**
   * Limit of the headers of one response in bytes, `1KiB` to `64MiB`; more is a `protocol` error. HTTP/2 adds 32
   * bytes for each header.
   * @default "1MiB"
   * @example "256KiB"
   */
  readonly max_header_size?: number | string | undefined;
  /**
   * Unix socket to connect to instead of host and port; relative to the workload file. Without it: the connection
   * string's host and port.
   * @example "/run/service.sock"
   */
  readonly unix_socket?: string | undefined;
  /**
   * Proxy, an http or https URL; may contain `${ENV_NAME}`. null disables the proxy. Without it: HTTP_PROXY,
   * HTTPS_PROXY and NO_PROXY of the environment; loopback hosts are reached directly.
   * @example "http://proxy.example.com:3128"
   */
  readonly proxy?: string | null | undefined;
  /**
   * Credentials, sent as the header `authorization`. Without it: those in the connection string, if any.
   * @example {"bearer":"${TARGET_TOKEN}"}
   */
  readonly auth?: Auth | undefined;
  /**
   * TLS settings for https. Without it: the server is verified.
   * @example {"ca":"certs/ca.pem"}
   */
  readonly tls?: HttpTls | undefined;
}

/** A part of a `multipart` body: a `value` or a `file`. */
interface Part {
  /**
   * Name of the part, in a list only. Without it: its name in the object.
   * @example "avatar"
   */
  readonly name?: string | undefined;
  /**
   * Text of the part; may contain template tags. Exclusive with `file`. Without it: `file`.
   * @example "#name"
   */
  readonly value?: string | number | boolean | undefined;
  /**
   * File with the content of the part, sent as it is; relative to the workload file. Read once. Without it: `value`.
   * @example "avatar.png"
   */
  readonly file?: string | undefined;
  /**
   * File name of the part; may contain template tags. Without it: the name of `file`, or none.
   * @example "#uuid.png"
   */
  readonly filename?: string | undefined;
  /**
   * Content type of the part. Without it: `application/octet-stream` for a file, none for text.
   * @example "image/png"
   */
  readonly type?: string | undefined;
}

/** TLS of connections to targets. Paths are relative to the workload file. */
interface HttpTls {
  /**
   * File with the CA certificates (PEM) to verify the server. Without it: the CA certificates of the runtime.
   * @example "certs/ca.pem"
   */
  readonly ca?: string | undefined;
  /**
   * File with the client certificate (PEM); needs `key`. Without it: no client certificate.
   * @example "certs/client.pem"
   */
  readonly cert?: string | undefined;
  /**
   * File with the client certificate's private key (PEM); needs `cert`. Without it: no client certificate.
   * @example "certs/client.key"
   */
  readonly key?: string | undefined;
  /**
   * Server name for SNI and certificate verification. Without it: the URL's host.
   * @example "api.example.com"
   */
  readonly server_name?: string | undefined;
  /**
   * Accept any certificate. Only for tests: allows man-in-the-middle attacks.
   * @default false
   */
  readonly insecure_skip_verify?: boolean | Variable | undefined;
  /**
   * Whether a new connection resumes the TLS session of the last one, for each connection of the job (a client). See
   * TLS sessions.
   * @default false
   * @example true
   */
  readonly resume?: boolean | Variable | undefined;
}

/** Abort condition of the run while load runs. */
interface AbortWhen {
  /**
   * Required condition on the sources. An unknown value counts as false.
   * @example "node_load1 > 8"
   */
  readonly condition: string;
  /**
   * Time for which the condition must have been true continuously.
   * @default "0s"
   * @example "10s"
   */
  readonly for?: string | undefined;
}

/** A threshold of a job. */
interface Threshold {
  /**
   * Expression that must be true: see Thresholds.
   * @example "p(99) < 200ms"
   */
  readonly check: string;
  /**
   * Type of the requests to check, in a mixed job. Without it: all types combined.
   * @example "read"
   */
  readonly type?: "read" | "scan" | "write" | "bulk_write" | "update" | "delete" | TextWithVariable | undefined;
  /**
   * Name of the operation to check, in a mixed job. Without it: all operations combined.
   * @example "search"
   */
  readonly step?: string | undefined;
  /**
   * Stop the run as soon as this threshold fails.
   * @default false
   * @example true
   */
  readonly abort_on_fail?: boolean | Variable | undefined;
  /**
   * Minimum duration of measured load before the run can be stopped.
   * @default "0s"
   * @example "10s"
   */
  readonly delay?: string | undefined;
}

/** Checks of a response. A response that fails one counts as an error of class `check`. */
interface Expect {
  /**
   * Name of the check in reports: its failures are counted under it. Without it: the name of the compared part, such
   * as `$.errors`.
   * @example "no GraphQL errors"
   */
  readonly name?: string | undefined;
  /**
   * As `http.expect_status`: the statuses that count as ok. Without it: `http.expect_status`.
   * @example 201
   */
  readonly status?: number | string | readonly (number | string)[] | undefined;
  /**
   * Headers of the response: a value that must be equal, or comparisons. Without it: any.
   * @example {"content-type":{"contains":"json"}}
   */
  readonly headers?: { readonly [name: string]: string | number | boolean | null | readonly (unknown)[] | Comparison } | undefined;
  /**
   * The body: a text that must be equal, or comparisons. Without it: any.
   * @example {"contains":"Welcome"}
   */
  readonly body?: string | Body | undefined;
  /**
   * JSON paths (RFC 9535) of the body, or of the rows of a database, with a value that must be equal, or comparisons.
   * A path with several nodes must hold for all of them. Compared values may contain template tags, such as
   * `#login.name` or a saved field. Without it: any.
   * @example {"$.errors":{"absent":true},"$.items":{"length":"> 0"}}
   */
  readonly json?: { readonly [name: string]: string | number | boolean | null | readonly (unknown)[] | Comparison } | undefined;
  /**
   * Number of rows that a database returned or changed: a number or a bound. Without it: any.
   * @example 1
   */
  readonly rows?: number | string | undefined;
  /**
   * Number of events of a `stream`: a number or a bound. Without it: any.
   * @example 12
   */
  readonly events?: number | string | undefined;
  /**
   * Bound of the service time: `"< 500ms"`. A slower response counts as an error. Without it: any.
   * @example "< 500ms"
   */
  readonly duration?: string | undefined;
  /**
   * Share of the responses that are checked, above 0 to 1.
   * Range: above 0 to 1.
   * @default 1
   * @example 0.1
   */
  readonly sample?: number | Variable | undefined;
}

/** Comparisons of a value: all must hold. */
interface Comparison {
  /**
   * The value is equal. Without it: any.
   * @example "ok"
   */
  readonly equal?: unknown;
  /**
   * The value differs. Without it: any.
   * @example "error"
   */
  readonly not_equal?: unknown;
  /**
   * The value is less than this number. Without it: any.
   * @example 10
   */
  readonly less?: number | Variable | undefined;
  /**
   * The value is at most this number. Without it: any.
   * @example 10
   */
  readonly at_most?: number | Variable | undefined;
  /**
   * The value is more than this number. Without it: any.
   * @example 0
   */
  readonly more?: number | Variable | undefined;
  /**
   * The value is at least this number. Without it: any.
   * @example 1
   */
  readonly at_least?: number | Variable | undefined;
  /**
   * The text contains this one. Without it: any.
   * @example "Welcome"
   */
  readonly contains?: string | undefined;
  /**
   * The text does not contain this one. Without it: any.
   * @example "error"
   */
  readonly not_contains?: string | undefined;
  /**
   * The text contains a match of this regular expression (RE2). Without it: any.
   * @example "^[0-9]+$"
   */
  readonly matches?: string | undefined;
  /**
   * There is a value. Without it: any.
   * @example true
   */
  readonly present?: true | undefined;
  /**
   * There is no value. Without it: any.
   * @example true
   */
  readonly absent?: true | undefined;
  /**
   * Number of elements of a list, fields of an object, or characters of a text: a number or a bound. Without it: any.
   * @example 10
   */
  readonly length?: number | string | undefined;
}

/** Comparisons of a body: all must hold. */
interface Body {
  /**
   * The value is equal. Without it: any.
   * @example "ok"
   */
  readonly equal?: unknown;
  /**
   * The value differs. Without it: any.
   * @example "error"
   */
  readonly not_equal?: unknown;
  /**
   * The value is less than this number. Without it: any.
   * @example 10
   */
  readonly less?: number | Variable | undefined;
  /**
   * The value is at most this number. Without it: any.
   * @example 10
   */
  readonly at_most?: number | Variable | undefined;
  /**
   * The value is more than this number. Without it: any.
   * @example 0
   */
  readonly more?: number | Variable | undefined;
  /**
   * The value is at least this number. Without it: any.
   * @example 1
   */
  readonly at_least?: number | Variable | undefined;
  /**
   * The text contains this one. Without it: any.
   * @example "Welcome"
   */
  readonly contains?: string | undefined;
  /**
   * The text does not contain this one. Without it: any.
   * @example "error"
   */
  readonly not_contains?: string | undefined;
  /**
   * The text contains a match of this regular expression (RE2). Without it: any.
   * @example "^[0-9]+$"
   */
  readonly matches?: string | undefined;
  /**
   * Number of elements of a list, fields of an object, or characters of a text: a number or a bound. Without it: any.
   * @example 10
   */
  readonly length?: number | string | undefined;
  /**
   * Smallest size of the decoded body. Without it: any.
   * @example 100
   */
  readonly min_bytes?: number | string | undefined;
  /**
   * Largest size of the decoded body. Without it: any.
   * @example "10KiB"
   */
  readonly max_bytes?: number | string | undefined;
}

/** A response that is a stream of events. */
interface Stream {
  /**
   * `sse`: Server-Sent Events, as LLM services send them. `ndjson`: each line that is not blank is an event.
   * @example "sse"
   */
  readonly format: "sse" | "ndjson" | TextWithVariable;
  /**
   * Number of events after which the request ends, and its connection is closed. Without it: the request ends with
   * the response.
   * Range: from 1.
   * @example 10
   */
  readonly max_events?: number | Variable | undefined;
  /**
   * Duration after which the request ends, and its connection is closed. Must be below `timeout`. Without it: the
   * request ends with the response.
   * @example "10s"
   */
  readonly max_duration?: string | undefined;
}

/** A section of a ramp of users: linear to `users`. */
interface UserStage {
  /**
   * Duration of the ramp; "0s" is a step.
   * @example "30s"
   */
  readonly duration: string;
  /**
   * Number of users at the end of the stage, 0 to 100000.
   * Range: 0 to 100000.
   * @example 50
   */
  readonly users: number | Variable;
}

/** A section of a rate curve: a linear ramp to `pace`. */
interface Stage {
  /**
   * Duration of the ramp; "0s" is a step.
   * @example "10s"
   */
  readonly duration: string;
  /**
   * Requests per second at the end of the stage, 0 or more.
   * @example 500
   */
  readonly pace: number | string;
  /**
   * Requests per second at the start of the stage, 0 or more. Without it: the previous stage's `pace`, 0 for the
   * first.
   * @example 100
   */
  readonly from?: number | string | undefined;
}

/** Pauses of a uniform distribution. */
interface UniformThinkTime {
  /**
   * Shortest and longest pause.
   * @example ["1s","10s"]
   */
  readonly uniform: readonly (string)[];
}

/** Pauses of a normal distribution; those below 0 are 0. */
interface NormalThinkTime {
  /**
   * Mean and standard deviation.
   * @example ["5s","1s"]
   */
  readonly normal: readonly (string)[];
}

/** Pauses of an exponential distribution. */
interface ExponentialThinkTime {
  /**
   * Mean pause.
   * @example "3s"
   */
  readonly exponential: string;
}

/** Key distribution with parameters. */
interface Keys {
  /**
   * Distribution of requests over documents.
   * @example "zipfian"
   */
  readonly distribution: "uniform" | "zipfian" | "latest" | "hotspot" | "sequential" | TextWithVariable;
  /**
   * Skew of `zipfian` and `latest`, above 0 and below 1: the n-th most popular document is requested in proportion to
   * 1/n^theta.
   * Range: above 0 to below 1.
   * @default 0.99
   * @example 0.8
   */
  readonly theta?: number | Variable | undefined;
  /**
   * Spread the popular documents of `zipfian` over the key space; false makes the oldest ones popular.
   * @default true
   * @example false
   */
  readonly scrambled?: boolean | Variable | undefined;
  /**
   * Share of the documents, the oldest ones, that are hot in `hotspot`, 0 to 1.
   * Range: 0 to 1.
   * @default 0.2
   * @example 0.1
   */
  readonly hot_keys?: number | Variable | undefined;
  /**
   * Share of the requests of `hotspot` that go to hot documents, 0 to 1.
   * Range: 0 to 1.
   * @default 0.8
   * @example 0.9
   */
  readonly hot_operations?: number | Variable | undefined;
}

interface ScanJob extends LoadJob, Pick<RequestFields, 'sql' | 'command' | 'keys' | 'scan_length'> {
  /** Reads up to `scan_length` documents per request, in the order of their keys. */
  readonly type: "scan";
}

/** Distribution of a whole number. It has one of these fields, with the lower and the upper bound. */
interface Distribution {
  /**
   * All values between two bounds with equal probability. Without it: another shape is given.
   * @example [1,100]
   */
  readonly uniform?: readonly (number | Variable)[] | undefined;
  /**
   * Values between two bounds by the law of Zipf, with the exponent 0.99: the lower bound is the most frequent.
   * Without it: another shape is given.
   * @example [1,100]
   */
  readonly zipfian?: readonly (number | Variable)[] | undefined;
  /**
   * Bell curve around the middle of two bounds, three standard deviations away; values beyond them are redrawn.
   * Without it: another shape is given.
   * @example [1,100]
   */
  readonly normal?: readonly (number | Variable)[] | undefined;
  /**
   * Values from the lower bound on with a mean of a fifth of the range, cut off at the upper bound. Without it:
   * another shape is given.
   * @example [1,100]
   */
  readonly exponential?: readonly (number | Variable)[] | undefined;
}

interface WriteJob extends LoadJob, Pick<RequestFields, 'sql' | 'command' | 'data_size'> {
  /** Writes one document per request. */
  readonly type: "write";
  /**
   * Accepted for compatibility with files of the original loadbot; has no effect: a write sends one document. Without
   * it: 1.
   * Range: 0 to 100000.
   * @deprecated It has no effect.
   * @example 100
   */
  readonly batch_size?: number | Variable | undefined;
}

/** Distribution of a size in bytes. It has one of these fields, with the lower and the upper bound. */
interface SizeDistribution {
  /**
   * All values between two bounds with equal probability. Without it: another shape is given.
   * @example ["1KiB","8KiB"]
   */
  readonly uniform?: readonly (number | string)[] | undefined;
  /**
   * Values between two bounds by the law of Zipf, with the exponent 0.99: the lower bound is the most frequent.
   * Without it: another shape is given.
   * @example ["1KiB","8KiB"]
   */
  readonly zipfian?: readonly (number | string)[] | undefined;
  /**
   * Bell curve around the middle of two bounds, three standard deviations away; values beyond them are redrawn.
   * Without it: another shape is given.
   * @example ["1KiB","8KiB"]
   */
  readonly normal?: readonly (number | string)[] | undefined;
  /**
   * Values from the lower bound on with a mean of a fifth of the range, cut off at the upper bound. Without it:
   * another shape is given.
   * @example ["1KiB","8KiB"]
   */
  readonly exponential?: readonly (number | string)[] | undefined;
}

/** A size of a histogram, with its weight. */
interface WeightedSize {
  /**
   * Size of a document in bytes, as `data_size`.
   * @example "1KiB"
   */
  readonly size: number | string;
  /**
   * Weight relative to the other sizes, above 0.
   * Range: above 0.
   * @example 9
   */
  readonly weight: number | Variable;
}

interface BulkWriteJob extends LoadJob, Pick<RequestFields, 'sql' | 'command' | 'data_size' | 'batch_size'> {
  /** Writes `batch_size` documents per request. */
  readonly type: "bulk_write";
}

interface UpdateJob extends LoadJob, Pick<RequestFields, 'sql' | 'command' | 'data_size' | 'filter' | 'keys' | 'read_first'> {
  /** Updates one document per request. */
  readonly type: "update";
}

interface DeleteJob extends LoadJob, Pick<RequestFields, 'sql' | 'command' | 'filter' | 'keys'> {
  /** Deletes one document per request. */
  readonly type: "delete";
}

interface CreateIndexJob extends RequestJob, Pick<RequestFields, 'sql' | 'command'> {
  /** Creates indexes. */
  readonly type: "create_index";
  /**
   * Number of requests to send; 0 means the default.
   * Range: from 0.
   * @default 1
   * @example 1
   */
  readonly operations?: number | Variable | undefined;
  /**
   * Indexes to create. Without it: none.
   * @example [{"keys":{"name":1}}]
   */
  readonly indexes?: readonly (Index)[] | undefined;
}

/** An index to create. */
interface Index {
  /**
   * Fields and their order: 1, -1, or another value that the database supports.
   * @example {"name":1}
   */
  readonly keys: { readonly [name: string]: unknown };
  /**
   * Options of the database, such as `unique`. Without it: none.
   * @example {"unique":true}
   */
  readonly options?: { readonly [name: string]: unknown } | undefined;
}

interface DropCollectionJob extends RequestJob, Pick<RequestFields, 'sql' | 'command'> {
  /** Removes the collection with all its documents. */
  readonly type: "drop_collection";
  /**
   * Number of requests to send; 0 means the default.
   * Range: from 0.
   * @default 1
   * @example 1
   */
  readonly operations?: number | Variable | undefined;
}

interface MixedJob extends LoadJob, Pick<RequestFields, 'data_size' | 'batch_size' | 'filter' | 'keys' | 'scan_length' | 'read_first'> {
  /** Sends several kinds of requests, by weight. */
  readonly type: "mixed";
  /**
   * Operations by weight: `{ "read": 95, "update": 5 }`, or a list of operations with separate settings. `data_size`,
   * `batch_size`, `filter`, `keys`, `scan_length`, `read_first` and `http` of the job are the defaults of operations.
   * Without it: `requests_from`.
   * @example {"read":95,"update":5}
   */
  readonly mixed?: Weights | readonly (Operation)[] | undefined;
  /**
   * File whose requests the job sends, instead of operations of its own: see Requests from a file. HTTP only. Not
   * together with `mixed`. Without it: `mixed`.
   * @example {"file":"access.log","speed":1}
   */
  readonly requests_from?: RequestsFrom | undefined;
}

/** Operations of a mixed job by their weight. */
interface Weights {
  /**
   * Weight of reads. Without it: none are sent.
   * Range: 0.001 to 1000000.
   * @example 95
   */
  readonly read?: number | Variable | undefined;
  /**
   * Weight of scans. Without it: none are sent.
   * Range: 0.001 to 1000000.
   * @example 95
   */
  readonly scan?: number | Variable | undefined;
  /**
   * Weight of writes. Without it: none are sent.
   * Range: 0.001 to 1000000.
   * @example 5
   */
  readonly write?: number | Variable | undefined;
  /**
   * Weight of bulk writes. Without it: none are sent.
   * Range: 0.001 to 1000000.
   * @example 1
   */
  readonly bulk_write?: number | Variable | undefined;
  /**
   * Weight of updates. Without it: none are sent.
   * Range: 0.001 to 1000000.
   * @example 5
   */
  readonly update?: number | Variable | undefined;
  /**
   * Weight of deletes. Without it: none are sent.
   * Range: 0.001 to 1000000.
   * @example 5
   */
  readonly delete?: number | Variable | undefined;
}

/** One operation of a mixed job. Absent fields are inherited from the job. */
interface Operation extends RequestFields {
  /**
   * Name of the operation: the label `step` of its metrics, and a row of its own in reports. Without it: counted with
   * the other unnamed operations of its type.
   * @example "search"
   */
  readonly name?: string | undefined;
  /**
   * Type of the operation.
   * @example "read"
   */
  readonly type: "read" | "scan" | "write" | "bulk_write" | "update" | "delete" | TextWithVariable;
  /**
   * Weight relative to the other operations, 0.001 to 1000000.
   * Range: 0.001 to 1000000.
   * @default 1
   * @example 95
   */
  readonly weight?: number | Variable | undefined;
}

/** Requests of a file, which a mixed job sends. */
interface RequestsFrom {
  /**
   * File with the requests, relative to the workload file: an access log up to 512 MiB, another file up to 64 MiB; up
   * to 1,000,000 requests after `sample`.
   * @example "access.log"
   */
  readonly file: string;
  /**
   * Format of the file: `access_log` (nginx or Apache, common or combined), `har`, `vegeta` (targets), `curl`
   * (command lines) or `postman` (a collection). Without it: recognized by the name and the content of the file.
   * @example "access_log"
   */
  readonly format?: "access_log" | "har" | "vegeta" | "curl" | "postman" | TextWithVariable | undefined;
  /**
   * Host of the requests to send, with its port if it is not that of the scheme; others are left out. Without it: the
   * requests of all hosts, sent to the target of the job.
   * @example "shop.example.com"
   */
  readonly host?: string | undefined;
  /**
   * `recorded` sends the requests in the order of the file; `random` in a random order, each once before any is sent
   * again.
   * @default "recorded"
   * @example "random"
   */
  readonly order?: "recorded" | "random" | TextWithVariable | undefined;
  /**
   * Send the requests at their recorded times: 1 as recorded, 2 twice as fast. For `access_log` and `har`, in
   * recorded order. Not together with `pace`, `stages`, `arrival`, `users` and `warm_up`. Without it: `pace` or
   * `stages` of the job, or as fast as possible.
   * Range: 0.001 to 1000.
   * @example 1
   */
  readonly speed?: number | Variable | undefined;
  /**
   * Share of the requests to send, above 0, at most 1; selected by the seed.
   * Range: above 0 to 1.
   * @default 1
   * @example 0.1
   */
  readonly sample?: number | Variable | undefined;
  /**
   * Begin again after the last request, instead of ending the job.
   * @default false
   * @example true
   */
  readonly repeat?: boolean | Variable | undefined;
  /**
   * Names of the requests, the label `step` of their metrics: `path` is the method and the path with `:id` in place
   * of ids, `host` the recorded host. The 50 most frequent have rows of their own, the rest is `other`. `none` counts
   * them by type alone.
   * @default "path"
   * @example "none"
   */
  readonly name_by?: "path" | "host" | "none" | TextWithVariable | undefined;
}

interface ScenarioJob extends LoadJob {
  /** Runs the steps of virtual users, in order. */
  readonly type: "scenario";
  /**
   * Requests of one iteration, in order: see Scenarios.
   * @example [{"name":"home","http":{"path":"/"}}]
   */
  readonly steps: readonly (Step)[];
  /**
   * Steps of each user before its first iteration, such as a login; not in the numbers of the job. Without it: none.
   * @example [{"name":"login","http":{"method":"POST","path":"/login"},"capture":{"token":"$.token"}}]
   */
  readonly before?: readonly (Step)[] | undefined;
  /**
   * Steps of each user after its last iteration; not in the numbers of the job. Without it: none.
   * @example [{"name":"logout","http":{"method":"POST","path":"/logout"}}]
   */
  readonly after?: readonly (Step)[] | undefined;
  /**
   * Values that are drawn once for each iteration: `#vars.name` in every step. Without it: none.
   * @example {"stars":"#int(1,5)"}
   */
  readonly variables?: { readonly [name: string]: unknown } | undefined;
  /**
   * Lifetime of cookies, captures of `before` and the connection: `user` for all iterations of a user, `iteration`
   * for a new user in each iteration.
   * @default "user"
   * @example "iteration"
   */
  readonly session?: "user" | "iteration" | TextWithVariable | undefined;
  /**
   * After a failed step: end the iteration, or continue with its next step.
   * @default "next_iteration"
   * @example "continue"
   */
  readonly on_error?: "next_iteration" | "continue" | TextWithVariable | undefined;
  /**
   * A database transaction around the steps: begin, commit, and rollback after a failed step. Without it: none.
   * @example {"isolation":"serializable","retries":3}
   */
  readonly transaction?: Transaction | undefined;
}

/** A step of a scenario: a request, a call of a function, a group of steps, or branches. */
interface Step extends InnerStep {
  /**
   * A group of steps, to which `repeat`, `chance`, `if` and `for_each` apply together. Without it: the step is a
   * request.
   * @example [{"name":"item","http":{"path":"/items/#each.item"}}]
   */
  readonly steps?: readonly (InnerStep)[] | undefined;
  /**
   * Branches, of which each iteration takes one, by weight. Without it: the step is a request.
   * @example
   * [{"weight":70,"steps":[{"name":"browse","http":{"path":"/items"}}]},{"weight":30,"steps":[{"name":"search","http":{"path":"/search"}}]}]
   */
  readonly one_of?: readonly (Branch)[] | undefined;
}

/** Source of a captured value. */
interface Capture {
  /**
   * JSON path (RFC 9535) of the body, or of the rows of a database: the value of its first node. Without it: not
   * used.
   * @example "$.token"
   */
  readonly json?: string | undefined;
  /**
   * Regular expression (RE2) over the body: its first group, or its match without groups. Without it: not used.
   * @example "name=\"csrf\" value=\"([^\"]+)\""
   */
  readonly regex?: string | undefined;
  /**
   * A header. Without it: not used.
   * @example "location"
   */
  readonly header?: string | undefined;
  /**
   * A cookie that the response sets. Without it: not used.
   * @example "session"
   */
  readonly cookie?: string | undefined;
  /**
   * The status code. Without it: not used.
   * @example true
   */
  readonly status?: true | undefined;
  /**
   * A column of the result's first row, or `true` for the list of all rows. Without it: not used.
   * @example "balance"
   */
  readonly row?: string | true | undefined;
  /**
   * Selection among several nodes of `json`, or several matches of `regex`: `first`, `last`, `random` (drawn for each
   * request), or `all` of them as a list.
   * @default "first"
   * @example "random"
   */
  readonly pick?: "first" | "last" | "random" | "all" | TextWithVariable | undefined;
  /**
   * Custom metric that records the value, a number: seconds for a trend. See Custom metrics. Without it: none.
   * @example "cart_seconds"
   */
  readonly metric?: string | undefined;
  /**
   * Value where the response has none. Without it: the step fails.
   * @example ""
   */
  readonly default?: unknown;
}

/** A list whose elements a step is repeated for. */
interface ForEach {
  /**
   * The list: a captured value.
   * @example "#search.ids"
   */
  readonly in: string;
  /**
   * Largest number of elements that are used, 1 to 10000.
   * Range: 1 to 10000.
   * @default 1000
   * @example 10
   */
  readonly limit?: number | Variable | undefined;
}

/** A request or a call of a function within a group of steps. */
interface InnerStep extends RequestFields {
  /**
   * Name of the step, unique in the job: the label `step` of its metrics. A step with a request needs one; that of a
   * function has the name of the function. Without it: the step has no request of its own.
   * @example "login"
   */
  readonly name?: string | undefined;
  /**
   * Type under which its requests are counted: the label `job_type`. Without it: from the method or the statement.
   * @example "read"
   */
  readonly type?: "read" | "scan" | "write" | "bulk_write" | "update" | "delete" | TextWithVariable | undefined;
  /**
   * Function of the module of `functions` that the step calls instead of sending a request; the values that it
   * returns are `#name.value` in later steps. See Functions. Without it: the step is a request.
   * @example "sign"
   */
  readonly function?: string | undefined;
  /**
   * Values of the response, by name: `#login.token` in later steps. See Captures. Without it: none.
   * @example {"token":"$.token"}
   */
  readonly capture?: { readonly [name: string]: string | Capture } | undefined;
  /**
   * Pause after the step: a duration, or a distribution. Not part of any measured time. Without it: none.
   * @example "1s"
   */
  readonly think_time?: string | UniformThinkTime | NormalThinkTime | ExponentialThinkTime | undefined;
  /**
   * Number of times that the step runs, or a range of numbers. `#each.index` is the repetition, from 0.
   * @default 1
   * @example 3
   */
  readonly repeat?: number | string | undefined;
  /**
   * Share of the iterations in which the step runs, above 0 to 1.
   * Range: above 0 to 1.
   * @default 1
   * @example 0.3
   */
  readonly chance?: number | Variable | undefined;
  /**
   * Condition on a value: the step runs only if it holds. Without it: the step runs.
   * @example "#search.count > 0"
   */
  readonly if?: string | undefined;
  /**
   * Runs the step once for each element of a captured list: `#each.item`, `#each.index`. Without it: once.
   * @example "#search.ids"
   */
  readonly for_each?: string | ForEach | undefined;
}

/** A branch of `one_of`. */
interface Branch {
  /**
   * Weight relative to the other branches, 0.001 to 1000000.
   * Range: 0.001 to 1000000.
   * @default 1
   * @example 70
   */
  readonly weight?: number | Variable | undefined;
  /**
   * Steps of the branch.
   * @example [{"name":"search","http":{"path":"/search"}}]
   */
  readonly steps: readonly (InnerStep)[];
}

/** A database transaction around the steps of an iteration. */
interface Transaction {
  /**
   * Isolation level. Without it: the server's default.
   * @example "serializable"
   */
  readonly isolation?: "read uncommitted" | "read committed" | "repeatable read" | "serializable" | "snapshot" | TextWithVariable | undefined;
  /**
   * Whether the transaction is read only.
   * @default false
   * @example true
   */
  readonly read_only?: boolean | Variable | undefined;
  /**
   * Repetitions of the iteration after a serialization failure or a deadlock, each after a short random backoff, 0 to
   * 1000.
   * Range: 0 to 1000.
   * @default 0
   * @example 3
   */
  readonly retries?: number | Variable | undefined;
}

interface SleepJob extends AnyJob {
  /** Waits. */
  readonly type: "sleep";
  /**
   * Duration of the pause.
   * @example "5s"
   */
  readonly duration: string | number;
}

/** Jobs that run at the same time. */
interface Parallel {
  /**
   * Jobs that start together; the next entry of `jobs` waits for all of them. Groups do not nest.
   * @example [{"type":"read","schema":"user"},{"type":"update","schema":"user"}]
   */
  readonly parallel: readonly (Job)[];
}

/** A document template and the location of its documents. */
interface Schema {
  /**
   * Name that jobs refer to; unique in the file.
   * @example "user"
   */
  readonly name: string;
  /**
   * Default database of jobs. Not used over HTTP. Without it: none.
   * @example "load_test"
   */
  readonly database?: string | undefined;
  /**
   * Default collection, table or resource of jobs. Without it: each job sets one.
   * @example "users"
   */
  readonly collection?: string | undefined;
  /**
   * The document, with template tags in its texts. Without it: given as `template`.
   * @example {"_id":"#id","name":"#string","age":"#int(18,99)"}
   */
  readonly schema?: { readonly [name: string]: unknown } | undefined;
  /**
   * Alias of `schema`. Without it: given as `schema`.
   * @example {"_id":"#id","name":"#string","age":"#int(18,99)"}
   */
  readonly template?: { readonly [name: string]: unknown } | undefined;
  /**
   * Number of documents that an earlier run wrote to the collection with this schema, 0 to 1000000000000: reads and
   * updates select from them, writes continue after them. Use 0 for the run that writes them. See Existing documents.
   * Without it: the collection is empty, or its documents are not used.
   * Range: 0 to 1000000000000.
   * @example 10000
   */
  readonly existing?: number | Variable | undefined;
  /**
   * Fields that requests may refer to as `#field`, to find documents written earlier; `address.city` for a nested
   * field.
   * @default []
   * @example ["name","address.city"]
   */
  readonly save?: readonly (string)[] | undefined;
}

/** Rows from a file. */
interface Feeder {
  /**
   * Name that tags refer to: `#name.column`; letters, digits and _; unique in the file.
   * @example "users"
   */
  readonly name: string;
  /**
   * CSV with a header line (`.csv`, or `.tsv` with tabs), or an object a line (`.ndjson`, `.jsonl`); relative to the
   * workload file, at most 64 MiB.
   * @example "users.csv"
   */
  readonly file: string;
  /**
   * Use of a row: `request` takes the next one for each request or document; in a scenario, `iteration` keeps it for
   * the iteration, and `user` for all iterations of a user. Without it: `request`; in a scenario `iteration`.
   * @example "user"
   */
  readonly per?: "request" | "iteration" | "user" | TextWithVariable | undefined;
  /**
   * Selection of rows: `sequential` in the order of the file; `shuffle` in a random order, each row once before any
   * is used again; `random` draws each one anew.
   * @default "sequential"
   * @example "shuffle"
   */
  readonly order?: "sequential" | "random" | "shuffle" | TextWithVariable | undefined;
  /**
   * After the last row: `restart` begins again; `stop` ends the job; `fail` fails each request without a row, with
   * the class `workload`.
   * @default "restart"
   * @example "stop"
   */
  readonly on_end?: "restart" | "stop" | "fail" | TextWithVariable | undefined;
  /**
   * Character between the cells of a CSV. Without it: a comma; a tab for `.tsv`.
   * @example ";"
   */
  readonly delimiter?: string | undefined;
}

/** A metric of the workload itself. */
interface CustomMetric {
  /**
   * `counter`: a sum of whole numbers. `trend`: a distribution of durations in seconds.
   * @example "trend"
   */
  readonly type: "counter" | "trend" | TextWithVariable;
  /**
   * Help text of the metric family. Without it: a text with the type.
   * @example "Time that the cart service reports."
   */
  readonly help?: string | undefined;
}

/** A threshold of one job or of all jobs combined. */
interface WorkloadThreshold {
  /**
   * Expression that must be true: see Thresholds.
   * @example "p(99) < 200ms"
   */
  readonly check: string;
  /**
   * Name of the job to check; jobs with the same name are combined. Without it: all jobs combined.
   * @example "reads"
   */
  readonly job?: string | undefined;
  /**
   * Type of the requests to check. Without it: all types combined.
   * @example "read"
   */
  readonly type?: "read" | "scan" | "write" | "bulk_write" | "update" | "delete" | TextWithVariable | undefined;
  /**
   * Name of the operation to check, in a mixed job. Without it: all operations combined.
   * @example "search"
   */
  readonly step?: string | undefined;
  /**
   * Stop the run as soon as this threshold fails.
   * @default false
   * @example true
   */
  readonly abort_on_fail?: boolean | Variable | undefined;
  /**
   * Minimum duration of measured load before the run can be stopped.
   * @default "0s"
   * @example "10s"
   */
  readonly delay?: string | undefined;
}

/** A threshold on the result of a PromQL query. */
interface QueryThreshold {
  /**
   * Base URL of a Prometheus-compatible server, http or https, without `/api/v1/query`. May contain `${ENV_NAME}`.
   * @example "http://prometheus:9090"
   */
  readonly prometheus: string;
  /**
   * PromQL query, evaluated after the run when all metrics are delivered.
   * @example "max_over_time(cpu_busy[1m])"
   */
  readonly query: string;
  /**
   * Condition on every series of the result: an operator and a number. An empty result is a failure.
   * @example "< 0.8"
   */
  readonly expect: string;
  /**
   * Timeout of the query.
   * @default "10s"
   * @example "30s"
   */
  readonly timeout?: string | undefined;
}

/** A metrics endpoint of the system under test, read while the load runs. */
interface Source {
  /**
   * Name of the source, unique in the file: label `source` of its metrics.
   * @example "mysql-agent"
   */
  readonly name: string;
  /**
   * URL of its metrics, http or https. May contain `${ENV_NAME}`; credentials in it become a header. Without it:
   * `file` or `command`.
   * @example "http://127.0.0.1:8080/metrics"
   */
  readonly url?: string | undefined;
  /**
   * File with its metrics, relative to the workload file. Only with the flag `--allow_local_sources`. Without it:
   * `url` or `command`.
   * @example "metrics.prom"
   */
  readonly file?: string | undefined;
  /**
   * Program that prints its metrics, with arguments; executed without a shell in the folder of the workload file.
   * Only with the flag `--allow_local_sources`. Without it: `url` or `file`.
   * @example ["./print-metrics","--all"]
   */
  readonly command?: readonly (string)[] | undefined;
  /**
   * Type of the source: adds predefined phases, failures and rates. See sources. Without it: no predefined phases.
   * @example "moco"
   */
  readonly profile?: "moco" | "databasus" | "dragonfly-client" | "dragonfly-manager" | "dragonfly-scheduler" | "pcp" | "node" | "go" | "node_exporter" | "postgres_exporter" | "mysqld_exporter" | TextWithVariable | undefined;
  /**
   * Scrape interval, `100ms` or more.
   * @default "1s"
   * @example "5s"
   */
  readonly interval?: string | undefined;
  /**
   * Scrape timeout, less than `interval`. Without it: `500ms`, or half of a shorter `interval`.
   * @example "2s"
   */
  readonly timeout?: string | undefined;
  /**
   * Names of metrics to keep; `*` matches any characters. Without it: all of them.
   * @example ["moco_agent_*"]
   */
  readonly match?: readonly (string)[] | undefined;
  /**
   * Headers by name, in any case. Values may contain `${ENV_NAME}`. Without it: only the headers that HTTP requires.
   * @example {"x-scope-orgid":"load"}
   */
  readonly headers?: { readonly [name: string]: string } | undefined;
  /**
   * Credentials, sent as the header `authorization`. Without it: those in the URL, if any.
   * @example {"bearer":"${SOURCE_TOKEN}"}
   */
  readonly auth?: Auth | undefined;
  /**
   * TLS settings for https. Without it: the server is verified.
   * @example {"ca":"certs/ca.pem"}
   */
  readonly tls?: Tls | undefined;
  /**
   * Proxy, an http or https URL; may contain `${ENV_NAME}`. null disables the proxy. Without it: HTTP_PROXY,
   * HTTPS_PROXY and NO_PROXY of the environment; loopback hosts are reached directly.
   * @example "http://proxy.example.com:3128"
   */
  readonly proxy?: string | null | undefined;
  /**
   * Limit of one exposition in bytes, decompressed; a larger one is not read.
   * @default "16MiB"
   * @example "1MiB"
   */
  readonly max_bytes?: number | string | undefined;
  /**
   * Limit of series per exposition, 1 to 1000000; further series are dropped and counted.
   * Range: 1 to 1000000.
   * @default 10000
   * @example 1000
   */
  readonly max_series?: number | Variable | undefined;
}

/** Text that is one variable, which is replaced before the workload is checked. */
type Variable = `\${${string}}`;

/** Text with variables, such as "${RATE}/s". */
type TextWithVariable = `${string}\${${string}`;

/** Fields that define a request. */
interface RequestFields {
  /**
   * Checks of the response: see Checks. A response that fails one is an error of class `check`. Without it: the
   * status alone decides.
   * @example {"status":200,"json":{"$.errors":{"absent":true}}}
   */
  readonly expect?: Expect | undefined;
  /**
   * Read the response as a stream of events, and record their number, the time to the first byte and to the first
   * event, and the gaps between events: see Streams. HTTP only. Without it: the response is not a stream.
   * @example "sse"
   */
  readonly stream?: "sse" | "ndjson" | TextWithVariable | Stream | undefined;
  /**
   * Largest body that is kept for `expect` and `capture`; a larger one fails the check.
   * @default "1MiB"
   * @example "4MiB"
   */
  readonly max_body?: number | string | undefined;
  /**
   * Size of each document in bytes, reached by padding, 0 to 256 MiB; or with a unit: "1KB" is 1000, "1KiB" is 1024;
   * or a distribution, or sizes with weights. On MongoDB without a schema, the length of the field `data`: see
   * MongoDB.
   * @default 0
   * @example 200
   */
  readonly data_size?: number | string | SizeDistribution | readonly (WeightedSize)[] | undefined;
  /**
   * Documents per bulk request, up to 100000; 0 means the default.
   * Range: 0 to 100000.
   * @default 100
   * @example 500
   */
  readonly batch_size?: number | Variable | undefined;
  /**
   * Search filter, with template tags. `#field` is the value of a field that the schema saves. Without it: the `_id`
   * of a document written earlier.
   * @example {"name":"#name"}
   */
  readonly filter?: { readonly [name: string]: unknown } | undefined;
  /**
   * Selection among the documents written earlier: see Keys. Without it: `uniform`; for a delete `sequential`, the
   * oldest first.
   * @example "zipfian"
   */
  readonly keys?: "uniform" | "zipfian" | "latest" | "hotspot" | "sequential" | TextWithVariable | Keys | undefined;
  /**
   * Documents that a scan reads, 1 to 10000, in the order of their keys: a number, or a distribution.
   * @default {"uniform":[1,100]}
   * @example 50
   */
  readonly scan_length?: number | Variable | Distribution | undefined;
  /**
   * Read the document before each update, as one request.
   * @default false
   * @example true
   */
  readonly read_first?: boolean | Variable | undefined;
  /**
   * SQL statement to send, for SQL targets; template tags become parameters. Without it: the default of the job's
   * type.
   * @example "SELECT abalance FROM pgbench_accounts WHERE aid = #int(1,500000)"
   */
  readonly sql?: string | undefined;
  /**
   * Command to send, for Redis (text or a list of words) or for MongoDB, gRPC, NATS, WebSocket and Kafka (an object);
   * may contain template tags. Without it: the default of the job's type.
   * @example ["GET","user:#int(1,1000)"]
   */
  readonly command?: string | readonly (unknown)[] | { readonly [name: string]: unknown } | undefined;
  /**
   * Overrides the workload's `http`, field by field. Without it: the workload's `http`.
   * @example {"path":"/health"}
   */
  readonly http?: Http | undefined;
}

/** Fields that all jobs have. */
interface AnyJob {
  /**
   * Name of the job: label `job` of its metrics. Need not be unique. Without it: the type, with a number if already
   * used.
   * @example "workload 1"
   */
  readonly name?: string | undefined;
  /**
   * Start condition of the job: a condition on the sources, or wait_for. The job opens no connections before. See
   * Gates. Without it: the job starts immediately.
   * @example "moco_agent_dump_backup_in_progress == 0"
   */
  readonly wait_for?: string | WaitFor | undefined;
  /**
   * Delay of the start of a job in a `parallel` group, from the start of the first job in the group that has none.
   * With `wait_for`, both are waited for.
   * @default "0s"
   * @example "10s"
   */
  readonly start_after?: string | undefined;
  /**
   * Accepted for compatibility with files of the original loadbot; has no effect. Without it: nothing.
   * @deprecated It has no effect.
   * @example "simple"
   */
  readonly format?: string | undefined;
}

/** Fields that all jobs with requests have. */
interface RequestJob extends AnyJob {
  /**
   * Name of the entry of `schemas` with the template and location of documents. Without it: documents have an `_id`,
   * and `data` when `data_size` is given or on MongoDB.
   * @example "user"
   */
  readonly schema?: string | undefined;
  /**
   * Alias of `schema`. Without it: given as `schema`.
   * @example "user"
   */
  readonly template?: string | undefined;
  /**
   * Database. Not used over HTTP. Without it: the schema's.
   * @example "load_test"
   */
  readonly database?: string | undefined;
  /**
   * Collection, table or resource; over HTTP the first part of the path. Without it: the schema's.
   * @example "users"
   */
  readonly collection?: string | undefined;
  /**
   * Overrides the workload's `http`, field by field. Without it: the workload's `http`.
   * @example {"path":"/health"}
   */
  readonly http?: Http | undefined;
  /**
   * Overrides the workload's `driver_options`, field by field. Fields depend on the driver; only for drivers that
   * have settings. Without it: the workload's `driver_options`.
   * @example {"acks":"all"}
   */
  readonly driver_options?: { readonly [name: string]: unknown } | undefined;
  /**
   * Number of workers, each with a separate connection, 1 to 100000.
   * Range: 1 to 100000.
   * @default 1
   * @example 50
   */
  readonly connections?: number | Variable | undefined;
  /**
   * Timeout of one request, up to the last byte of its response; 0 means the default.
   * @default "30s"
   * @example "1s"
   */
  readonly timeout?: string | number | undefined;
  /**
   * Close each connection and open a new one before each `"request"`, before each `"iteration"` of a scenario, after
   * a number of requests, or before the first request after a duration. Opening is part of the service time. A
   * transaction is not interrupted. Without it: connections stay open.
   * @example "request"
   */
  readonly reconnect?: number | string | undefined;
  /**
   * Graceful stop: time for requests in flight to finish after the end of the job; the rest is aborted.
   * @default "5s"
   * @example "10s"
   */
  readonly drain?: string | undefined;
  /**
   * Abort condition: ends the run with 99 when true while the job's load runs; a condition on the sources, or
   * abort_when. See Gates. Without it: nothing.
   * @example "increase(moco_agent_dump_backup_failure_count[run]) > 0"
   */
  readonly abort_when?: string | AbortWhen | undefined;
  /**
   * Pass criteria of the run, which exits with 99 if one fails: see Thresholds.
   * @default []
   * @example ["p(99) < 200ms","error_rate < 1%"]
   */
  readonly thresholds?: readonly (string | Threshold)[] | undefined;
}

/** Fields of jobs whose requests may have a pace and a duration. */
interface LoadJob extends RequestJob {
  /**
   * Number of requests to send; 0 means unlimited. With `duration`, the first limit reached ends the job. Without it:
   * no limit.
   * Range: from 0.
   * @example 10000
   */
  readonly operations?: number | Variable | undefined;
  /**
   * Checks of the response: see Checks. A response that fails one is an error of class `check`. Without it: the
   * status alone decides.
   * @example {"status":200,"json":{"$.errors":{"absent":true}}}
   */
  readonly expect?: Expect | undefined;
  /**
   * Read the response as a stream of events, and record their number, the time to the first byte and to the first
   * event, and the gaps between events: see Streams. HTTP only. Without it: the response is not a stream.
   * @example "sse"
   */
  readonly stream?: "sse" | "ndjson" | TextWithVariable | Stream | undefined;
  /**
   * Largest body that is kept for `expect` and `capture`; a larger one fails the check.
   * @default "1MiB"
   * @example "4MiB"
   */
  readonly max_body?: number | string | undefined;
  /**
   * Duration of the measured load, after the warm-up; 0 means unlimited. With `operations`, the first limit reached
   * ends the job. Without it: without `operations`, the total of `stages`; else unlimited.
   * @example "30s"
   */
  readonly duration?: string | number | undefined;
  /**
   * A ramp of users of an unpaced job: workers start and retire by the clock, and one that retires finishes its
   * request. Begins with 0 users; with a longer `duration` the last number continues. Their highest number is
   * `connections`. Not together with `pace` and `stages`. Without it: all `connections` work from the start to the
   * end.
   * @example [{"duration":"30s","users":50}]
   */
  readonly users?: readonly (UserStage)[] | undefined;
  /**
   * Number of requests, or iterations of a scenario, of each worker. Not together with `operations`, `users` and
   * `warm_up`. Without it: no limit.
   * Range: 1 to 1000000000.
   * @example 10
   */
  readonly operations_per_user?: number | Variable | undefined;
  /**
   * Requests per second of the whole job, fractions allowed; or with a unit: "500/s", "30000/m", "1000/h"; 0 means
   * unlimited. Not together with `stages`. Without it: as fast as possible.
   * @example 500
   */
  readonly pace?: number | string | undefined;
  /**
   * Paced requests that fall due within this time start together, so that a thread wakes once for all of them: up to
   * this much later than scheduled, never earlier. Response times count from the scheduled start in any case. From
   * `1ms` on, no further thread is needed, which takes less CPU time. Up to `100ms`; `0s`: each starts on its own.
   * @default "150us"
   * @example "1ms"
   */
  readonly precision?: string | undefined;
  /**
   * A rate curve: ramps in sequence. With a longer `duration` the last pace continues. Not together with `pace`.
   * Without it: a constant pace, or none.
   * @example [{"duration":"10s","pace":500}]
   */
  readonly stages?: readonly (Stage)[] | undefined;
  /**
   * Arrival process of paced requests: `even`, or `poisson` for random arrivals with the same mean rate.
   * @default "even"
   * @example "poisson"
   */
  readonly arrival?: "even" | "poisson" | TextWithVariable | undefined;
  /**
   * Paced requests that are due while all workers are busy: `queue` sends them late and includes the wait in the
   * response time, `skip` drops and counts them.
   * @default "queue"
   * @example "skip"
   */
  readonly overload?: "queue" | "skip" | TextWithVariable | undefined;
  /**
   * Load before the measurement: counted separately, not included in results and limits.
   * @default "0s"
   * @example "5s"
   */
  readonly warm_up?: string | undefined;
  /**
   * Pause of a worker between a response and the next request, of a user between two iterations: a duration, or a
   * distribution.
   * @default "0s"
   * @example "100ms"
   */
  readonly think_time?: string | UniformThinkTime | NormalThinkTime | ExponentialThinkTime | undefined;
  /**
   * Send a `traceparent` header with each request and link exemplars of the duration buckets to its trace. HTTP only.
   * @default false
   * @example true
   */
  readonly trace?: boolean | Variable | undefined;
  /**
   * Record the time from sending each request to the first byte of its response: `requests_first_byte_seconds`, see
   * Time to first byte. HTTP only.
   * @default false
   * @example true
   */
  readonly first_byte?: boolean | Variable | undefined;
}

/** A workload: a target and the jobs to run. The fields are those of the workload file; `undefined` means absent. */
export interface Workload {
  /**
   * Path or URL of the JSON Schema of this file, for editors. Without it: none.
   * @example "./workload.schema.json"
   */
  readonly $schema?: string | undefined;
  /**
   * Name of the workload. Without it: the file's name without its extension, or `stdin`.
   * @example "checkout"
   */
  readonly name?: string | undefined;
  /**
   * Files whose fields are below those of this file, in order; relative to this file. See Includes and environments.
   * @default []
   * @example ["common.jsonc"]
   */
  readonly include?: readonly (string)[] | undefined;
  /**
   * Changes of this workload by name, each a JSON merge patch (RFC 7396); `--environment NAME` chooses one, else
   * `LOADBOT_ENVIRONMENT`. See Includes and environments.
   * @default {}
   * @example {"staging":{"connection_string":"https://staging.example.com"}}
   */
  readonly environments?: { readonly [name: string]: { readonly [name: string]: unknown } } | undefined;
  /**
   * Values that are set from outside, used as `${NAME}`: a default, or parameter. `--param NAME=VALUE` sets one, else
   * `LOADBOT_PARAM_NAME` of the environment. See Parameters.
   * @default {}
   * @example {"RATE":"100/s","TOKEN":{"secret":true,"required":true}}
   */
  readonly parameters?: { readonly [name: string]: Parameter | string | number | boolean } | undefined;
  /**
   * The target: an http or https URL with an optional base path, `embedded:` for the built-in store, or the URL of a
   * database: postgres, mysql, mongodb, redis, grpc, nats, ws, kafka. Credentials in an http URL become a header. May
   * contain `${ENV_NAME}`. Without it: `--connection_string` must be given.
   * @example "http://127.0.0.1:8080"
   */
  readonly connection_string?: string | undefined;
  /**
   * JavaScript module with functions that run for requests, responses and steps of scenarios, relative to this file.
   * Only with the flag `--allow_functions`, because it is code. See Functions. Without it: none.
   * @example "./functions.mjs"
   */
  readonly functions?: string | undefined;
  /**
   * Drivers of protocols that the agent does not have, by URL scheme: each a JavaScript file, relative to this file,
   * or a package that is installed for the folder of this file or the current one. Only with the flag
   * `--allow_drivers`, because a driver is code. See Drivers.
   * @default {}
   * @example {"line:":"./line-driver.mjs","amqp:":"loadbot-driver-amqp"}
   */
  readonly drivers?: { readonly [name: string]: string } | undefined;
  /**
   * Settings of the driver of the target, for all jobs. Fields depend on the driver; only for drivers that have
   * settings. Without it: none.
   * @example {"acks":"all"}
   */
  readonly driver_options?: { readonly [name: string]: unknown } | undefined;
  /**
   * Name of the agent and export of its metrics. Without it: all defaults.
   * @example {"name":"186.12.9.19"}
   */
  readonly agent?: Agent | undefined;
  /**
   * Jobs in sequence; `{ "parallel": [...] }` runs several concurrently.
   * @example [{"type":"write","collection":"users","duration":"30s"}]
   */
  readonly jobs: readonly (Job | Parallel)[];
  /**
   * Document templates, which jobs refer to by name.
   * @default []
   * @example [{"name":"user","collection":"users","schema":{"_id":"#id","name":"#string"}}]
   */
  readonly schemas?: readonly (Schema)[] | undefined;
  /**
   * Files whose rows fill template tags: `#name.column`.
   * @default []
   * @example [{"name":"users","file":"users.csv"}]
   */
  readonly feeders?: readonly (Feeder)[] | undefined;
  /**
   * Counters and trends of the workload itself, by the name of their metric family: see Custom metrics. A capture
   * with `metric` records a value.
   * @default {}
   * @example {"orders_total":{"type":"counter"},"cart_seconds":{"type":"trend"}}
   */
  readonly custom_metrics?: { readonly [name: string]: CustomMetric } | undefined;
  /**
   * Pass criteria of the run, which exits with 99 if one fails: text or workload_threshold about jobs and sources,
   * query_threshold about the result of a PromQL query. See Thresholds.
   * @default []
   * @example ["error_rate < 1%",{"check":"p(99) < 200ms","job":"reads"}]
   */
  readonly thresholds?: readonly (string | WorkloadThreshold | QueryThreshold)[] | undefined;
  /**
   * Metrics of the system under test, read while the load runs: see sources.
   * @default []
   * @example [{"name":"mysql-agent","url":"http://127.0.0.1:8080/metrics","profile":"moco"}]
   */
  readonly sources?: readonly (Source)[] | undefined;
  /**
   * States of the system under test, each a name and a condition on its sources: requests are reported separately by
   * the phases active when they were sent. See sources. Profiles bring phases of their own.
   * @default {}
   * @example {"backup":"moco_agent_dump_backup_in_progress == 1"}
   */
  readonly phases?: { readonly [name: string]: string } | undefined;
  /**
   * Abort condition: ends the run with 99 when true while the load of any job runs; a condition on the sources, or
   * abort_when. See Gates. Without it: nothing.
   * @example "increase(databasus_backups_total{status=\"failed\"}[run]) > 0"
   */
  readonly abort_when?: string | AbortWhen | undefined;
  /**
   * Further HTTP hosts by name, which `http.target` selects: an http or https URL each, which may contain credentials
   * and `${ENV_NAME}`. See Targets.
   * @default {}
   * @example {"auth":"https://auth.example.com"}
   */
  readonly targets?: { readonly [name: string]: string } | undefined;
  /**
   * HTTP settings of all jobs. Without it: all defaults.
   * @example {"headers":{"x-tenant":"acme"}}
   */
  readonly http?: Http | undefined;
  /**
   * Threads that generate load, 1 to 64.
   * Range: 1 to 64.
   * @default 1
   * @example 2
   */
  readonly threads?: number | Variable | undefined;
  /**
   * Seed of all generated data and random arrivals, 0 to 4294967295: the same seed produces the same requests and the
   * same `#id`s. Without it: a random seed, shown in the summary and the result.
   * Range: 0 to 4294967295.
   * @example 42
   */
  readonly seed?: number | Variable | undefined;
  /**
   * Upper bounds of the duration histograms' buckets, in seconds, ascending, above 0; +Inf is added.
   * @default [0.0005,0.001,0.0025,0.005,0.01,0.025,0.05,0.1,0.25,0.5,1,2.5,5,10]
   * @example [0.01,0.1,1]
   */
  readonly buckets?: readonly (number | Variable)[] | undefined;
  /**
   * Accepted for compatibility with files of the original loadbot; has no effect: use `--report` and `--log-format
   * json`.
   * @deprecated It has no effect.
   * @default []
   * @example [{"name":"simple","interval":"5s","template":"{{.Rps}}"}]
   */
  readonly reporting_formats?: readonly ({ readonly [name: string]: unknown })[] | undefined;
  /**
   * Accepted for compatibility with files of the original loadbot; has no effect.
   * @deprecated It has no effect.
   * @default false
   */
  readonly debug?: boolean | Variable | undefined;
}
