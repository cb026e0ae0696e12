import type { RequestEnd } from './gateway-stats.ts';

interface Counters {
  active: number;
  readonly byClass: Map<number, number>;
}

const upstream = 'envoy_cluster_upstream_rq';

/** What a gateway counts of each revision, under Envoy's names: one cluster a revision, called `namespace/revision`. */
export class RevisionStats {
  private readonly revisions = new Map<string, Counters>();

  begin(revision: string): void {
    const counters = this.revisions.get(revision) ?? { active: 0, byClass: new Map() };
    this.revisions.set(revision, counters);
    counters.active += 1;
  }

  end(revision: string, how: RequestEnd, status: number): void {
    const counters = this.revisions.get(revision);
    if (counters === undefined) return;
    counters.active -= 1;
    if (how === 'abandoned') return;
    const digit = Math.floor(status / 100);
    counters.byClass.set(digit, (counters.byClass.get(digit) ?? 0) + 1);
  }

  /** Prometheus' text format. `filter`: only statistics whose own name in Envoy, `cluster.NAME.upstream_rq_2xx`, has it. */
  text(filter?: RegExp): string {
    const lines: string[] = [];
    for (const [revision, { active, byClass }] of this.revisions) {
      const cluster = `envoy_cluster_name="${revision}"`;
      const add = (name: string, line: string): void => {
        if (filter?.test(`cluster.${revision}.${name}`) !== false) lines.push(line);
      };
      add('upstream_rq_active', `${upstream}_active{${cluster}} ${active}`);
      for (const [digit, count] of byClass)
        add(
          `upstream_rq_${digit}xx`,
          `${upstream}_xx{envoy_response_code_class="${digit}",${cluster}} ${count}`,
        );
    }
    return lines.map((line) => `${line}\n`).join('');
  }
}
