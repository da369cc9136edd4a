{{/* By the processor time of the app's own container: the sidecar's would hide it. */}}
{{- define "todo-app.scaledByProcessor" -}}
{{- $scaling := (index .root.Values (include "todo-app.key" .app)).autoscaling }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ .app }}
  labels:
    {{- include "todo-app.labels" . | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ .app }}
  minReplicas: {{ $scaling.minReplicas }}
  maxReplicas: {{ $scaling.maxReplicas }}
  metrics:
    - type: ContainerResource
      containerResource:
        name: cpu
        container: app
        target:
          type: Utilization
          averageUtilization: {{ $scaling.cpuPercent }}
  behavior:
    scaleUp:
      stabilizationWindowSeconds: 0
      policies:
        - type: Percent
          value: 100
          periodSeconds: 30
    scaleDown:
      stabilizationWindowSeconds: 300
      policies:
        - type: Pods
          value: 1
          periodSeconds: 60
{{- end }}

{{/* By how far the group is behind in its topics. KEDA asks the broker itself; a consumer without work stays. */}}
{{- define "todo-app.scaledByLag" -}}
{{- $k := .root.Values.kafka -}}
{{- $auth := include "todo-app.kafkaAuth" .root -}}
{{- $scaling := (index .root.Values (include "todo-app.key" .app)).autoscaling }}
{{- if ne $auth "none" }}
---
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata:
  name: {{ .app }}
  labels:
    {{- include "todo-app.labels" . | nindent 4 }}
spec:
  secretTargetRef:
    {{- if eq $auth "mtls" }}
    - parameter: cert
      name: {{ $k.secretPrefix }}{{ .app }}
      key: user.crt
    - parameter: key
      name: {{ $k.secretPrefix }}{{ .app }}
      key: user.key
    {{- else }}
    - parameter: password
      name: {{ $k.secretPrefix }}{{ .app }}
      key: password
    - parameter: username
      name: {{ $k.secretPrefix }}{{ .app }}
      key: username
    {{- end }}
    {{- if $k.caSecret }}
    - parameter: ca
      name: {{ $k.caSecret }}
      key: ca.crt
    {{- end }}
{{- end }}
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: {{ .app }}
  labels:
    {{- include "todo-app.labels" . | nindent 4 }}
spec:
  scaleTargetRef:
    name: {{ .app }}
  minReplicaCount: {{ $scaling.minReplicas }}
  maxReplicaCount: {{ $scaling.maxReplicas }}
  pollingInterval: 15
  cooldownPeriod: 300
  triggers:
    {{- range .about.consumes }}
    - type: kafka
      metadata:
        bootstrapServers: {{ $k.brokers | quote }}
        consumerGroup: {{ $.app }}
        topic: {{ . }}
        lagThreshold: {{ $scaling.lagThreshold | quote }}
        offsetResetPolicy: earliest
        tls: {{ ternary "enable" "disable" $k.tls }}
        {{- if eq $auth "scram" }}
        sasl: scram_sha512
        {{- else if eq $auth "plain" }}
        sasl: plaintext
        {{- end }}
      {{- if ne $auth "none" }}
      authenticationRef:
        name: {{ $.app }}
      {{- end }}
    {{- end }}
{{- end }}
