{{/* The tables of event-contracts, as `make render` wrote them. */}}
{{- define "todo-app.topology" -}}
{{ .Files.Get "files/topology.yaml" }}
{{- end }}

{{/* Where the values of an app stand. */}}
{{- define "todo-app.key" -}}
{{- index (dict "todo-frontend" "frontend" "todo-backend" "backend" "todo-relay" "relay" "recurring-task-service" "recurring" "notification-service" "notification" "audit-service" "audit") . -}}
{{- end }}

{{- define "todo-app.selector" -}}
app.kubernetes.io/name: {{ .app }}
app.kubernetes.io/part-of: todo-app
{{- end }}

{{- define "todo-app.labels" -}}
{{ include "todo-app.selector" . }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{/* A digest wins over a tag: the same bytes wherever it is rolled out. */}}
{{- define "todo-app.image" -}}
{{- $own := (index .root.Values (include "todo-app.key" .app)).image -}}
{{- $shared := .root.Values.image -}}
{{- $name := printf "%s/%s" (default $shared.registry $own.registry | trimSuffix "/") $own.repository | trimPrefix "/" -}}
{{- if $own.digest -}}
{{ $name }}@{{ $own.digest }}
{{- else if $shared.requireDigests -}}
{{- fail (printf "%s.image.digest is empty, and image.requireDigests asks for one: name the image by its sha256." (include "todo-app.key" .app)) -}}
{{- else -}}
{{ $name }}:{{ default (default .root.Chart.AppVersion $shared.tag) $own.tag }}
{{- end -}}
{{- end }}
