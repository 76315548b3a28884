{{/* Name of everything in the release: the release's own, with the chart's where it does not hold it already. */}}
{{- define "comanda.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains "comanda" .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-comanda" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Name of a component's resources. Takes root, component. */}}
{{- define "comanda.name" -}}
{{- include "comanda.fullname" .root }}-{{ .component -}}
{{- end -}}

{{/* Host name of a component's Service that resolves from every namespace. Takes root, component. */}}
{{- define "comanda.host" -}}
{{- printf "%s.%s.svc.%s" (include "comanda.name" .) .root.Release.Namespace .root.Values.clusterDomain -}}
{{- end -}}

{{/* What selects a component's pods, for ever: a Deployment's selector cannot change. Takes root, component. */}}
{{- define "comanda.selector" -}}
app.kubernetes.io/name: comanda
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* Labels of a component's resources. Takes root, component. Optional: more, which rules over commonLabels. */}}
{{- define "comanda.labels" -}}
{{- $more := merge (dict) (.more | default dict) .root.Values.commonLabels -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{ include "comanda.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
{{- if not (hasKey $more "app.kubernetes.io/part-of") }}
app.kubernetes.io/part-of: comanda
{{- end }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- with $more }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* One of Comanda's own images: the release's registry, the chart's version. Takes root, image. */}}
{{- define "comanda.image" -}}
{{- $defaults := dict "registry" .root.Values.image.registry "tag" .root.Chart.AppVersion -}}
{{- include "comanda.reference" (mergeOverwrite $defaults (pick .image "repository" "digest") (include "comanda.given" .image | fromJson)) -}}
{{- end -}}

{{/* What an image names of registry and tag, as JSON. */}}
{{- define "comanda.given" -}}
{{- $given := dict -}}
{{- with .registry }}{{ $_ := set $given "registry" . }}{{ end -}}
{{- with .tag }}{{ $_ := set $given "tag" . }}{{ end -}}
{{- $given | toJson -}}
{{- end -}}

{{/* Reference of an image, by digest where one is given. Takes an image. */}}
{{- define "comanda.reference" -}}
{{- with .registry }}{{ . }}/{{ end }}{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag }}{{ end -}}
{{- end -}}
