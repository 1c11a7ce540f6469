{{/* Names and addresses that several templates share. */}}

{{- define "skillstream.labels" -}}
app.kubernetes.io/name: skillstream
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* Of one component: (dict "root" $ "component" "store") */}}
{{- define "skillstream.selector" -}}
app.kubernetes.io/name: skillstream
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "skillstream.kafka" -}}
{{- if .Values.kafka.install -}}
{{ .Release.Name }}-kafka-bootstrap:9092
{{- else -}}
{{ required "kafka.bootstrap is needed where kafka.install is false" .Values.kafka.bootstrap }}
{{- end -}}
{{- end }}

{{- define "skillstream.registry" -}}
{{- if .Values.registry.install -}}
http://{{ .Release.Name }}-registry:8080/apis/ccompat/v7
{{- else -}}
{{ required "registry.url is needed where registry.install is false" .Values.registry.url }}
{{- end -}}
{{- end }}

{{- define "skillstream.clickhouse" -}}
{{- if .Values.clickhouse.install -}}
http://clickhouse-{{ .Release.Name }}:8123
{{- else -}}
{{ required "clickhouse.url is needed where clickhouse.install is false" .Values.clickhouse.url }}
{{- end -}}
{{- end }}

{{/* The cluster's name as the servers know it; empty where there is one server. */}}
{{- define "skillstream.clickhouseCluster" -}}
{{- if not .Values.clickhouse.install -}}
{{ .Values.clickhouse.cluster }}
{{- else if or (gt (int .Values.clickhouse.shards) 1) (gt (int .Values.clickhouse.replicas) 1) -}}
main
{{- end -}}
{{- end }}

{{/* The store prepares a period in a table of one server before it is swapped in on all: it keeps to the first. */}}
{{- define "skillstream.clickhouseOfStore" -}}
{{- if and .Values.clickhouse.install (include "skillstream.clickhouseCluster" .) -}}
http://chi-{{ .Release.Name }}-main-0-0:8123
{{- else -}}
{{ include "skillstream.clickhouse" . }}
{{- end -}}
{{- end }}

{{- define "skillstream.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "skillstream.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}
