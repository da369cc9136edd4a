{{/* What a schema cannot say: values that contradict each other. One sentence each, before anything is changed. */}}
{{- define "todo-app.checks" -}}
{{- $v := .Values -}}
{{- if not $v.postgres.direct.host -}}
{{- fail "postgres.direct.host is empty: name the database server that migrations and relays connect to." -}}
{{- end -}}
{{- if and $v.postgres.pooled.enabled (not $v.postgres.pooled.host) -}}
{{- fail "postgres.pooled.enabled is true and postgres.pooled.host is empty: name the pooler, or turn it off." -}}
{{- end -}}
{{- if not $v.kafka.brokers -}}
{{- fail "kafka.brokers is empty: name the broker's bootstrap addresses, separated by commas." -}}
{{- end -}}
{{- if and (ne $v.exposure.kind "none") (not $v.exposure.host) -}}
{{- fail (printf "exposure.host is empty: %s needs the name that people type." $v.exposure.kind) -}}
{{- end -}}
{{- if and (eq $v.exposure.kind "ingress") (not $v.exposure.ingress.className) -}}
{{- fail "exposure.ingress.className is empty: name the controller that shall answer." -}}
{{- end -}}
{{- if and (eq $v.exposure.kind "gateway") (not $v.exposure.gateway.create) (not $v.exposure.gateway.namespace) -}}
{{- fail "exposure.gateway.namespace is empty: say where the Gateway lies that is not created here." -}}
{{- end -}}
{{- if and $v.exposure.certificate.acme.enabled (not $v.exposure.certificate.acme.email) -}}
{{- fail "exposure.certificate.acme.email is empty: name whom the authority may write to." -}}
{{- end -}}
{{- $slowest := add $v.shutdown.drainSeconds $v.shutdown.appSeconds $v.shutdown.blockSeconds $v.shutdown.sidecarSeconds -}}
{{- if le (int $v.shutdown.terminationGraceSeconds) (int $slowest) -}}
{{- fail (printf "shutdown.terminationGraceSeconds is %d: it must be more than the %d seconds that draining, app and sidecar may take." (int $v.shutdown.terminationGraceSeconds) (int $slowest)) -}}
{{- end -}}
{{- if and (ne $v.rollout.kind "rolling") (eq (int $v.rollout.soakSeconds) 0) -}}
{{- fail (printf "rollout.soakSeconds is 0: %s means a time on trial." $v.rollout.kind) -}}
{{- end -}}
{{- if and $v.monitoring.mail.user (not $v.monitoring.mail.smarthost) -}}
{{- fail "monitoring.mail.smarthost is empty: name the server, as HOST:PORT, that monitoring.mail.user signs in to." -}}
{{- end -}}
{{- if and (not $v.kafka.tls) (eq (include "todo-app.kafkaAuth" .) "mtls") -}}
{{- fail "kafka.tls is false, and mtls proves who calls by TLS: turn it on, or choose another kafka.auth." -}}
{{- end -}}
{{- $partitions := 0 -}}
{{- range (include "todo-app.topology" . | fromYaml).topics -}}
{{- $partitions = max $partitions (int .partitions) | int -}}
{{- end -}}
{{- range list "backend" "frontend" "recurring" "notification" "audit" -}}
{{- $scaling := (index $v .).autoscaling -}}
{{- if gt (int $scaling.minReplicas) (int $scaling.maxReplicas) -}}
{{- fail (printf "%s.autoscaling.minReplicas is more than maxReplicas." .) -}}
{{- end -}}
{{- if and (hasKey $scaling "lagThreshold") (gt (int $scaling.maxReplicas) $partitions) -}}
{{- fail (printf "%s.autoscaling.maxReplicas is more than the %d partitions of its topics: the others would have nothing to read." . $partitions) -}}
{{- end -}}
{{- end -}}
{{- if and $v.notification.mail.host (not $v.notification.mail.from) -}}
{{- fail "notification.mail.host is set and notification.mail.from is empty: name the address that e-mails come from." -}}
{{- end -}}
{{- end }}

{{/* Secrets of the cluster that pods would wait for. Asked only where there is a cluster to ask. */}}
{{- define "todo-app.missingSecrets" -}}
{{- $missing := list -}}
{{- if lookup "v1" "Namespace" "" "kube-system" -}}
{{- range $name, $keys := include "todo-app.secrets" . | fromYaml -}}
{{- $found := lookup "v1" "Secret" $.Release.Namespace $name -}}
{{- range $keys -}}
{{- if not (hasKey (default dict (default dict $found).data) .) -}}
{{- $missing = append $missing (printf "%s (key %s)" $name .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- join ", " $missing -}}
{{- end }}

{{/* Every secret that the release reads, and its keys. Helm's README says how each is made. */}}
{{- define "todo-app.secrets" -}}
{{- $v := .Values -}}
dapr-api-token: [token]
app-api-token: [token]
service-keys: [service-keys.json]
state-store-connection: [state-store-connection]
migrations: [tasks-owner, recurring-owner, notifications-owner, audit-owner]
todo-frontend: [session-key]
{{- /* Both while there are two: a pod of before the change may start once more. */ -}}
{{- $all := list "database-password" "service-key.pem" -}}
{{- if $v.postgres.secondLogin }}{{ $all = append $all "database-password-b" }}{{ end -}}
{{- $backend := append $all "access-token.pem" -}}
{{- if $v.backend.chatModel.url }}{{ $backend = append $backend "chat-model-key" }}{{ end }}
todo-backend: {{ toJson $backend }}
todo-relay: {{ toJson $all }}
recurring-task-service: {{ toJson $all }}
{{- $notification := concat $all (list "channels.keys" "vapid.pem") -}}
{{- if $v.notification.mail.user }}{{ $notification = append $notification "smtp-password" }}{{ end }}
notification-service: {{ toJson $notification }}
audit-service: {{ append $all "audit-seals.pem" | toJson }}
{{- if $v.monitoring.mail.user }}
alert-mail: [password]
{{- end }}
{{- if ne (include "todo-app.kafkaAuth" .) "none" }}
{{- $topology := include "todo-app.topology" . | fromYaml }}
{{- range $app, $about := $topology.apps }}
{{- if or $about.consumes $about.hears $about.publishes }}
{{ $v.kafka.secretPrefix }}{{ $app }}: {{ include "todo-app.kafkaSecretKeys" $ }}
{{- end }}
{{- end }}
{{- end }}
{{- if $v.kafka.caSecret }}
{{ $v.kafka.caSecret }}: [ca.crt]
{{- end }}
{{- if $v.postgres.caSecret }}
{{ $v.postgres.caSecret }}: [ca.crt]
{{- end }}
{{- end }}
