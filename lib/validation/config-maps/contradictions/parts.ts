import { internalTls } from './queue-proxy.ts';
import type { ServingSurroundings, Settings } from './settings.ts';

/** `config-leader-election`: times with which no part would start. */
export function checkLeaseTimes({ duration, text, refuse }: Settings): void {
  const [lease, renew, retry] = [
    duration('lease-duration'),
    duration('renew-deadline'),
    duration('retry-period'),
  ];
  if (retry <= 0) refuse('retry-period', 'a duration above 0s');
  if (!(lease > renew)) refuse('lease-duration', `longer than renew-deadline, ${text('renew-deadline')}`);
  if (!(renew * 10 > retry * 12))
    refuse('renew-deadline', `longer than 1.2 times retry-period, ${text('retry-period')}`);
}

const gcLimits = ['retain-since-create-time', 'retain-since-last-active-time', 'max-non-active-revisions'];

/** `config-gc`: a number of revisions to keep where none goes. */
export function checkNothingGoes(gc: Settings): void {
  if (gc.said('min-non-active-revisions') && gcLimits.every((key) => gc.word(key) === 'disabled'))
    gc.refuse('min-non-active-revisions', 'nothing while all else is disabled: no revision goes');
}

const externalTls = (network: Settings): boolean =>
  network.word(network.said('external-domain-tls') ? 'external-domain-tls' : 'auto-tls') === 'enabled';

/** `config-network`: two names for one setting, and a redirect that leads nowhere. */
export function checkNames(network: Settings, around: ServingSurroundings): void {
  for (const [old, key] of [
    ['auto-tls', 'external-domain-tls'],
    ['internal-encryption', 'system-internal-tls'],
  ] as const)
    if (network.said(old) && network.said(key))
      network.refuse(old, `nothing beside ${key}, of which it is the old name`);
  if (
    network.word('http-protocol') === 'redirected' &&
    around.gatewayCertificate === false &&
    !externalTls(network)
  )
    network.refuse(
      'http-protocol',
      'enabled, or external-domain-tls enabled, or a certificate of the gateway: nothing would answer https',
    );
}

/** `config-certmanager`: issuers of certificates that nobody asks for. */
export function checkIssuers(certManager: Settings, network: Settings): void {
  for (const [key, flag, on] of [
    ['issuerRef', 'external-domain-tls', externalTls(network)],
    [
      'clusterLocalIssuerRef',
      'cluster-local-domain-tls',
      network.word('cluster-local-domain-tls') === 'enabled',
    ],
    ['systemInternalIssuerRef', 'system-internal-tls', internalTls(network)],
  ] as const)
    if (certManager.said(key) && !on)
      certManager.refuse(
        key,
        `nothing, unless ${flag} of config-network is enabled: nobody asks this issuer`,
      );
}

/** `config-observability`: settings of what is off. */
export function checkWhatIsOff(settings: Settings): void {
  const ignored = (key: string, unless: string): void =>
    settings.refuse(key, `nothing, unless ${unless}: it is ignored`);
  for (const kind of ['metrics', 'request-metrics']) {
    const sends = ['grpc', 'http/protobuf'].includes(settings.text(`${kind}-protocol`));
    if (settings.said(`${kind}-export-interval`) && !sends)
      ignored(`${kind}-export-interval`, `${kind}-protocol is grpc or http/protobuf`);
  }
  if (settings.said('runtime-export-interval') && settings.text('metrics-protocol') === 'none')
    ignored('runtime-export-interval', 'metrics-protocol says how metrics are sent');
  if (settings.number('tracing-sampling-rate') > 0 && settings.text('tracing-protocol') === 'none')
    ignored('tracing-sampling-rate', 'tracing-protocol says how traces are sent');
  if (settings.bool('logging.enable-request-log')) return;
  if (settings.text('logging.request-log-template') !== '')
    ignored('logging.request-log-template', 'logging.enable-request-log is true');
  if (settings.bool('logging.enable-probe-request-log'))
    ignored('logging.enable-probe-request-log', 'logging.enable-request-log is true');
}
