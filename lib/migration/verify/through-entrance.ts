import type { EntranceLocation } from '../../fleet/locator.ts';
import type { EntranceAnswer, EntrancePort, PageRequest } from '../../metrics/entrance-port.ts';
import { answerDifference, failureOf } from './compare-answers.ts';
import { compareCertificates } from './compare-certificates.ts';
import type { Finding, HostCertificate } from './verdict.ts';

/** Both colours' entrances, and who asks them. */
export interface VerifyEntrances {
  readonly source: EntranceLocation;
  readonly target: EntranceLocation;
  readonly port: EntrancePort;
}

/** A host on the source, and what it is called on the target. */
export interface HostPair {
  readonly source: string;
  readonly target: string;
  /** Whether its requests go to more than one revision, by chance. */
  readonly split: boolean;
}

export interface EntranceFindings {
  readonly differences: readonly Finding[];
  readonly notes: readonly string[];
  readonly certificates: readonly HostCertificate[];
}

/** Long enough for a service that starts from zero. */
const timeoutMs = 15_000;
const handshakeMs = 5_000;
/** Bytes of each body that are compared. */
const maxBytes = 1024 * 1024;
/** How often a host whose traffic is split is asked for two answers that are the same. */
const splitTries = 8;

/** What one host of a service answers through the target's entrance, and through the source's where they must agree. */
export async function throughEntrance(
  host: HostPair,
  { source, target, port }: VerifyEntrances,
  paths: readonly string[],
  now: number,
): Promise<EntranceFindings> {
  const differences: Finding[] = [];
  const notes: string[] = [];
  const certificates: HostCertificate[] = [];
  const [sourcePlain, targetPlain] = [source.addresses['80'], target.addresses['80']];
  const [sourceTls, targetTls] = [source.addresses['443'], target.addresses['443']];
  let tls = false;
  if (sourceTls !== undefined && targetTls !== undefined) {
    const [here, there] = await Promise.all([
      port.certificate({ address: sourceTls, host: host.source, timeoutMs: handshakeMs }),
      port.certificate({ address: targetTls, host: host.target, timeoutMs: handshakeMs }),
    ]);
    const where = `https://${host.target}`;
    const { difference, note } = compareCertificates(here, there, now);
    if (difference !== undefined) differences.push({ where, says: difference });
    if (note !== undefined) notes.push(`${where}: ${note}`);
    tls = !('error' in here) && here.covers && !('error' in there);
    if (tls && !('error' in there))
      certificates.push({
        host: host.target,
        issuer: there.issuer,
        expires: new Date(there.validTo).toISOString(),
      });
  }
  const page = (to: 'source' | 'target', path: string, bytes: number, encrypted: boolean): PageRequest => {
    const plain = to === 'source' ? sourcePlain : targetPlain;
    const address = encrypted ? (to === 'source' ? sourceTls : targetTls) : plain;
    return { address: address ?? '', host: host[to], path, tls: encrypted, maxBytes: bytes, timeoutMs };
  };
  const ask = async (path: string, bytes: number, encrypted: boolean) => {
    const [here, there] = await Promise.all([
      port.get(page('source', path, bytes, encrypted)),
      port.get(page('target', path, bytes, encrypted)),
    ]);
    return { here, there };
  };

  if (sourcePlain !== undefined && targetPlain !== undefined) {
    const there = failureOf(await port.get(page('target', '/', 0, false)));
    // A second look, at the source: what it does not answer either is no matter of the migration.
    const here = there === undefined ? undefined : failureOf(await port.get(page('source', '/', 0, false)));
    const where = `http://${host.target}/`;
    if (there !== undefined && here === undefined)
      differences.push({ where, says: `${there}, while the source answers` });
    else if (there !== undefined) notes.push(`${where}: ${there}; on the source as well: ${here}`);
  }

  const reachable = tls || (sourcePlain !== undefined && targetPlain !== undefined);
  if (!reachable && paths.length > 0)
    notes.push(`${host.target}: no answers compared, for both entrances have no port in common`);
  for (const path of reachable ? paths : []) {
    const where = `${tls ? 'https' : 'http'}://${host.target}${path}`;
    let says: string | undefined;
    for (let tries = host.split ? splitTries : 1; tries > 0; tries--) {
      const { here, there } = await ask(path, maxBytes, tls);
      if ('error' in here) {
        notes.push(`${where}: not compared, for the source gave no complete answer: ${here.error}`);
        says = undefined;
        break;
      }
      says = 'error' in there ? there.error : pageDifference(there, here);
      if (says === undefined) {
        if (here.truncated) notes.push(`${where}: only the first ${maxBytes} bytes were compared`);
        break;
      }
    }
    if (says !== undefined) differences.push({ where, says });
  }
  return { differences, notes, certificates };
}

const pageDifference = (found: EntranceAnswer, wanted: EntranceAnswer): string | undefined =>
  answerDifference(found, wanted) ??
  (found.truncated === wanted.truncated
    ? undefined
    : `body ${found.truncated ? 'longer' : 'shorter'} than the source's`);
