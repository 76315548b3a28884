{{/* Name of the Gateway: the release's own, or the existing one. Takes root. */}}
{{- define "comanda.gatewayName" -}}
{{- $existing := .Values.gateway.existing -}}
{{- if and (not $existing.name) (or $existing.namespace $existing.sectionName) -}}
{{- fail "gateway.existing.name is missing: namespace and sectionName alone name no Gateway." -}}
{{- end -}}
{{- $existing.name | default (include "comanda.fullname" .) -}}
{{- end -}}

{{/* Name of the proxies' Service: of the namespace too, since those of all Gateways stand side by side. Takes root. */}}
{{- define "comanda.proxyServiceName" -}}
{{- $name := printf "envoy-%s-%s" .Release.Namespace (include "comanda.gatewayName" .) -}}
{{- if gt (len $name) 63 -}}
{{- printf "%s-%s" ($name | trunc 54 | trimSuffix "-") ($name | sha256sum | trunc 8) -}}
{{- else -}}
{{- $name -}}
{{- end -}}
{{- end -}}

{{/* Needs of everything that Envoy Gateway alone understands. Takes root. */}}
{{- define "comanda.needsEnvoyGateway" -}}
{{- include "comanda.needs" (dict "root" . "what" "gateway.envoyGateway.enabled" "api" "gateway.envoyproxy.io/v1alpha1/BackendTrafficPolicy" "from" "Envoy Gateway") -}}
{{- end -}}

{{/* Not empty where scripts of other origins may call while the gateway asks for tokens, which a preflight has none of. Takes root. */}}
{{- define "comanda.preflights" -}}
{{- if and .Values.orderApi.settings.CORS_ORIGINS .Values.gateway.envoyGateway.enabled .Values.gateway.envoyGateway.jwt.enabled -}}
yes
{{- end -}}
{{- end -}}

{{/* Route of order-api: what both have in common. Takes root, name. */}}
{{- define "comanda.route" -}}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "comanda.labels" (dict "root" .root "component" "order-api") | nindent 4 }}
spec:
  parentRefs:
    - name: {{ include "comanda.gatewayName" .root }}
      {{- with .root.Values.gateway.existing.namespace }}
      namespace: {{ . }}
      {{- end }}
      {{- with .root.Values.gateway.existing.sectionName }}
      sectionName: {{ . }}
      {{- end }}
  {{- with .root.Values.gateway.hostnames }}
  hostnames: {{ toJson . }}
  {{- end }}
{{- end -}}

{{/* Backends of order-api, by weight where a canary runs. Takes root. */}}
{{- define "comanda.backends" -}}
- name: {{ include "comanda.name" (dict "root" . "component" "order-api") }}
  port: 8080
{{- if .Values.canary.enabled }}
  weight: {{ sub 100 .Values.canary.weight }}
- name: {{ include "comanda.name" (dict "root" . "component" "order-api") }}-canary
  port: 8080
  weight: {{ .Values.canary.weight }}
{{- end }}
{{- end -}}

{{/* What the proxies answer in place of their own words. Takes status, type, title. Optional: headers. */}}
{{- define "comanda.gatewayProblem" -}}
- source: Local
  match: { statusCodes: [{ type: Value, value: {{ .status }} }] }
  response:
    contentType: application/problem+json
    body:
      type: Inline
      inline: '{"type":"urn:comanda:problem:{{ .type }}","title":"{{ .title }}","status":{{ .status }}}'
    {{- with .headers }}
    header:
      set:
        {{- range $name, $value := . }}
        - { name: {{ $name }}, value: {{ $value | quote }} }
        {{- end }}
    {{- end }}
{{- end -}}
