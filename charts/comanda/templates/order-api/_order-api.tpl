{{/* Settings of order-api that the chart makes, as JSON. Takes root. */}}
{{- define "comanda.orderApiSettings" -}}
{{- $settings := dict
  "ORDERS_QUEUE_URL" (include "comanda.queueUrl" (dict "root" . "queue" "orders"))
  "AUTH_ISSUERS" (include "comanda.issuers" .)
-}}
{{- merge $settings (include "comanda.sqsSettings" . | fromJson) | toJson -}}
{{- end -}}

{{/* Secrets of order-api, file name to key of the Secret, as JSON. Takes root. */}}
{{- define "comanda.orderApiSecrets" -}}
{{- $secret := .Values.orderApi.secret -}}
{{- $secrets := dict "database-url" $secret.databaseUrlKey "receipt-keys" $secret.receiptKeysKey -}}
{{- with $secret.redisUrlKey -}}
{{- $_ := set $secrets "rate-limit-redis-url" . -}}
{{- end -}}
{{- $secrets | toJson -}}
{{- end -}}

{{/* Service of one track of order-api. Takes root, name, track. */}}
{{- define "comanda.orderApiService" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "comanda.labels" (dict "root" .root "component" "order-api") | nindent 4 }}
spec:
  type: ClusterIP
  selector:
    {{- include "comanda.selector" (dict "root" .root "component" "order-api") | nindent 4 }}
    comanda/track: {{ .track }}
  # The admin port stands in no Service: nothing that routes to Services can reach it.
  ports:
    - { name: http, port: 8080, targetPort: http, protocol: TCP, appProtocol: http }
{{- end -}}
