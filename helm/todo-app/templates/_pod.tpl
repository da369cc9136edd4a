{{- define "todo-app.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "todo-app.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
capabilities:
  drop: [ALL]
{{- end }}

{{/* What Dapr's injector reads: who the sidecar is, what it may use, how it ends. */}}
{{- define "todo-app.daprAnnotations" -}}
{{- $v := .root.Values -}}
{{- $sidecar := mergeOverwrite (deepCopy $v.sidecar) (default dict (index $v (include "todo-app.key" .app)).sidecar) -}}
dapr.io/enabled: "true"
dapr.io/app-id: {{ .app }}
{{- if .about.appPort }}
dapr.io/app-port: {{ .about.appPort | quote }}
dapr.io/app-protocol: http
{{- end }}
dapr.io/config: {{ .app }}
dapr.io/api-token-secret: dapr-api-token
dapr.io/app-token-secret: app-api-token
dapr.io/log-as-json: "true"
dapr.io/log-level: {{ $sidecar.logLevel }}
dapr.io/metrics-port: "9090"
dapr.io/disable-builtin-k8s-secret-store: "true"
dapr.io/sidecar-cpu-request: {{ $sidecar.cpuRequest | quote }}
dapr.io/sidecar-cpu-limit: {{ $sidecar.cpuLimit | quote }}
dapr.io/sidecar-memory-request: {{ $sidecar.memoryRequest | quote }}
dapr.io/sidecar-memory-limit: {{ $sidecar.memoryLimit | quote }}
dapr.io/sidecar-seccomp-profile-type: RuntimeDefault
dapr.io/graceful-shutdown-seconds: {{ $v.shutdown.sidecarSeconds | quote }}
dapr.io/block-shutdown-duration: {{ printf "%ds" (int $v.shutdown.blockSeconds) }}
{{- if $sidecar.native }}
dapr.io/enable-native-sidecar: "true"
{{- end }}
{{- if $sidecar.image }}
dapr.io/sidecar-image: {{ $sidecar.image | quote }}
{{- end }}
{{- $environment := list (printf "GOMEMLIMIT=%s" $sidecar.goMemoryLimit) "GOGC=400" (printf "GOMAXPROCS=%d" (int $sidecar.goMaxProcs)) }}
{{- if or .about.consumes .about.hears .about.publishes }}
{{- with include "todo-app.kafkaEnvironment" . }}
dapr.io/env-from-secret: {{ . | quote }}
{{- end }}
{{- end }}
dapr.io/env: {{ join "," $environment | quote }}
{{- end }}

{{- define "todo-app.spread" -}}
{{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
- maxSkew: 1
  topologyKey: {{ $key }}
  whenUnsatisfiable: {{ $.root.Values.spread.whenUnsatisfiable }}
  matchLabelKeys: [pod-template-hash]
  labelSelector:
    matchLabels:
      {{- include "todo-app.selector" $ | nindent 6 }}
{{- end }}
{{- end }}

{{/* Files that processes read: their keys, everybody's public keys, who signs the database's certificate. */}}
{{- define "todo-app.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: 256Mi
{{- if ne .app "todo-frontend" }}
- name: keys
  secret:
    secretName: {{ .app }}
    defaultMode: 0440
- name: service-keys
  secret:
    secretName: service-keys
    defaultMode: 0440
{{- if .root.Values.postgres.caSecret }}
- name: postgres-ca
  secret:
    secretName: {{ .root.Values.postgres.caSecret }}
    defaultMode: 0440
{{- end }}
{{- end }}
{{- if eq .app "audit-service" }}
- name: seals
  persistentVolumeClaim:
    claimName: {{ default "audit-seals" .root.Values.audit.seals.existingClaim }}
{{- end }}
{{- end }}

{{- define "todo-app.mounts" -}}
- name: tmp
  mountPath: /tmp
{{- if ne .app "todo-frontend" }}
- name: keys
  mountPath: /etc/todo/keys
  readOnly: true
- name: service-keys
  mountPath: /etc/todo/service-keys
  readOnly: true
{{- if .root.Values.postgres.caSecret }}
- name: postgres-ca
  mountPath: /etc/todo/postgres
  readOnly: true
{{- end }}
{{- end }}
{{- if eq .app "audit-service" }}
- name: seals
  mountPath: /var/lib/todo/seals
{{- end }}
{{- end }}
