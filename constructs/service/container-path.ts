import type { Finding } from '../../lib/validation/index.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The name of the entry of a record that was rendered as a list. */
export const nth = (record: unknown, index: string | undefined): string =>
  Object.keys((record ?? {}) as Fields)[Number(index)] ?? `[${index}]`;

const probeFields: Readonly<Record<string, string>> = {
  httpGet: 'http',
  tcpSocket: 'tcp',
  initialDelaySeconds: 'initialDelay',
  periodSeconds: 'period',
  timeoutSeconds: 'timeout',
};

/** The prop of a container that a field of the rendered container came from. */
export function containerPath(field: string, finding: Finding, container: unknown): string {
  const { mounts, env } = (container ?? {}) as Fields;
  return field
    .replace(/^ports\.containerPort$/, 'port')
    .replace(/^ports$/, finding.code === 'port.name' ? 'protocol' : 'port')
    .replace(/^env\[(\d+)\].*$/, (_, index) => `env.${nth(env, index)}`)
    .replace(/^volumeMounts\[(\d+)\]\.(\w+)$/, (_, index, part) => {
      const path = nth(mounts, index);
      return part === 'readOnly' ? `mounts.${path}.readOnly` : `mounts.${path}`;
    })
    .replace(
      /^(readiness|liveness|startup)Probe\.(\w+)/,
      (_, kind, part) => `${kind}Probe.${probeFields[part] ?? part}`,
    );
}
