{{/* The `helm` part of a source: which values a component gets. Empty for what is no chart. */}}
{{- define "stack.helm" -}}
{{- $values := deepCopy (.component.values | default dict) -}}
{{- with .component.identity -}}
{{- $values = mergeOverwrite $values (include "stack.identity" (dict "root" $.root "identity" .) | fromYaml) -}}
{{- end -}}
{{- if .component.dns -}}
{{- $values = mergeOverwrite $values (include "stack.dns" .root | fromYaml) -}}
{{- end -}}
{{- if .component.facts -}}
{{- $values = merge (dict "cloud" .root.Values.cluster.cloud "facts" .root.Values.cluster.facts) $values -}}
{{- end -}}
{{- if .component.app -}}
{{- $values = mergeOverwrite $values (index .root.Values.data "images.yaml" | fromYaml) -}}
{{- $cluster := .root.Values.cluster -}}
{{- $values = mergeOverwrite $values (dict
  "image" (dict "registry" $cluster.facts.registry)
  "exposure" (dict "host" $cluster.facts.domain)
  "secrets" (dict "external" (dict "prefix" (printf "%s-" $cluster.name)))
  "rollout" (dict "kind" .root.Values.rollout)
) -}}
valueFiles: [{{ .root.Values.valuesFile }}, values-{{ .root.Values.cluster.cloud }}.yaml]
{{ end -}}
{{- if $values -}}
valuesObject:
  {{- toYaml $values | nindent 2 }}
{{- end -}}
{{- end -}}

{{/* Who a component is towards the cloud. EKS (Pod Identity) and OKE (policies) bind the service account by its name. */}}
{{- define "stack.identity" -}}
{{- $cluster := .root.Values.cluster -}}
{{- $identity := get $cluster.facts .identity | required (printf "the cluster has no fact %s" .identity) -}}
{{- if eq $cluster.cloud "aks" }}
serviceAccount:
  annotations: {azure.workload.identity/client-id: {{ $identity }}}
podLabels: {azure.workload.identity/use: "true"}
{{- else if eq $cluster.cloud "gke" }}
serviceAccount:
  annotations: {iam.gke.io/gcp-service-account: {{ $identity }}}
{{- end }}
{{- end -}}

{{/* Where external-dns writes. What a file needs here is no secret: the workload's identity is the key. */}}
{{- define "stack.dns" -}}
{{- $cluster := .Values.cluster -}}
{{- $facts := $cluster.facts -}}
txtOwnerId: {{ $cluster.name }}
domainFilters: [{{ $facts.domain | required "the cluster has no fact domain" }}]
{{- if eq $cluster.cloud "aks" }}
provider: {name: azure}
secretConfiguration:
  enabled: true
  mountPath: /etc/kubernetes
  data:
    azure.json: |-
      {"tenantId": "{{ $facts.tenant }}", "subscriptionId": "{{ $facts.account }}", "resourceGroup": "{{ $facts.group }}", "useWorkloadIdentityExtension": true}
{{- else if eq $cluster.cloud "gke" }}
provider: {name: google}
extraArgs: [--google-project={{ $facts.account }}]
{{- else if eq $cluster.cloud "oke" }}
provider: {name: oci}
secretConfiguration:
  enabled: true
  mountPath: /etc/kubernetes
  data:
    oci.yaml: |-
      auth:
        region: {{ $facts.region }}
        useWorkloadIdentity: true
      compartment: {{ $facts.account }}
{{- else }}
provider: {name: aws}
env: [{name: AWS_DEFAULT_REGION, value: {{ $facts.region }}}]
{{- end }}
{{- end -}}
