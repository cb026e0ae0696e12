import type { Colour, Fleet, RegionLocation } from '../../fleet/index.ts';
import { exitCodes, type Problem, ZeroshiftError } from '../../messages/error.ts';
import type { EntrancePort } from '../../metrics/index.ts';
import {
  addVerdict,
  isFailure,
  type ServiceVerdict,
  sumsText,
  sumVerdicts,
  type VerdictSums,
  type VerifyReader,
  type VerifyTarget,
  verdictLines,
  verifyMigration,
} from '../../migration/verify/index.ts';
import { paint } from '../paint.ts';
import { printable } from '../printable.ts';

export interface VerifyPartProps {
  /** The fleet as it was defined. */
  readonly fleet: Fleet;
  /** The regions that are looked at. */
  readonly regions: readonly RegionLocation[];
  readonly from: Colour;
  readonly to: Colour;
  /** Paths whose answers are compared, from `--get`. @default - none */
  readonly get?: readonly string[];
  /** @default - all but the system's */
  readonly namespaces?: readonly string[];
  /** One JSON object a line. @default false */
  readonly json?: boolean;
  readonly color: boolean;
  /** Takes lines as they come, each with its end. */
  readonly write: (text: string) => void;
  /** How clusters and entrances are reached. @default - as the locator says */
  readonly ports?: VerifyPorts;
}

export interface VerifyPorts {
  readonly entrance: EntrancePort;
  cluster(location: RegionLocation['colours'][Colour]['cluster']): VerifyReader & VerifyTarget;
}

/**
 * `zeroshift migrate --verify`: says of every service whether it is the same on the other colour. Reads only.
 * @returns 0 when all are the same, or ready on neither colour; 4 when one is different or not ready
 * @throws ZeroshiftError `usage.get-path`, and what the ports throw
 */
export async function verifyPart(props: VerifyPartProps): Promise<number> {
  const { fleet, regions, from, to, get = [], json = false, color, write } = props;
  refuseBadPaths(get);
  const ports = props.ports ?? (await realPorts());
  const sums = { ...sumVerdicts([]) };
  let failures = 0;
  for (const { region, colours } of regions) {
    if (!json) write(`${paint('bold', `${from} and ${to} in ${region}`, color)}\n`);
    const verdicts = verifyMigration({
      source: ports.cluster(colours[from].cluster),
      target: ports.cluster(colours[to].cluster),
      entrances: { source: colours[from].entrance, target: colours[to].entrance, port: ports.entrance },
      paths: get,
      ...(props.namespaces === undefined ? {} : { namespaces: props.namespaces }),
      ...(fleet.migration === undefined
        ? {}
        : { rewriting: { migration: fleet.migration, context: { from, to, region } } }),
    });
    for await (const verdict of verdicts) {
      addVerdict(sums, verdict);
      if (isFailure(verdict)) failures++;
      write(json ? jsonLine(region, verdict) : textLines(verdict, color));
    }
  }
  write(json ? sumsLine(from, to, sums) : `\n${sumsText(sums)}\n`);
  return failures === 0 ? exitCodes.done : exitCodes.gateFailed;
}

/** Each path as it goes into a request, so that nothing else does. @throws ZeroshiftError `usage.get-path` */
function refuseBadPaths(paths: readonly string[]): void {
  const problems = paths
    .filter((path) => !/^\/[!-~]*$/.test(path) || path.includes('#'))
    .map(
      (path): Problem => ({ where: '--get', value: path, allowed: 'a path such as /healthz or /api?q=1' }),
    );
  if (problems.length > 0)
    throw new ZeroshiftError('a path whose answers are to be compared is none', {
      code: 'usage.get-path',
      source: 'user',
      problems,
    });
}

async function realPorts(): Promise<VerifyPorts> {
  const [{ createKubernetesCluster }, { createEntrance }] = await Promise.all([
    import('../../clusters/index.ts'),
    import('../../metrics/index.ts'),
  ]);
  return { entrance: createEntrance(), cluster: (location) => createKubernetesCluster(location) };
}

const styles = { plain: 'info', title: 'bold', good: 'good', warn: 'warn', error: 'error' } as const;

const textLines = (verdict: ServiceVerdict, color: boolean): string =>
  verdictLines(verdict)
    .map(({ text, style }) => `${paint(styles[style], printable(text), color)}\n`)
    .join('');

/** Field names are a contract. */
const jsonLine = (region: string, verdict: ServiceVerdict): string =>
  `${JSON.stringify({ line: 'service', region, ...verdict, failure: isFailure(verdict) })}\n`;

const sumsLine = (from: Colour, to: Colour, sums: VerdictSums): string =>
  `${JSON.stringify({ line: 'verification', from, to, sums })}\n`;
