{{/* How clients prove who they are: what the flavour asks for, unless it is said. */}}
{{- define "todo-app.kafkaAuth" -}}
{{- default (index (dict "strimzi" "mtls" "redpanda" "scram" "redpanda-cloud" "scram" "confluent-cloud" "plain" "plain" "none") .Values.kafka.flavour) .Values.kafka.auth -}}
{{- end }}

{{/* How sidecars reach the broker and who they are there. Names and passwords come from each sidecar's own environment:
one component serves all apps, and each app is its own user with its own rights. */}}
{{- define "todo-app.kafkaMetadata" -}}
{{- $k := .Values.kafka -}}
{{- $auth := include "todo-app.kafkaAuth" . -}}
- name: brokers
  value: {{ $k.brokers | quote }}
{{- if eq $auth "scram" "plain" }}
- name: authType
  value: password
- name: saslMechanism
  value: {{ ternary "SHA-512" "PLAIN" (eq $auth "scram") }}
- name: saslUsername
  envRef: KAFKA_USERNAME
- name: saslPassword
  envRef: KAFKA_PASSWORD
{{- else if eq $auth "mtls" }}
- name: authType
  value: mtls
- name: clientCert
  envRef: KAFKA_CLIENT_CERT
- name: clientKey
  envRef: KAFKA_CLIENT_KEY
{{- else }}
- name: authType
  value: none
{{- end }}
- name: disableTls
  value: {{ not $k.tls | quote }}
{{- if $k.caSecret }}
- name: caCert
  envRef: KAFKA_CA
{{- end }}
{{- end }}

{{- define "todo-app.kafkaSecretKeys" -}}
{{- $k := .Values.kafka -}}
{{- $auth := include "todo-app.kafkaAuth" . -}}
{{- if eq $auth "mtls" -}}[user.crt, user.key]
{{- else -}}[username, password]
{{- end -}}
{{- end }}

{{/* The value of dapr.io/env-from-secret. */}}
{{- define "todo-app.kafkaEnvironment" -}}
{{- $k := .root.Values.kafka -}}
{{- $auth := include "todo-app.kafkaAuth" .root -}}
{{- $secret := printf "%s%s" $k.secretPrefix .app -}}
{{- $pairs := list -}}
{{- if eq $auth "mtls" -}}
{{- $pairs = append $pairs (printf "KAFKA_CLIENT_CERT=%s:user.crt" $secret) -}}
{{- $pairs = append $pairs (printf "KAFKA_CLIENT_KEY=%s:user.key" $secret) -}}
{{- else if ne $auth "none" -}}
{{- $pairs = append $pairs (printf "KAFKA_USERNAME=%s:username" $secret) -}}
{{- $pairs = append $pairs (printf "KAFKA_PASSWORD=%s:password" $secret) -}}
{{- end -}}
{{- if $k.caSecret -}}{{- $pairs = append $pairs (printf "KAFKA_CA=%s:ca.crt" $k.caSecret) -}}{{- end -}}
{{- join "," $pairs -}}
{{- end }}
