{{/*
When migrations run: before anything of a release is changed, so that new pods meet the new schema and old ones a
schema that was only added to. The development Postgres exists only after the first install, so it is migrated then.
*/}}
{{- define "comanda.migrationHook" -}}
helm.sh/hook: {{ ternary "post-install" "pre-install" .root.Values.development.enabled }},pre-upgrade
helm.sh/hook-weight: {{ .weight | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}
