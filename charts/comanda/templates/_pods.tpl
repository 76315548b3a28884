{{/* What every pod is: no token, no root, no service links. Takes root, user. */}}
{{- define "comanda.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .user }}
  runAsGroup: {{ .user }}
  fsGroup: {{ .user }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* What every container is: nothing to gain, nothing to write to. Optional: writable, for development. */}}
{{- define "comanda.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: {{ not .writable }}
  capabilities: { drop: [ALL] }
{{- end -}}

{{/* Volume of a component's secrets, as files. Takes secretName, keys (file name to key of the Secret). */}}
{{- define "comanda.secretVolume" -}}
- name: secrets
  secret:
    secretName: {{ .secretName }}
    defaultMode: 0440
    items:
      {{- range $file, $key := .keys }}
      - { key: {{ $key | quote }}, path: {{ $file }} }
      {{- end }}
{{- end -}}

{{/* Volume of the certificates that are trusted besides the public ones, where there are any. Takes root. */}}
{{- define "comanda.trustedCaVolume" -}}
{{- if .Values.trustedCa.configMap -}}
- name: trusted-ca
  configMap:
    name: {{ .Values.trustedCa.configMap }}
    items: [{ key: {{ .Values.trustedCa.key | quote }}, path: ca.pem }]
{{- end -}}
{{- end -}}

{{/* Where that volume is seen. Takes root. */}}
{{- define "comanda.trustedCaMount" -}}
{{- if .Values.trustedCa.configMap -}}
- { name: trusted-ca, mountPath: /etc/comanda, readOnly: true }
{{- end -}}
{{- end -}}

{{/* Where a component's pods go. Takes root, component, values. */}}
{{- define "comanda.placement" -}}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  {{- $selector := include "comanda.selector" . }}
  {{- range $topologyKey := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - topologyKey: {{ $topologyKey }}
    maxSkew: 1
    whenUnsatisfiable: {{ $.values.topologySpread.whenUnsatisfiable }}
    {{- /* Else an empty node that takes none of these pods, such as one that is drained, holds up all others. */}}
    nodeTaintsPolicy: Honor
    matchLabelKeys: [pod-template-hash]
    labelSelector:
      matchLabels:
        {{- $selector | nindent 8 }}
  {{- end }}
{{- end -}}

{{/*
Deployment of a service. Takes root, component, values, at (path of values), settings (map), secrets (file name to key of
the Secret; each becomes a setting NAME_FILE), ports (name to number), scaled (whether something else sets the replicas).
Optional: name and image, for a second Deployment of the same component; labels that tell the pods of both apart.
*/}}
{{- define "comanda.deployment" -}}
{{- $root := .root -}}
{{- $values := .values -}}
{{- $drainMs := $values.settings.DRAIN_TIMEOUT_MS | default 15000 | int -}}
{{- $needed := add $values.preStopSeconds (div (add $drainMs 999) 1000) -}}
{{- if gt (int $needed) (int (sub $values.terminationGracePeriodSeconds 5)) -}}
{{- fail (printf "%s.terminationGracePeriodSeconds is too short: preStopSeconds and DRAIN_TIMEOUT_MS take %d s, and 5 s have to be left." .at $needed) -}}
{{- end -}}
{{- $settings := merge (dict "DRAIN_TIMEOUT_MS" $drainMs) $values.settings .settings -}}
{{- range $file, $_ := .secrets -}}
{{- $_ := set $settings (printf "%s_FILE" (upper $file | replace "-" "_")) (printf "/run/secrets/comanda/%s" $file) -}}
{{- end -}}
{{- if $root.Values.trustedCa.configMap -}}
{{- $_ := set $settings "NODE_EXTRA_CA_CERTS" "/etc/comanda/ca.pem" -}}
{{- end -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .name | default (include "comanda.name" .) }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "comanda.labels" . | nindent 4 }}
    {{- with .labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  {{- if not .scaled }}
  replicas: {{ $values.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  progressDeadlineSeconds: 300
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: {{ $values.maxSurge }} }
  selector:
    matchLabels:
      {{- include "comanda.selector" . | nindent 6 }}
      {{- with .labels }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
  template:
    metadata:
      labels:
        {{- include "comanda.labels" (dict "root" $root "component" .component "more" $values.podLabels) | nindent 8 }}
        {{- with .labels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        kubectl.kubernetes.io/default-container: {{ .component }}
        {{- with $values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ $values.serviceAccount.name | default (include "comanda.name" .) }}
      {{- include "comanda.podSecurity" (dict "root" $root "user" 10001) | nindent 6 }}
      terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
      {{- include "comanda.placement" . | nindent 6 }}
      containers:
        - name: {{ .component }}
          image: {{ include "comanda.image" (dict "root" $root "image" (.image | default $values.image)) }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          {{- with $values.command }}
          command: {{ toJson . }}
          {{- end }}
          {{- include "comanda.containerSecurity" (dict "writable" $root.Values.development.sync) | nindent 10 }}
          env:
            {{- include "comanda.env" $settings | nindent 12 }}
          ports:
            {{- range $name, $port := .ports }}
            - { name: {{ $name }}, containerPort: {{ $port }}, protocol: TCP }
            {{- end }}
          # None of them asks for Postgres or a queue: a restart repairs neither.
          startupProbe:
            httpGet: { path: /readyz, port: admin }
            periodSeconds: 1
            timeoutSeconds: 2
            failureThreshold: 120
          readinessProbe:
            httpGet: { path: /readyz, port: admin }
            periodSeconds: 3
            timeoutSeconds: 2
            failureThreshold: 2
          {{- /* A container that is made anew has lost what was synced into it. */}}
          {{- if not $root.Values.development.sync }}
          livenessProbe:
            httpGet: { path: /livez, port: admin }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          {{- end }}
          {{- if $values.preStopSeconds }}
          lifecycle:
            # New requests still come until every proxy has heard that this pod ends.
            preStop: { sleep: { seconds: {{ $values.preStopSeconds }} } }
          {{- end }}
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          volumeMounts:
            - { name: secrets, mountPath: /run/secrets/comanda, readOnly: true }
            - { name: scratch, mountPath: /tmp }
            {{- with include "comanda.trustedCaMount" $root }}
            {{- . | nindent 12 }}
            {{- end }}
      volumes:
        {{- include "comanda.secretVolume" (dict "secretName" (include "comanda.secretName" .) "keys" .secrets) | nindent 8 }}
        {{- with include "comanda.trustedCaVolume" $root }}
        {{- . | nindent 8 }}
        {{- end }}
        - name: scratch
          emptyDir: { sizeLimit: 16Mi }
{{- end -}}

{{/* PodDisruptionBudget of a component. Takes root, component, values. */}}
{{- define "comanda.pdb" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "comanda.name" . }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "comanda.labels" . | nindent 4 }}
spec:
  maxUnavailable: {{ .values.podDisruptionBudget.maxUnavailable }}
  # A pod that is not ready serves nobody, so that it never holds up a drain.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "comanda.selector" . | nindent 6 }}
{{- end -}}

{{/* ServiceAccount of a component, unless one exists: a name for IAM, no rights in the cluster. Takes root, component, values. */}}
{{- define "comanda.serviceAccount" -}}
{{- if not .values.serviceAccount.name -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "comanda.name" . }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "comanda.labels" . | nindent 4 }}
  {{- with .values.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}
{{- end -}}
