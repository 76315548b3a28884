{{/* URL of the development database for a login. Takes root, login. */}}
{{- define "comanda.developmentDatabase" -}}
postgres://{{ .login }}:{{ .root.Values.development.password }}@{{ include "comanda.host" (dict "root" .root "component" "postgres") }}:5432/comanda
{{- end -}}

{{/* Service of a development part. Takes root, component, ports (name to number); optional: clusterIP. */}}
{{- define "comanda.developmentService" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "comanda.name" . }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "comanda.labels" . | nindent 4 }}
spec:
  {{- with .clusterIP }}
  clusterIP: {{ . }}
  {{- end }}
  selector:
    {{- include "comanda.selector" . | nindent 4 }}
  ports:
    {{- range $name, $port := .ports }}
    - { name: {{ $name }}, port: {{ $port }}, targetPort: {{ $name }}, protocol: TCP }
    {{- end }}
{{- end -}}

{{/* Probes of a development part that only has a port. Takes port. */}}
{{- define "comanda.portProbes" -}}
startupProbe: { tcpSocket: { port: {{ .port }} }, periodSeconds: 1, failureThreshold: 120 }
readinessProbe: { tcpSocket: { port: {{ .port }} }, periodSeconds: 5 }
livenessProbe: { tcpSocket: { port: {{ .port }} }, periodSeconds: 10, failureThreshold: 6 }
{{- end -}}

{{/* Metadata of a pod of a development part. Takes root, component. */}}
{{- define "comanda.developmentPod" -}}
labels:
  {{- /* No version: a later chart is no reason to forget what is held in memory. */}}
  {{- include "comanda.selector" . | nindent 2 }}
annotations:
  # What is mounted is read at the start only.
  comanda/development: {{ .root.Values.development | toJson | sha256sum | trunc 16 }}
{{- end -}}
