import { expect, it } from 'vitest';
import type { KubeObject } from '../../../../../lib/clusters/cluster-port.ts';
import { readConfig, renderHost } from '../../../../../lib/rehearsal/cluster/config/index.ts';

type Map = Record<string, string>;

const route = (labels: Map, annotations: Map): KubeObject => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Route',
  metadata: { name: 'hello', namespace: 'prod', labels, annotations },
});

const two = { 'example.com': '', 'example.org': 'selector: {app: x}' };

// Figures from upstream's own code, and the block form that its example uses.
it.each<[string, { domains: Map; network?: Map; labels?: Map; annotations?: Map; tag?: string }]>([
  ['canary-hello.prod.example.com', { domains: { 'example.com': '' }, tag: 'canary' }],
  [
    'hello.eu.example.com',
    {
      domains: { 'example.com': '' },
      network: { 'domain-template': '{{.Name}}.{{ index .Annotations "sub" }}.{{.Domain}}' },
      annotations: { sub: 'eu' },
    },
  ],
  [
    'hello-canary.prod.example.com',
    { domains: two, network: { 'tag-template': '{{.Name}}-{{.Tag}}' }, tag: 'canary' },
  ],
  ['hello.prod.example.org', { domains: two, labels: { app: 'x' } }],
  ['canary-hello.prod.example.org', { domains: two, labels: { app: 'x' }, tag: 'canary' }],
  [
    'hello.prod.example.org',
    { domains: { ...two, 'example.org': 'selector:\n  app: x\n' }, labels: { app: 'x' } },
  ],
  [
    'hello.prod.example.org',
    {
      domains: { ...two, 'example.org': '{"selector":{"app":"x"},"type":"wildcard"}' },
      labels: { app: 'x' },
    },
  ],
  ['hello.prod.svc.cluster.local', { domains: {} }],
  [
    'hello.prod.svc.cluster.local',
    { domains: two, labels: { 'networking.knative.dev/visibility': 'cluster-local' } },
  ],
])('%s', (host, { domains, network = {}, labels = {}, annotations = {}, tag = '' }) => {
  const maps: Record<string, Map> = { 'config-domain': domains, 'config-network': network };
  const config = readConfig((name) => maps[name]);
  expect(renderHost(config, route(labels, annotations), tag, false)).toBe(host);
});

it('says what a template asks for that is not there', () => {
  const maps: Record<string, Map> = {
    'config-domain': { 'example.com': '' },
    'config-network': { 'domain-template': '{{.Team}}.{{.Domain}}' },
  };
  const config = readConfig((name) => maps[name]);
  expect(() => renderHost(config, route({}, {}), '', false)).toThrow('Team');
});
