import { checkRequests, type Settings } from './settings.ts';

/** What `queueproxy.resource-defaults` adds. */
const resourceDefaults = {
  'queue-sidecar-cpu-limit': '1000m',
  'queue-sidecar-memory-request': '400Mi',
  'queue-sidecar-memory-limit': '800Mi',
};

/** `config-deployment` against itself. */
export function checkTlsVersions(deployment: Settings): void {
  const [min, max] = ['queue-sidecar-tls-min-version', 'queue-sidecar-tls-max-version'] as const;
  const oldest = deployment.text(min) || '1.3';
  const newest = deployment.text(max) || '1.3';
  if (oldest > newest) {
    if (deployment.said(min)) deployment.refuse(min, `at most ${max}, ${newest}`);
    else deployment.refuse(max, `1.3, or ${min} 1.2 too: without it the oldest is 1.3`);
  }
  const suites = 'queue-sidecar-tls-cipher-suites';
  if (deployment.text(suites) !== '' && oldest !== '1.2')
    deployment.refuse(suites, `nothing, unless ${min} is 1.2: TLS 1.3 has no choice, and it is ignored`);
}

/** Requests of the queue-proxy against its limits, as the flag for its defaults leaves them. */
export const checkQueueResources = (deployment: Settings, features: Settings): void =>
  checkRequests(
    deployment,
    'queue-sidecar',
    features.word('queueproxy.resource-defaults') === 'enabled' ? resourceDefaults : {},
  );

/** Whether the parts of Serving speak TLS among themselves. */
export const internalTls = (network: Settings): boolean =>
  network.word('system-internal-tls') === 'enabled' || network.bool('internal-encryption');

/** TLS of the queue-proxy that nothing would speak. */
export function checkInternalTls(deployment: Settings, network: Settings): void {
  if (internalTls(network)) return;
  for (const key of ['min-version', 'max-version', 'cipher-suites', 'curve-preferences'])
    if (deployment.text(`queue-sidecar-tls-${key}`) !== '')
      deployment.refuse(
        `queue-sidecar-tls-${key}`,
        'nothing, unless system-internal-tls of config-network is enabled: it is ignored without it',
      );
}
