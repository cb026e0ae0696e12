import type { Problem } from '../../lib/messages/error.ts';
import { configText, parseGoBool, parseGoDuration } from '../../lib/validation/index.ts';
import type { KourierConfig } from './config-keys.ts';

/** What is around the gateway, against which its settings can be wrong. */
export interface GatewaySurroundings {
  /** Path of `config-kourier` in the caller's input, for problems. */
  readonly where: string;
  /** Whether the target groups are the stacks' own: they send no proxy protocol, to IPv4 addresses. */
  readonly ownTargetGroups: boolean;
  /** Ports of the entrance. */
  readonly ports: readonly number[];
  /** The longest that a service may take for its answer, in seconds. */
  readonly longestAnswer: number;
  /** Whether Envoy's image is another than the release's. */
  readonly ownImage: boolean;
}

/** Settings of the gateway that its parser takes, and with which it would not work where it is. */
export function kourierContradictions(config: KourierConfig, around: GatewaySurroundings): Problem[] {
  const problems: Problem[] = [];
  const texts = configText(config);
  const wrong = (key: keyof KourierConfig, allowed: string) =>
    problems.push({ where: `${around.where}.${key}`, value: config[key], allowed });
  const on = (key: keyof KourierConfig): boolean => parseGoBool(texts[key] ?? '') === true;
  const given = (key: keyof KourierConfig): boolean => (texts[key] ?? '') !== '';

  if (on('enable-proxy-protocol') && around.ownTargetGroups)
    wrong(
      'enable-proxy-protocol',
      "false: the stacks' target groups send no proxy protocol, and the gateway would answer no connection",
    );
  const addresses = (texts['listen-ip-addresses'] ?? '0.0.0.0').split(',').map((one) => one.trim());
  // Kourier's listeners on :: take IPv6 alone.
  const all = around.ownTargetGroups ? ['0.0.0.0'] : ['0.0.0.0', '::'];
  if (!addresses.some((address) => all.includes(address)))
    wrong(
      'listen-ip-addresses',
      `${all.join(' or ')} among them: the entrance reaches a pod at an address that is not known before`,
    );
  const quiet = (parseGoDuration(texts['stream-idle-timeout'] ?? '0s') ?? 0) / 1e9;
  if (quiet > 0 && quiet < around.longestAnswer)
    wrong(
      'stream-idle-timeout',
      `0s, or at least ${around.longestAnswer}s, which a service may take for its answer: it would be cut before`,
    );
  if (given('enable-service-access-logging') && !on('enable-service-access-logging'))
    if (given('service-access-log-template'))
      wrong('service-access-log-template', 'nothing while "enable-service-access-logging" is false');
  if (on('enable-cryptomb')) {
    if (!around.ownImage)
      wrong('enable-cryptomb', "false with the release's Envoy, which lacks it: name a contrib image");
    if (!given('certs-secret-name') && !given('cluster-cert-secret'))
      wrong(
        'enable-cryptomb',
        'only beside "certs-secret-name" or "cluster-cert-secret", the certificates that it serves',
      );
  }
  if (given('certs-secret-name') && !around.ports.includes(443))
    wrong('certs-secret-name', 'only where 443 is a port of the entrance: nothing else leads to it');
  return problems;
}
