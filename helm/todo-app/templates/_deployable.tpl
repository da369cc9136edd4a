{{/* One app with all that belongs to it. Called by a file per app: {root, app}. */}}
{{- define "todo-app.deployable" -}}
{{- include "todo-app.checks" .root -}}
{{- $topology := include "todo-app.topology" .root | fromYaml -}}
{{- $about := index $topology.apps .app -}}
{{- $here := dict "root" .root "app" .app "about" $about -}}
{{- $own := index .root.Values (include "todo-app.key" .app) -}}
{{- $soak := ternary 0 (int .root.Values.rollout.soakSeconds) (eq .root.Values.rollout.kind "rolling") -}}
{{- $scales := and $own.autoscaling.enabled (or (not $about.consumes) .root.Values.keda.enabled) -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .app }}
  labels:
    {{- include "todo-app.labels" $here | nindent 4 }}
  {{- with $own.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .app }}
  labels:
    {{- include "todo-app.labels" $here | nindent 4 }}
spec:
  type: ClusterIP
  selector:
    {{- include "todo-app.selector" $here | nindent 4 }}
  ports:
    - name: http
      port: 80
      targetPort: http
      protocol: TCP
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .app }}
  labels:
    {{- include "todo-app.labels" $here | nindent 4 }}
spec:
  {{- if not $scales }}
  replicas: {{ $own.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  {{- with $soak }}
  minReadySeconds: {{ . }}
  {{- end }}
  progressDeadlineSeconds: {{ add 300 $soak }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: {{ ternary "100%" 1 (eq .root.Values.rollout.kind "blue-green") }}
      maxUnavailable: 0
  selector:
    matchLabels:
      {{- include "todo-app.selector" $here | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "todo-app.labels" $here | nindent 8 }}
      annotations:
        {{- include "todo-app.daprAnnotations" $here | nindent 8 }}
        checksum/dapr: {{ .root.Files.Get "files/dapr/components.yaml" | cat (.root.Files.Get "files/dapr/configurations.yaml") (toJson .root.Values.kafka) | sha256sum }}
    spec:
      serviceAccountName: {{ .app }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ .root.Values.shutdown.terminationGraceSeconds }}
      {{- with .root.Values.image.pullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .root.Values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      securityContext:
        {{- include "todo-app.podSecurity" $here | nindent 8 }}
        fsGroup: 65532
        fsGroupChangePolicy: OnRootMismatch
      topologySpreadConstraints:
        {{- include "todo-app.spread" $here | nindent 8 }}
      {{- with .root.Values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .root.Values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: app
          image: {{ include "todo-app.image" $here | quote }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          {{- with $about.module }}
          args: [{{ . }}]
          {{- end }}
          ports:
            - name: http
              containerPort: {{ $about.openPort }}
              protocol: TCP
          env:
            {{- include "todo-app.environment" $here | nindent 12 }}
          startupProbe:
            httpGet:
              path: /health/live
              port: http
            periodSeconds: 2
            timeoutSeconds: 2
            failureThreshold: 60
          livenessProbe:
            httpGet:
              path: /health/live
              port: http
            periodSeconds: 10
            timeoutSeconds: 3
            failureThreshold: 3
          readinessProbe:
            httpGet:
              path: /health/ready
              port: http
            periodSeconds: 5
            timeoutSeconds: 3
            failureThreshold: 2
          lifecycle:
            preStop:
              sleep:
                seconds: {{ .root.Values.shutdown.drainSeconds }}
          resources:
            {{- toYaml $own.resources | nindent 12 }}
          securityContext:
            {{- include "todo-app.containerSecurity" $here | nindent 12 }}
          volumeMounts:
            {{- include "todo-app.mounts" $here | nindent 12 }}
      volumes:
        {{- include "todo-app.volumes" $here | nindent 8 }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .app }}
  labels:
    {{- include "todo-app.labels" $here | nindent 4 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "todo-app.selector" $here | nindent 6 }}
{{- if $scales }}
{{- if $about.consumes }}
{{- include "todo-app.scaledByLag" $here }}
{{- else }}
{{- include "todo-app.scaledByProcessor" $here }}
{{- end }}
{{- end }}
{{- end }}
