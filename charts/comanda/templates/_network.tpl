{{/* Egress to the cluster's name servers. Takes root. */}}
{{- define "comanda.toDns" -}}
- to:
    {{- toYaml .Values.networkPolicies.dns.to | nindent 4 }}
  ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]
{{- end -}}

{{/* Egress to Postgres: the development one, or what networkPolicies.postgres names. Takes root. */}}
{{- define "comanda.toPostgres" -}}
{{- if .Values.development.enabled }}
{{- include "comanda.toComponent" (dict "root" . "component" "postgres" "port" 5432) }}
{{- else }}
{{- include "comanda.toOutside" .Values.networkPolicies.postgres }}
{{- end }}
{{- end -}}

{{/* Egress to SQS, and to where its credentials come from. Takes root. */}}
{{- define "comanda.toQueues" -}}
{{- if .Values.development.enabled }}
{{- include "comanda.toComponent" (dict "root" . "component" "elasticmq" "port" 9324) }}
{{- else }}
{{- include "comanda.toOutside" .Values.networkPolicies.queues }}
{{- if .Values.networkPolicies.podIdentity }}
# EKS Pod Identity: the agent on the node hands out credentials.
- to: [{ ipBlock: { cidr: 169.254.170.23/32 } }]
  ports: [{ port: 80, protocol: TCP }]
{{- end }}
{{- end }}
{{- end -}}

{{/* Egress to where a component's traces go, if they go anywhere. Takes root, values. */}}
{{- define "comanda.toTelemetry" -}}
{{- if .values.settings.OTEL_EXPORTER_OTLP_ENDPOINT }}
{{- include "comanda.toOutside" .root.Values.networkPolicies.telemetry }}
{{- end }}
{{- end -}}

{{/* Egress to pods of this release. Takes root, component, port. */}}
{{- define "comanda.toComponent" -}}
- to:
    - podSelector:
        matchLabels:
          {{- include "comanda.selector" . | nindent 10 }}
  ports: [{ port: {{ .port }}, protocol: TCP }]
{{- end -}}

{{/* Egress to what lies outside of the release. Without addresses it may lie anywhere but on the node's own link. Takes to, ports. */}}
{{- define "comanda.toOutside" -}}
- to:
    {{- if .to }}
    {{- toYaml .to | nindent 4 }}
    {{- else }}
    - ipBlock: { cidr: 0.0.0.0/0, except: [169.254.0.0/16] }
    {{- end }}
  ports:
    {{- range .ports }}
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
{{- end -}}

{{/* Ingress to the admin port, for those who gather metrics. Takes root. */}}
{{- define "comanda.fromMonitoring" -}}
{{- with concat (default list .Values.networkPolicies.monitoring.from) (ternary .Values.development.from list .Values.development.enabled) }}
- from:
    {{- toYaml . | nindent 4 }}
  ports: [{ port: admin, protocol: TCP }]
{{- end }}
{{- end -}}

{{/* Head of a component's NetworkPolicy: both directions are denied but for what follows. Takes root, component. */}}
{{- define "comanda.networkPolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "comanda.name" . }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "comanda.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "comanda.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
{{- end -}}
