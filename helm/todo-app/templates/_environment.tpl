{{/* DATABASE_URL of a role: the password comes from a variable that stands before it in the list. */}}
{{- define "todo-app.databaseUrl" -}}
{{- $p := .root.Values.postgres -}}
{{- $at := ternary $p.pooled $p.direct .pooled -}}
{{- $query := printf "sslmode=%s" $p.sslMode -}}
{{- if $p.caSecret -}}{{- $query = printf "%s&sslrootcert=/etc/todo/postgres/ca.crt" $query -}}
{{- else if eq $p.sslMode "verify-full" -}}{{- $query = printf "%s&sslrootcert=system" $query -}}{{- end -}}
postgresql://{{ .role }}:$(DATABASE_PASSWORD)@{{ $at.host }}:{{ $at.port }}/{{ $p.database }}?{{ $query }}
{{- end }}

{{- define "todo-app.fromSecret" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end }}

{{/* Whether an app goes through the pooler. Not the relays: a notification wakes them and a lease binds their connection;
notification-service relays in its own process, and the audit's seals set how its session prints. */}}
{{- define "todo-app.pooled" -}}
{{- if and .root.Values.postgres.pooled.enabled (has .app (list "todo-backend" "recurring-task-service")) -}}true{{- end -}}
{{- end }}

{{/* What a process is told: the same names as local_runtime's Specs, compared by a test. */}}
{{- define "todo-app.environment" -}}
{{- $v := .root.Values -}}
{{- $own := index $v (include "todo-app.key" .app) -}}
- name: APP_ID
  value: {{ .app }}
- name: ENVIRONMENT
  value: production
- name: LOG_LEVEL
  value: {{ $v.logLevel }}
{{ include "todo-app.fromSecret" (dict "name" "DAPR_API_TOKEN" "secret" "dapr-api-token" "key" "token") }}
{{- if $v.tracing.endpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ $v.tracing.endpoint | quote }}
{{- end }}
{{- if eq .app "todo-frontend" }}
- name: PORT
  value: {{ .about.openPort | quote }}
- name: HOSTNAME
  value: 0.0.0.0
- name: NEXT_TELEMETRY_DISABLED
  value: "1"
- name: NODE_OPTIONS
  value: {{ $own.nodeOptions | quote }}
{{ include "todo-app.fromSecret" (dict "name" "SESSION_KEY" "secret" .app "key" "session-key") }}
{{- else }}
- name: PUBLIC_HOST
  value: 0.0.0.0
- name: PUBLIC_PORT
  value: {{ .about.openPort | quote }}
{{- if .about.appPort }}
- name: APP_PORT
  value: {{ .about.appPort | quote }}
{{- end }}
- name: SHUTDOWN_SECONDS
  value: {{ $v.shutdown.appSeconds | quote }}
{{ include "todo-app.fromSecret" (dict "name" "APP_API_TOKEN" "secret" "app-api-token" "key" "token") }}
- name: SERVICE_KEY_FILE
  value: /etc/todo/keys/service-key.pem
- name: SERVICE_KEYS_FILE
  value: /etc/todo/service-keys/service-keys.json
{{- $second := ternary "b" "" $v.postgres.secondLogin }}
{{ include "todo-app.fromSecret" (dict "name" "DATABASE_PASSWORD" "secret" .app "key" (list "database-password" $second | compact | join "-")) }}
{{- $pooled := eq (include "todo-app.pooled" .) "true" }}
- name: DATABASE_URL
  value: {{ include "todo-app.databaseUrl" (dict "root" .root "pooled" $pooled "role" (list .about.schema "app" $second | compact | join "_")) }}
- name: DATABASE_POOLED
  value: {{ $pooled | quote }}
- name: DATABASE_POOL_SIZE
  value: {{ $own.databasePoolSize | quote }}
{{- end }}
{{- if eq .app "todo-backend" }}
- name: ACCESS_TOKEN_KEY_FILE
  value: /etc/todo/keys/access-token.pem
{{- with $own.chatModel }}
{{- if .url }}
- name: CHAT_MODEL_URL
  value: {{ .url | quote }}
- name: CHAT_MODEL
  value: {{ .name | quote }}
{{ include "todo-app.fromSecret" (dict "name" "CHAT_MODEL_KEY" "secret" "todo-backend" "key" "chat-model-key") }}
{{- end }}
{{- end }}
{{- end }}
{{- if eq .app "audit-service" }}
- name: SEAL_KEY_FILE
  value: /etc/todo/keys/audit-seals.pem
- name: SEALS_FILE
  value: /var/lib/todo/seals/audit.ndjson
{{- end }}
{{- if eq .app "notification-service" }}
- name: CHANNEL_KEYS_FILE
  value: /etc/todo/keys/channels.keys
- name: VAPID_KEY_FILE
  value: /etc/todo/keys/vapid.pem
- name: VAPID_CONTACT
  value: {{ $own.vapidContact | quote }}
- name: ALLOWED_NETWORKS
  value: {{ $own.allowedNetworks | quote }}
{{- if $v.exposure.host }}
- name: PUBLIC_URL
  value: {{ printf "https://%s" $v.exposure.host }}
{{- end }}
{{- with $own.mail }}
{{- if .host }}
- name: SMTP_HOST
  value: {{ .host | quote }}
- name: SMTP_PORT
  value: {{ .port | quote }}
- name: SMTP_SECURITY
  value: {{ .security }}
- name: MAIL_FROM
  value: {{ .from | quote }}
{{- if .user }}
- name: SMTP_USER
  value: {{ .user | quote }}
- name: SMTP_PASSWORD_FILE
  value: /etc/todo/keys/smtp-password
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- range $name, $value := $own.settings }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
