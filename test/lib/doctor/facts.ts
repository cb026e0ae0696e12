import type { AwsFacts, ColourFacts } from '../../../lib/doctor/aws-facts.ts';
import type { CheckResult } from '../../../lib/doctor/check.ts';
import type { ClusterFacts } from '../../../lib/doctor/cluster-facts.ts';

/** Facts of a region in which nothing is wrong; a test says what is. */

export const clusterFacts = (over: Partial<ClusterFacts> = {}): ClusterFacts => ({
  answers: { known: true },
  nodes: {
    known: ['n1', 'n2'].map((name) => ({
      name,
      version: '1.35.1',
      ready: true,
      auto: false,
      spot: false,
      leaving: false,
    })),
  },
  nodeClaims: { known: [] },
  nodePools: { known: [] },
  serving: {
    known: ['3scale-kourier-gateway', 'activator', 'webhook', 'controller'].map((name) => ({
      namespace: 'knative-serving',
      name,
      wanted: 2,
      ready: 2,
    })),
  },
  frontPods: {
    known: [
      { role: 'gateway', name: 'g1', node: 'n1' },
      { role: 'activator', name: 'a1', node: 'n1' },
    ],
  },
  coreDns: { known: { namespace: 'kube-system', name: 'coredns', wanted: 2, ready: 2 } },
  budgets: { known: [] },
  webhooks: { known: [] },
  definitions: { known: [] },
  priorityClasses: { known: new Map() },
  storageClasses: { known: new Map() },
  runtimeClasses: { known: new Map() },
  ingressClasses: { known: new Map() },
  quotas: { known: [] },
  workloads: {
    known: {
      priorityClasses: new Set(),
      storageClasses: new Set(),
      runtimeClasses: new Set(),
      images: new Set(),
      withoutRequests: [],
      services: 3,
      dnsOwners: new Map(),
      apiServers: new Map(),
      pods: 10,
    },
  },
  accountRoles: { known: new Map() },
  oldWrites: { known: [] },
  served: { known: new Set() },
  ...over,
});

const issuer = (colour: string): string => `oidc.eks.eu-west-1.amazonaws.com/id/${colour}`;

export const colourFacts = (colour: string, over: Partial<ColourFacts> = {}): ColourFacts => ({
  cluster: {
    known: {
      name: `shop-${colour}`,
      status: 'ACTIVE',
      version: '1.35',
      issuer: issuer(colour),
      subnetIds: ['s1'],
      securityGroupIds: [`sg-${colour}`],
      issues: [],
    },
  },
  nodeGroups: { known: [] },
  podIdentities: { known: new Map() },
  insights: { known: [] },
  subnets: { known: [{ id: 's1', free: 200 }] },
  admittedBy: { known: new Map() },
  egress: { known: ['192.0.2.1'] },
  targets: { known: [{ group: `shop-${colour}-80`, healthy: 2, all: 2 }] },
  ...over,
});

export const awsFacts = (over: Partial<AwsFacts> = {}): AwsFacts => ({
  account: {
    interfaces: { known: { used: 10, limit: 5000 } },
    vcpus: { known: { used: 16, limit: 256, byCluster: { 'shop-blue': 8, 'shop-green': 8 } } },
    addresses: { known: { used: 1, limit: 5 } },
    networks: { known: { used: 1, limit: 5 } },
    providers: { known: { used: 2, limit: 100, issuers: [issuer('blue'), issuer('green')] } },
  },
  colours: { blue: colourFacts('blue'), green: colourFacts('green') },
  trusts: { known: new Map() },
  ...over,
});

/** `check verdict value` of what is no pass. */
export const notPassed = (results: readonly CheckResult[]): string[] =>
  results
    .filter(({ verdict }) => verdict !== 'pass')
    .map((one) => `${one.verdict} ${one.check}: ${one.value}`);
