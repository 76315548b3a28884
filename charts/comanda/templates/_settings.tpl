{{/* Environment variables from a map of settings, in the order of their names. Takes a map. */}}
{{- define "comanda.env" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  {{- /* Numbers of a file of values are floats, which are written as 1e+06 from a million on. */}}
  {{- $whole := and (kindIs "float64" $value) (eq (floor $value) $value) }}
  value: {{ ternary (int64 $value) $value $whole | toString | quote }}
{{- end }}
{{- end -}}

{{/* Settings of everything that speaks with SQS, as JSON. Takes root. */}}
{{- define "comanda.sqsSettings" -}}
{{- $settings := dict "AWS_REGION" .Values.aws.region -}}
{{- if .Values.development.enabled -}}
{{- $endpoint := printf "http://%s:9324" (include "comanda.host" (dict "root" . "component" "elasticmq")) -}}
{{- $settings = merge $settings (dict "SQS_ENDPOINT" $endpoint "AWS_ACCESS_KEY_ID" "local" "AWS_SECRET_ACCESS_KEY" "local") -}}
{{- else if .Values.aws.sqsEndpoint -}}
{{- $settings = merge $settings (dict "SQS_ENDPOINT" .Values.aws.sqsEndpoint) -}}
{{- end -}}
{{- $settings | toJson -}}
{{- end -}}

{{/* URL of a queue: of the development queues where these are on. Takes root, queue (orders or events). */}}
{{- define "comanda.queueUrl" -}}
{{- if .root.Values.development.enabled -}}
{{- $name := dict "orders" "orders" "events" "order-events" -}}
{{- $suffix := ternary ".fifo" "" .root.Values.development.elasticmq.fifo -}}
http://{{ include "comanda.host" (dict "root" .root "component" "elasticmq") }}:9324/000000000000/{{ get $name .queue }}{{ $suffix }}
{{- else -}}
{{- $sentence := printf "queues.%s.url is missing: the URL of the SQS queue, like https://sqs.eu-west-1.amazonaws.com/123456789012/orders." .queue -}}
{{- (get .root.Values.queues .queue).url | required $sentence -}}
{{- end -}}
{{- end -}}

{{/* The setting AUTH_ISSUERS: the trusted issuers, with the development issuer where that is on. Takes root. */}}
{{- define "comanda.issuers" -}}
{{- $issuers := .Values.auth.issuers -}}
{{- if .Values.development.enabled -}}
{{- $url := include "comanda.developmentIssuer" . -}}
{{- $development := dict "issuer" $url "jwksUri" (printf "%s/jwks" $url) "clientIds" (list "storefront") "algorithms" (list "RS256") "account" (dict "claim" "custom:account") -}}
{{- $issuers = append $issuers $development -}}
{{- end -}}
{{- if not $issuers -}}
{{- fail "auth.issuers is empty: order-api takes no request without an issuer that it trusts." -}}
{{- end -}}
{{- $issuers | toJson -}}
{{- end -}}

{{- define "comanda.developmentIssuer" -}}
http://{{ include "comanda.host" (dict "root" . "component" "issuer") }}:8081
{{- end -}}

{{/* Name of the Secret that holds a component's secrets. Takes root, component, values, at (the path of values). */}}
{{- define "comanda.secretName" -}}
{{- if .values.secret.name -}}
{{- .values.secret.name -}}
{{- else if .root.Values.development.enabled -}}
{{- include "comanda.name" . }}-development
{{- else -}}
{{- fail (printf "%s.secret.name is missing: the name of an existing Secret; the chart makes none." .at) -}}
{{- end -}}
{{- end -}}
