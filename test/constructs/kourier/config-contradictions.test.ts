import { describe, expect, it } from 'vitest';
import {
  type GatewaySurroundings,
  type KourierConfig,
  kourierConfigProblems,
  kourierContradictions,
} from '../../../constructs/kourier/index.ts';

const around: GatewaySurroundings = {
  where: 'config',
  ownTargetGroups: true,
  ports: [80, 443],
  longestAnswer: 300,
  ownImage: false,
};

const problems = (config: KourierConfig, more: Partial<GatewaySurroundings> = {}): string[] => {
  // A contradiction is what the parser takes: else it would be known already.
  expect(kourierConfigProblems(config)).toEqual([]);
  return kourierContradictions(config, { ...around, ...more }).map(
    ({ where, allowed }) => `${where.slice('config.'.length)}: ${allowed.split(/(?<!:): |,/)[0]}`,
  );
};

const certificate = { 'certs-secret-name': 'tls', 'certs-secret-namespace': 'default' };

describe('settings of the gateway that cannot work where it is', () => {
  it.each<[KourierConfig, Partial<GatewaySurroundings>, string[]]>([
    [{}, {}, []],
    [{ 'enable-proxy-protocol': true }, {}, ['enable-proxy-protocol: false']],
    [{ 'enable-proxy-protocol': false }, {}, []],
    // Only the team knows what its own target groups send.
    [{ 'enable-proxy-protocol': true }, { ownTargetGroups: false }, []],
    [{ 'listen-ip-addresses': ['127.0.0.1'] }, {}, ['listen-ip-addresses: 0.0.0.0 among them']],
    [{ 'listen-ip-addresses': ['::'] }, {}, ['listen-ip-addresses: 0.0.0.0 among them']],
    [{ 'listen-ip-addresses': ['::'] }, { ownTargetGroups: false }, []],
    [
      { 'listen-ip-addresses': ['10.0.0.1'] },
      { ownTargetGroups: false },
      ['listen-ip-addresses: 0.0.0.0 or :: among them'],
    ],
    [{ 'listen-ip-addresses': ['0.0.0.0', '::'] }, {}, []],
    [{ 'stream-idle-timeout': '0s' }, {}, []],
    [{ 'stream-idle-timeout': '299s' }, {}, ['stream-idle-timeout: 0s']],
    [{ 'stream-idle-timeout': '5m' }, {}, []],
    [{ 'stream-idle-timeout': '5m' }, { longestAnswer: 301 }, ['stream-idle-timeout: 0s']],
    [
      { 'enable-service-access-logging': false, 'service-access-log-template': '%PROTOCOL%\n' },
      {},
      ['service-access-log-template: nothing while "enable-service-access-logging" is false'],
    ],
    [{ 'service-access-log-template': '%PROTOCOL%\n' }, {}, []],
    [{ 'enable-cryptomb': true, ...certificate }, {}, ["enable-cryptomb: false with the release's Envoy"]],
    [{ 'enable-cryptomb': true, ...certificate }, { ownImage: true }, []],
    [
      { 'enable-cryptomb': true },
      { ownImage: true },
      ['enable-cryptomb: only beside "certs-secret-name" or "cluster-cert-secret"'],
    ],
    [{ 'enable-cryptomb': true, 'cluster-cert-secret': 'internal' }, { ownImage: true }, []],
    [certificate, {}, []],
    [certificate, { ports: [80] }, ['certs-secret-name: only where 443 is a port of the entrance']],
  ])('%j in %j', (config, more, expected) => {
    expect(problems(config, more)).toEqual(expected);
  });
});
