{{/*
How a scaler behaves: quick to add; a pod at a time leaves, and the next one not before its drain is over. Takes
the values of the scaler.
*/}}
{{- define "comanda.scaling" -}}
scaleUp:
  stabilizationWindowSeconds: 0
  policies:
    - { type: Percent, value: 100, periodSeconds: 15 }
    - { type: Pods, value: 4, periodSeconds: 15 }
  selectPolicy: Max
scaleDown:
  stabilizationWindowSeconds: {{ .scaleDown.stabilizationWindowSeconds }}
  policies: [{ type: Pods, value: {{ .scaleDown.pods }}, periodSeconds: {{ .scaleDown.periodSeconds }} }]
{{- end -}}

{{/* A scale-in must leave a pod the time to drain before the next one goes. Takes values, at. */}}
{{- define "comanda.scalingIsSound" -}}
{{- $scaler := .values.autoscaling -}}
{{- if gt (int $scaler.minReplicas) (int $scaler.maxReplicas) -}}
{{- fail (printf "%s.autoscaling.minReplicas is more than its maxReplicas." .at) -}}
{{- end -}}
{{- $drainSeconds := div (add (.values.settings.DRAIN_TIMEOUT_MS | default 15000 | int) 999) 1000 -}}
{{- if lt (int $scaler.scaleDown.periodSeconds) (int (add .values.preStopSeconds $drainSeconds)) -}}
{{- fail (printf "%s.autoscaling.scaleDown.periodSeconds is shorter than a drain: preStopSeconds and DRAIN_TIMEOUT_MS take %d s." .at (int (add .values.preStopSeconds $drainSeconds))) -}}
{{- end -}}
{{- end -}}

{{/* ScaledObject of a consumer. Takes root, component, values, at, queue. */}}
{{- define "comanda.scaledObject" -}}
{{- include "comanda.needs" (dict "root" .root "what" (printf "%s.autoscaling.enabled" .at) "api" "keda.sh/v1alpha1/ScaledObject" "from" "KEDA") -}}
{{- include "comanda.scalingIsSound" . -}}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: {{ include "comanda.name" . }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "comanda.labels" . | nindent 4 }}
spec:
  scaleTargetRef: { name: {{ include "comanda.name" . }} }
  pollingInterval: {{ .values.autoscaling.pollingIntervalSeconds }}
  minReplicaCount: {{ .values.autoscaling.minReplicas }}
  maxReplicaCount: {{ .values.autoscaling.maxReplicas }}
  # While the depth cannot be asked for, nothing is scaled in.
  fallback: { failureThreshold: 5, replicas: {{ .values.autoscaling.minReplicas }}, behavior: currentReplicasIfHigher }
  advanced:
    horizontalPodAutoscalerConfig:
      name: {{ include "comanda.name" . }}
      behavior:
        {{- include "comanda.scaling" .values.autoscaling | nindent 8 }}
  triggers:
    - type: aws-sqs-queue
      authenticationRef: { name: {{ include "comanda.fullname" .root }}-queues }
      metadata:
        {{- $sqs := include "comanda.sqsSettings" .root | fromJson }}
        queueURL: {{ include "comanda.queueUrl" . }}
        queueLength: {{ .values.autoscaling.queueLength | int64 | quote }}
        awsRegion: {{ .root.Values.aws.region }}
        {{- with $sqs.SQS_ENDPOINT }}
        awsEndpoint: {{ . }}
        {{- end }}
        # Else a worker is taken away while it holds messages.
        scaleOnInFlight: 'true'
{{- end -}}
