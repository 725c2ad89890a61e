{{- define "loadbot.release" -}}
{{ .Release.Name | replace "." "-" | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- /* Agents are named after the host names that an Indexed Job gives its pods: RELEASE-agent-0, ... */ -}}
{{- define "loadbot.job" -}}
{{ include "loadbot.release" . }}-agent
{{- end }}

{{- define "loadbot.nats" -}}
{{ include "loadbot.release" . }}-nats
{{- end }}

{{- define "loadbot.selector" -}}
app.kubernetes.io/name: loadbot-agent
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "loadbot.labels" -}}
{{ include "loadbot.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "loadbot.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "loadbot.busUrl" -}}
{{- if .Values.nats.enabled -}}
tls://{{ include "loadbot.nats" . }}:4222
{{- else -}}
{{ required "bus.url is needed with nats.enabled: false" .Values.bus.url }}
{{- end -}}
{{- end }}

{{- define "loadbot.passwordSecret" -}}
{{- if .Values.nats.enabled -}}
{{ include "loadbot.release" . }}-bus-agents
{{- else -}}
{{ required "bus.passwordSecret is needed with nats.enabled: false" .Values.bus.passwordSecret }}
{{- end -}}
{{- end }}

{{- define "loadbot.tlsSecret" -}}
{{- if or .Values.nats.enabled .Values.bus.tlsSecret -}}
{{ .Values.bus.tlsSecret | default (printf "%s-bus-tls" (include "loadbot.release" .)) }}
{{- else -}}
{{ required "bus.tlsSecret is needed with nats.enabled: false" .Values.bus.tlsSecret }}
{{- end -}}
{{- end }}

{{- /* An existing Secret's value, decoded; empty without it. Takes a list: context, name, key. */ -}}
{{- define "loadbot.existing" -}}
{{- $secret := lookup "v1" "Secret" (index . 0).Release.Namespace (index . 1) | default dict -}}
{{- index ($secret.data | default dict) (index . 2) | default "" | b64dec -}}
{{- end }}

{{- define "loadbot.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "loadbot.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}
