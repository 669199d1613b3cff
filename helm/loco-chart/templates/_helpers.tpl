{{/* What everything is called after: the release, with "loco" where it is not in it. Short enough for the StatefulSet's
     own suffixes, which have to fit a label. */}}
{{- define "loco.name" -}}
{{- default "loco" .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "loco.fullname" -}}
{{- $name := include "loco.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- $full = .Values.fullnameOverride | default $full | replace "." "-" | trunc 40 | trimSuffix "-" -}}
{{- if not (regexMatch "^[a-z]" $full) -}}
{{- fail (printf "fullnameOverride: set it, as Services cannot be called %s after the release: names begin with a letter" $full) -}}
{{- end -}}
{{- $full -}}
{{- end -}}

{{- define "loco.hub" -}}{{ include "loco.fullname" . }}-hub{{- end -}}
{{- define "loco.emulator" -}}{{ include "loco.fullname" . }}-emulator{{- end -}}
{{- define "loco.turn" -}}{{ include "loco.fullname" . }}-turn{{- end -}}
{{- define "loco.vr" -}}{{ include "loco.fullname" . }}-vr{{- end -}}

{{/* The wall's public address, and the dashboard's, where an Ingress or the values tell; nothing otherwise. */}}
{{- define "loco.vrURL" -}}
{{- if .Values.vr.url -}}
{{- .Values.vr.url -}}
{{- else if and .Values.ingress.enabled .Values.ingress.vrHost -}}
{{- printf "%s://%s/" (ternary "https" "http" (ne .Values.ingress.tlsSecret "")) .Values.ingress.vrHost -}}
{{- end -}}
{{- end -}}

{{- define "loco.hubURL" -}}
{{- if .Values.hub.url -}}
{{- .Values.hub.url -}}
{{- else if .Values.ingress.enabled -}}
{{- printf "%s://%s/" (ternary "https" "http" (ne .Values.ingress.tlsSecret "")) .Values.ingress.host -}}
{{- end -}}
{{- end -}}

{{/* Labels of a part: (list $ "hub"). What selects is what never changes. */}}
{{- define "loco.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/component: {{ index . 1 }}
app.kubernetes.io/part-of: lego-loco-cluster
app.kubernetes.io/instance: {{ $root.Release.Name }}
{{- end -}}

{{- define "loco.labels" -}}
{{- $root := index . 0 -}}
{{ include "loco.selector" . }}
app.kubernetes.io/name: {{ include "loco.name" $root }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "loco.emulatorImage" -}}
{{- .Values.emulator.image | default (printf "loco-emulator:%s" .Chart.AppVersion) -}}
{{- end -}}

{{- define "loco.hubImage" -}}
{{- $emulator := include "loco.emulatorImage" . -}}
{{- if .Values.hub.image -}}
{{- .Values.hub.image -}}
{{- else if contains "@" $emulator -}}
{{- fail "hub.image: name it too, as emulator.image is named by its digest" -}}
{{- else -}}
{{- $last := splitList "/" $emulator | last -}}
{{- if not (contains "emulator" $last) -}}
{{- fail (printf "hub.image: name it too, as there is no \"emulator\" in the name of emulator.image (%s) to put \"hub\" for" $emulator) -}}
{{- end -}}
{{- printf "%s%s" (trimSuffix $last $emulator) (replace "emulator" "hub" $last) -}}
{{- end -}}
{{- end -}}

{{- define "loco.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "loco.hub" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "loco.authSecret" -}}{{ .Values.auth.existingSecret | default (printf "%s-auth" (include "loco.fullname" .)) }}{{- end -}}

{{- define "loco.turnSecretName" -}}{{ .Values.ice.existingSecret | default (printf "%s-turn" (include "loco.fullname" .)) }}{{- end -}}

{{/* Whether there is a secret shared with TURN servers. */}}
{{- define "loco.hasTurnSecret" -}}
{{- if or .Values.turn.enabled .Values.ice.turnSecret .Values.ice.existingSecret -}}true{{- end -}}
{{- end -}}

{{/* A secret's value: as given, else as it was made before, else made now. (list $ given secretName key) */}}
{{- define "loco.secretValue" -}}
{{- $root := index . 0 -}}
{{- $old := (lookup "v1" "Secret" $root.Release.Namespace (index . 2)).data | default dict -}}
{{- if index . 1 -}}
{{- index . 1 | b64enc -}}
{{- else if hasKey $old (index . 3) -}}
{{- index $old (index . 3) -}}
{{- else -}}
{{- randAlphaNum 40 | b64enc -}}
{{- end -}}
{{- end -}}

{{/* The tokens, in the environment of hub and nodes. */}}
{{- define "loco.tokens" -}}
- name: LOCO_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ include "loco.authSecret" . }}
      key: token
- name: LOCO_CONTROL_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ include "loco.authSecret" . }}
      key: control-token
      optional: true
- name: LOCO_VIEW_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ include "loco.authSecret" . }}
      key: view-token
      optional: true
{{- end -}}

{{/* STUN and TURN servers for viewers, the chart's own first. */}}
{{- define "loco.iceServers" -}}
{{- $servers := .Values.ice.servers -}}
{{- if .Values.turn.enabled -}}
{{- $host := required "turn.host: the name or address by which viewers reach the TURN server's Service is needed" .Values.turn.host -}}
{{- $port := int .Values.turn.port -}}
{{- if and (eq .Values.turn.service.type "NodePort") .Values.turn.service.nodePort -}}
{{- $port = int .Values.turn.service.nodePort -}}
{{- end -}}
{{- $servers = concat (list (printf "turn:%s:%d?transport=udp" $host $port) (printf "turn:%s:%d?transport=tcp" $host $port)) $servers -}}
{{- end -}}
{{- join "," $servers -}}
{{- end -}}

{{/* ICE settings that hub and nodes share. */}}
{{- define "loco.iceShared" -}}
{{- with include "loco.iceServers" . }}
- name: LOCO_ICE_SERVERS
  value: {{ . | quote }}
{{- end }}
{{- if include "loco.hasTurnSecret" . }}
- name: LOCO_ICE_TURN_SECRET
  valueFrom:
    secretKeyRef:
      name: {{ include "loco.turnSecretName" . }}
      key: turn-secret
- name: LOCO_ICE_TURN_TTL
  value: {{ int .Values.ice.turnTTL | quote }}
{{- else }}
{{- range concat .Values.ice.servers .Values.ice.nodeServers }}
{{- if hasPrefix "turn" . }}
{{- fail (printf "ice.turnSecret: the TURN server %s needs the secret it shares (ice.turnSecret or ice.existingSecret)" .) }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The last port of the media. */}}
{{- define "loco.lastMediaPort" -}}
{{- $ports := .Values.ice.ports -}}
{{- $last := sub (add $ports.first $ports.count) 1 | int -}}
{{- if gt $last 65535 -}}
{{- fail (printf "ice.ports: %d ports from %d on end beyond 65535" (int $ports.count) (int $ports.first)) -}}
{{- end -}}
{{- $viewers := dig "viewers" "max" 16 .Values.emulator.settings | int -}}
{{- if lt (int $ports.count) $viewers -}}
{{- fail (printf "ice.ports.count: %d is less than the viewers that a guest takes (viewers.max: %d)" (int $ports.count) $viewers) -}}
{{- end -}}
{{- $last -}}
{{- end -}}

{{/* Every container runs as an ordinary user with nothing but its program. */}}
{{- define "loco.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "loco.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Where a pod may run: (list $ .Values.hub) */}}
{{- define "loco.placement" -}}
{{- $part := index . 1 -}}
{{- with (index . 0).Values.imagePullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- with $part.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $part.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $part.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $part.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* Peers of a network policy from CIDRs; nothing, which is everybody, from none. */}}
{{- define "loco.from" -}}
{{- with . }}
from:
{{- range . }}
  - ipBlock:
      cidr: {{ . }}
{{- end }}
{{- end }}
{{- end -}}
