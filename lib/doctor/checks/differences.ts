import type { Colour } from '../../fleet/colour.ts';
import { answer, both, type CheckResult, counted, findings, mapped, type Reading } from '../check.ts';
import type { ClusterFacts, DefinitionFacts, WorkloadFacts } from '../cluster-facts.ts';

/** Two colours of a region, the one that traffic moves away from first. */
export interface Pair<F> {
  readonly region: string;
  readonly from: Colour;
  readonly to: Colour;
  readonly source: F;
  readonly target: F;
}

type Classes = ReadonlyMap<string, string>;
const nothing: ReadonlySet<string> = new Set();

/** What the target's cluster has otherwise than the source's. */
export function differenceChecks({ region, from, to, source, target }: Pair<ClusterFacts>): CheckResult[] {
  const where = `${region} ${from} → ${to}`;
  const used = source.workloads;
  const classes = (
    check: string,
    what: string,
    pick: (facts: ClusterFacts) => Reading<Classes>,
    asked: (workloads: WorkloadFacts) => ReadonlySet<string>,
    todo: string,
  ): CheckResult =>
    answer({
      check,
      where,
      limit: `${to} has the ${what} of ${from}`,
      fact: both(pick(source), pick(target)),
      judge: ([ours, theirs]) => {
        const wanted = 'known' in used ? asked(used.known) : nothing;
        const missing = [...ours.keys()].filter((name) => !theirs.has(name));
        const needed = missing.filter((name) => wanted.has(name));
        const other = [...ours].filter(([name, text]) => theirs.has(name) && theirs.get(name) !== text);
        return findings(
          [
            ...missing.map((name) => `${name} is missing${wanted.has(name) ? ' and asked for' : ''}`),
            ...other.map(([name, text]) => `${name} is ${theirs.get(name)}, not ${text}`),
          ],
          {
            clean: counted(ours.size, 'class', 'classes'),
            wrong: 'other there',
            verdict: needed.length > 0 ? 'fail' : 'warn',
            todo,
          },
        );
      },
    });
  return [
    definitions(where, to, source, target),
    answer({
      check: 'api-versions',
      where,
      limit: `whoever writes to ${from} is understood by ${to}`,
      fact: both(source.oldWrites, target.served),
      judge: ([writes, served]) =>
        findings(
          [
            ...new Set(
              writes
                .filter(({ through }) => !served.has(through))
                .map(({ object, through, by }) => `${object} by ${by} through ${through}`),
            ),
          ],
          {
            clean: 'all of it',
            wrong: 'is written through what is gone there',
            verdict: 'warn',
            todo: 'move these manifests to the newer version of their API',
          },
        ),
    }),
    answer({
      check: 'webhook-difference',
      where,
      limit: `${to} admits what ${from} admits`,
      fact: both(source.webhooks, target.webhooks),
      judge: ([ours, theirs]) => {
        const names = (all: typeof ours): Set<string> =>
          new Set(all.map(({ kind, configuration }) => `${configuration} (${kind})`));
        const [here, there] = [names(ours), names(theirs)];
        return findings(
          [
            ...[...here].filter((name) => !there.has(name)).map((name) => `${name} only on ${from}`),
            ...[...there].filter((name) => !here.has(name)).map((name) => `${name} only on ${to}`),
          ],
          {
            clean: counted(here.size, 'configuration'),
            wrong: 'differ',
            verdict: 'warn',
            todo: 'install it on both, or see that services come up without it',
          },
        );
      },
    }),
    classes(
      'priority-classes',
      'priority classes',
      ({ priorityClasses }) => priorityClasses,
      // A migration brings those that are missing.
      () => nothing,
      'a migration brings what is missing; see that values are the same',
    ),
    classes(
      'storage-classes',
      'storage classes',
      ({ storageClasses }) => storageClasses,
      ({ storageClasses }) => storageClasses,
      `make the class on ${to}: a migration does not bring it`,
    ),
    classes(
      'runtime-classes',
      'runtime classes',
      ({ runtimeClasses }) => runtimeClasses,
      ({ runtimeClasses }) => runtimeClasses,
      `make the class on ${to}, and nodes that have its handler`,
    ),
    classes(
      'ingress-classes',
      'ingress classes',
      ({ ingressClasses }) => ingressClasses,
      () => nothing,
      'install the same ingress controllers, where an Ingress moves',
    ),
    answer({
      check: 'front-capacity',
      where,
      limit: `${to} has as many gateways and activators as ${from}`,
      fact: both(source.serving, target.serving),
      judge: ([ours, theirs]) => {
        const fewer = ours
          .filter(({ name }) => /^(3scale-kourier-gateway|activator)$/.test(name))
          .flatMap(({ name, ready }) => {
            const there = theirs.find((one) => one.name === name)?.ready ?? 0;
            return there < ready ? [`${name} ${there}, not ${ready}`] : [];
          });
        return findings(fewer, {
          clean: 'as many and more',
          wrong: 'fewer ready',
          verdict: 'warn',
          todo: 'raise their replicas before the first share: they do not grow as fast as it comes',
        });
      },
    }),
    ...dnsCapacity(where, from, to, source, target),
    answer({
      check: 'dns-owner',
      where,
      limit: 'no two external-dns with one owner id',
      fact: both(
        mapped(source.workloads, ({ dnsOwners }) => dnsOwners),
        mapped(target.workloads, ({ dnsOwners }) => dnsOwners),
      ),
      judge: ([ours, theirs]) => {
        const owners = new Set(ours.values());
        return findings(
          [...theirs].filter(([, owner]) => owners.has(owner)).map(([name, owner]) => `${name}: ${owner}`),
          {
            clean: 'none',
            wrong: 'these overwrite what the other writes',
            verdict: 'fail',
            todo: `give the one on ${to} another --txt-owner-id`,
          },
        );
      },
    }),
  ];
}

/** Where CoreDNS is no Deployment on both there is nothing to count: `core-dns` says so. */
function dnsCapacity(
  where: string,
  from: Colour,
  to: Colour,
  { coreDns: ours }: ClusterFacts,
  { coreDns: theirs }: ClusterFacts,
): CheckResult[] {
  const fact = both(ours, theirs);
  if ('known' in fact && fact.known.some((one) => one === null)) return [];
  return [
    answer({
      check: 'core-dns-capacity',
      where,
      limit: `${to} has as many pods of CoreDNS as ${from}`,
      fact,
      judge: ([here, there]) => {
        const [least, found] = [here?.ready ?? 0, there?.ready ?? 0];
        return found < least
          ? { value: `${found}, not ${least}`, verdict: 'warn', todo: 'raise its replicas' }
          : { value: `${found}`, verdict: 'pass' };
      },
    }),
  ];
}

function definitions(
  where: string,
  to: Colour,
  { definitions: ours }: ClusterFacts,
  { definitions: theirs }: ClusterFacts,
): CheckResult {
  return answer({
    check: 'custom-resources',
    where,
    limit: `${to} serves every custom resource, in the versions in use`,
    fact: both(ours, theirs),
    judge: ([here, there]) => {
      const known = new Map(there.map((one) => [one.name, one]));
      const found = here.flatMap((one) => lacking(one, known.get(one.name)) ?? []);
      return findings(found, {
        clean: counted(here.length, 'definition'),
        wrong: 'missing there',
        verdict: 'warn',
        todo: 'install what brings them; a migration says which of them something needs',
      });
    },
  });
}

function lacking(here: DefinitionFacts, there: DefinitionFacts | undefined): string | undefined {
  if (there === undefined) return here.name;
  const gone = here.served.filter((version) => !there.served.includes(version));
  return gone.length === 0 ? undefined : `${here.name} in ${gone.join(', ')}`;
}

/** @param endpoints addresses of the source's API server */
export function callerCheck(
  { region, from, to, source }: Pair<ClusterFacts>,
  endpoint: string | undefined,
): CheckResult {
  const host = endpoint?.replace(/^https:\/\//, '').toLowerCase();
  return answer({
    check: 'api-callers',
    where: `${region} ${from}`,
    limit: `nobody needs the API server of ${from} who does not know that of ${to}`,
    fact: host === undefined ? { why: 'the locator has no endpoint of it' } : source.workloads,
    unread: 'look for it in pipelines, agents and kubeconfigs',
    judge: ({ apiServers }) => {
      const callers = apiServers.get(host ?? '') ?? [];
      return callers.length > 0
        ? {
            value: `its address is written in ${callers.join(', ')}`,
            verdict: 'warn',
            todo: `give them the address of ${to}, or of both`,
          }
        : {
            value:
              'no workload names it; who calls from outside, such as a pipeline, cannot be seen from here',
            verdict: 'unknown',
            todo: 'look in its audit log for callers that do not run in it',
          };
    },
  });
}
