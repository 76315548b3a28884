{{/* Fails with one sentence where the cluster does not know an API. Takes root, api, what (what needs it), from (what brings it). */}}
{{- define "comanda.needs" -}}
{{- if not (.root.Capabilities.APIVersions.Has .api) -}}
{{- fail (printf "%s needs %s, which this cluster does not have: install %s first, or switch it off." .what .api .from) -}}
{{- end -}}
{{- end -}}
