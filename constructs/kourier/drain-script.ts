import { gatewayPorts } from './names.ts';

const { external, externalTls, internal, internalTls } = gatewayPorts;

/** Open connections of the gateway's listeners, without those of checks and of metrics; as Envoy's `filter`, encoded. */
const openConnections = encodeURIComponent(
  `_(${[external, externalTls, internal, internalTls].join('|')})\\.downstream_cx_active$`,
);

/**
 * What a gateway's pod does before it is told to stop. It fails the entrance's checks, and tells each client with the
 * next answer to come back on another connection; it takes new connections until the entrance has noticed, and ends when
 * none is open any more or its time is over. For bash alone: Envoy's image has no HTTP client, so that a hook that calls
 * one drains nothing. @param admin the port of Envoy's admin interface
 */
export const drainScript = (admin: number = gatewayPorts.admin): string => `admin() {
  exec 3<>/dev/tcp/127.0.0.1/${admin} || return
  printf '%s %s HTTP/1.1\\r\\nhost: drain\\r\\ncontent-length: 0\\r\\nconnection: close\\r\\n\\r\\n' "$1" "$2" >&3
  cat <&3
  exec 3>&-
}
busy() {
  local name count known=0 sum=0
  while IFS=: read -r name count; do
    case $name in listener.*) known=1 sum=$((sum + \${count//[^0-9]/})) ;; esac
  done < <(admin GET '/stats?filter=${openConnections}')
  ((known == 0 || sum > 0))
}
admin POST /healthcheck/fail >/dev/null
admin POST '/drain_listeners?graceful&skip_exit' >/dev/null
sleep "$NOTICE_SECONDS"
while ((SECONDS < DRAIN_TIME_SECONDS)) && busy; do sleep 1; done
`;
