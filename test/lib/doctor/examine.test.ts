import { describe, expect, it } from 'vitest';
import { credentialCheck } from '../../../lib/doctor/checks/credentials.ts';
import { isOlder } from '../../../lib/doctor/checks/nodes.ts';
import { isOfDockerHub } from '../../../lib/doctor/checks/workloads.ts';
import type { ClusterFacts } from '../../../lib/doctor/cluster-facts.ts';
import { examine } from '../../../lib/doctor/index.ts';
import { blue, from, green, hour, known, region, window, workloads } from './examined.ts';
import { clusterFacts, notPassed } from './facts.ts';

describe('where nothing is wrong', () => {
  it('everything passes but what nobody can see, and each check says what it is held against', () => {
    const results = examine(region());
    expect(notPassed(results)).toEqual([expect.stringMatching(/^unknown api-callers: .*cannot be seen/)]);
    expect(results.length).toBeGreaterThan(50);
    for (const { value, limit, where } of results)
      for (const text of [value, limit, where]) expect(text).not.toBe('');
    expect(new Set(results.map(({ check, where }) => `${check} ${where}`)).size).toBe(results.length);
  });

  it('what is not known is never a pass, and says why', () => {
    const why = { why: 'AccessDenied: not you' };
    const blind = Object.fromEntries(
      Object.keys(clusterFacts()).map((key) => [key, why]),
    ) as unknown as ClusterFacts;
    const results = examine(
      region({ clusters: { blue: { ...blind, answers: known(true) }, green: clusterFacts() }, aws: why }),
    );
    const passed = results.filter(({ verdict, where }) => verdict === 'pass' && where !== 'eu-west-1 green');
    expect(passed.map(({ check }) => check)).toEqual(['api-server']);
    expect(results.find(({ check }) => check === 'storage-classes')).toMatchObject({
      verdict: 'unknown',
      value: expect.stringContaining('not you'),
      todo: expect.any(String),
    });
  });

  it('of a cluster that does not answer one failure is said, not thirty', () => {
    const why = { why: 'no answer' };
    const gone = Object.fromEntries(
      Object.keys(clusterFacts()).map((key) => [key, why]),
    ) as unknown as ClusterFacts;
    const results = examine(region({ clusters: { blue: clusterFacts(), green: gone } }));
    expect(results.filter(({ where, verdict }) => where === 'eu-west-1 green' && verdict !== 'pass')).toEqual(
      [expect.objectContaining({ check: 'api-server', verdict: 'fail' })],
    );
  });

  it('one colour is looked at alone', () => {
    const results = examine(region(), 'green');
    expect(results.some(({ where }) => where.includes('blue'))).toBe(false);
    expect(results.some(({ where }) => where === 'eu-west-1 green')).toBe(true);
  });
});

describe('nodes', () => {
  const claim = (node: string, over: object = {}) => ({
    name: `claim-${node}`,
    node,
    createdAt: from - 100 * hour,
    deleting: false,
    ...over,
  });

  it('one of a gateway that expires inside the window is a failure, at its last minute as well; of others a warning', () => {
    expect(green({ nodeClaims: known([claim('n1', { expireAfter: 102 * hour })]) })).toEqual([
      'fail node-expiry: goes away: n1 at 2026-11-24T14:00Z',
    ]);
    expect(green({ nodeClaims: known([claim('n1', { expireAfter: 103 * hour })]) })[0]).toMatch(
      /^fail node-expiry/,
    );
    expect(green({ nodeClaims: known([claim('n1', { expireAfter: 103 * hour + 1 })]) })).toEqual([]);
    expect(green({ nodeClaims: known([claim('n2', { expireAfter: 90 * hour })]) })).toEqual([
      expect.stringMatching(/^warn node-expiry-others/),
    ]);
  });

  it('Auto Mode replaces after 21 days whatever the pool says; elsewhere a node without an end has none', () => {
    const old = [claim('n1', { createdAt: from - 21 * 24 * hour + 2 * hour })];
    const auto = clusterFacts().nodes;
    const nodes = 'known' in auto ? known(auto.known.map((node) => ({ ...node, auto: true }))) : auto;
    expect(green({ nodeClaims: known(old), nodes })[0]).toBe(
      'fail node-expiry: goes away: n1 at 2026-11-24T14:00Z',
    );
    expect(green({ nodeClaims: known(old) })).toEqual([]);
  });

  it('one that goes now is gone', () => {
    expect(green({ nodeClaims: known([claim('n1', { deleting: true })]) })).toEqual([
      'fail node-expiry: goes away: n1 now',
    ]);
  });

  it('is old, not ready, nearly out of its limit, or spot', () => {
    const of = (over: object) => ({
      nodes: known([
        { name: 'n1', version: '1.35.0', ready: true, auto: false, spot: false, leaving: false, ...over },
      ]),
    });
    expect(green(of({ version: '1.33.9' }))).toEqual(['fail kubernetes-version: 1.33.9']);
    expect(green(of({ ready: false }))).toEqual([expect.stringMatching(/^fail nodes-ready/)]);
    expect(green(of({ spot: true }))).toEqual([
      expect.stringMatching(/^warn spot-nodes.*g1 on n1, a1 on n1/),
    ]);
    expect(green({ nodePools: known([{ name: 'general', used: { cpu: 0.8 } }]) })).toEqual([
      'warn node-limits: nearly full: general has 80 % of its cpu',
    ]);
    expect([isOlder('1.9', '1.34'), isOlder('1.34.0', '1.34'), isOlder('2.0', '1.34')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('what serves', () => {
  it('is there, with more than one pod, and evictable', () => {
    const serving = (ready: number, wanted = 2) => ({
      serving: known([{ namespace: 'kourier-system', name: '3scale-kourier-gateway', ready, wanted }]),
    });
    expect(green({ serving: known([]) })[0]).toMatch(/^fail serving-ready/);
    expect(green(serving(0))).toEqual([
      'fail serving-ready: not ready: kourier-system/3scale-kourier-gateway (0 of 2)',
      expect.stringMatching(/^warn front-capacity/),
    ]);
    expect(green(serving(1))[0]).toMatch(/^warn serving-ready/);
    expect(green(serving(1, 1))).toContain(
      'warn serving-redundancy: only one: kourier-system/3scale-kourier-gateway',
    );
    expect(green({ budgets: known([{ name: 'shop/cart', pods: 1, allowed: 0 }]) })).toEqual([
      'warn disruption-budgets: no node with such a pod drains: shop/cart',
    ]);
    expect(green({ budgets: known([{ name: 'shop/cart', pods: 0, allowed: 0 }]) })).toEqual([]);
  });

  it('a webhook that all writes wait for has somebody behind it', () => {
    const webhook = {
      configuration: 'policy',
      kind: 'validating',
      required: true,
      service: 'p/p',
      ready: 0,
    } as const;
    const both = (over: object): string[] => {
      const webhooks = known([{ ...webhook, ...over }]);
      return notPassed(
        examine(
          region({ clusters: { blue: clusterFacts({ webhooks }), green: clusterFacts({ webhooks }) } }),
          'green',
        ),
      );
    };
    expect(both({})[0]).toMatch(/^fail admission-webhooks.*policy \(p\/p\)/);
    expect(both({ required: false })).toEqual([]);
    expect(both({ ready: 1 })).toEqual([]);
  });

  it('CoreDNS: none is not known, but with Auto Mode', () => {
    expect(green({ coreDns: known(null) })).toEqual([expect.stringMatching(/^unknown core-dns/)]);
    const dns = (ready: number) => ({
      coreDns: known({ namespace: 'kube-system', name: 'coredns', wanted: 2, ready }),
    });
    expect(green(dns(0))[0]).toMatch(/^fail core-dns/);
    expect(green(dns(1))).toEqual(['warn core-dns: 1 of 2 ready', 'warn core-dns-capacity: 1, not 2']);
  });
});

describe('what workloads ask for', () => {
  it('requests, quotas, and pulls of a registry that counts', () => {
    expect(green(workloads({ withoutRequests: ['shop/cart'] }))).toEqual([
      expect.stringMatching(/^warn resource-requests/),
    ]);
    expect(green({ quotas: known([{ name: 'shop/all', resource: 'pods', used: 1 }]) })[0]).toMatch(
      /^fail resource-quotas/,
    );
    const images = (count: number) =>
      workloads({ images: new Set(Array.from({ length: count }, (_, i) => `shop/app-${i}:1`)) });
    expect(green(images(50))).toEqual([]);
    expect(green(images(51))).toEqual([expect.stringMatching(/^warn image-pulls: up to 102 pulls/)]);
    expect(['nginx', 'shop/app', 'docker.io/a/b', 'index.docker.io/a'].map(isOfDockerHub)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['gcr.io/a/b', 'localhost/a', 'registry:5000/a', 'public.ecr.aws/a'].some(isOfDockerHub)).toBe(
      false,
    );
  });
});

describe('what differs between the clusters', () => {
  it('classes: one that is asked for and missing fails, one that is only other warns', () => {
    const storage = new Map([['fast', 'ebs.csi.aws.com']]);
    expect(blue({ storageClasses: known(storage) })).toEqual([
      'warn storage-classes: other there: fast is missing',
    ]);
    expect(
      blue({ storageClasses: known(storage), ...workloads({ storageClasses: new Set(['fast']) }) })[0],
    ).toMatch(/^fail storage-classes/);
    expect(
      blue({
        runtimeClasses: known(new Map([['gvisor', 'runsc']])),
        ...workloads({ runtimeClasses: new Set(['gvisor']) }),
      })[0],
    ).toMatch(/^fail runtime-classes/);
    const both = examine(
      region({
        clusters: {
          blue: clusterFacts({ priorityClasses: known(new Map([['high', '1000']])) }),
          green: clusterFacts({ priorityClasses: known(new Map([['high', '10']])) }),
        },
      }),
    );
    expect(notPassed(both)).toContain('warn priority-classes: other there: high is 10, not 1000');
  });

  it('custom resources, their versions, webhooks, and writers of old versions', () => {
    const crd = (...served: string[]) => known([{ name: 'widgets.example.com', served, stored: [] }]);
    expect(blue({ definitions: crd('v1') })).toEqual([
      'warn custom-resources: missing there: widgets.example.com',
    ]);
    const older = {
      blue: clusterFacts({ definitions: crd('v1', 'v1beta1') }),
      green: clusterFacts({ definitions: crd('v1') }),
    };
    expect(notPassed(examine(region({ clusters: older })))).toContain(
      'warn custom-resources: missing there: widgets.example.com in v1beta1',
    );
    expect(
      green({ webhooks: known([{ configuration: 'policy', kind: 'mutating', required: false }]) }),
    ).toEqual(['warn webhook-difference: differ: policy (mutating) only on green']);
    expect(
      blue({
        oldWrites: known([{ object: 'CronJob shop/r', through: 'batch/v1beta1 CronJob', by: 'helm' }]),
      }),
    ).toEqual([expect.stringMatching(/^warn api-versions.*CronJob shop\/r by helm/)]);
  });

  it('two external-dns with one owner would move the names by themselves', () => {
    const owner = (id: string) => workloads({ dnsOwners: new Map([['dns/external-dns', id]]) });
    const of = (a: string, b: string): string[] =>
      notPassed(
        examine(region({ clusters: { blue: clusterFacts(owner(a)), green: clusterFacts(owner(b)) } })),
      );
    expect(of('shop', 'shop')).toContain(
      'fail dns-owner: these overwrite what the other writes: dns/external-dns: shop',
    );
    expect(of('shop-blue', 'shop-green').some((text) => text.includes('dns-owner'))).toBe(false);
  });

  it('who calls the API server by its address is named', () => {
    const callers = workloads({
      apiServers: new Map([['blue.gr7.eu-west-1.eks.amazonaws.com', ['Deployment ci/agent']]]),
    });
    const results = examine(region({ clusters: { blue: clusterFacts(callers), green: clusterFacts() } }));
    expect(notPassed(results)).toEqual(['warn api-callers: its address is written in Deployment ci/agent']);
  });
});

describe('credentials', () => {
  const of = (over: object) =>
    credentialCheck({ of: 'AWS', how: 'a session', renews: false, ...over }, window).verdict;
  it('outlive the window or renew; what does not say is not known', () => {
    expect(of({ expiresAt: window.to })).toBe('fail');
    expect(of({ expiresAt: window.to + 1 })).toBe('pass');
    expect(of({ renews: true, expiresAt: from + 1 })).toBe('pass');
    expect(of({})).toBe('unknown');
    expect(of({ lasting: true })).toBe('pass');
    expect(of({ missing: 'nobody is signed in' })).toBe('fail');
  });
});
