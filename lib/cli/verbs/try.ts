import { type Colour, colours, type Fleet } from '../../fleet/index.ts';
import { exitCodes } from '../../messages/error.ts';
import { nearest } from '../../messages/index.ts';
import { chosenRegions } from '../chosen-regions.ts';
import { sayFailure } from '../failure.ts';
import { locatedFleet } from '../live-fleet.ts';
import { oneOf } from '../one-of.ts';
import type { LocatedOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { ask, NoAnswer, type TryAnswer } from '../try/ask.ts';
import { isAboutCertificate, type TriedAt, tryError, unknownHost } from '../try/no-answer.ts';
import { throughEntrance, tryTarget } from '../try/target.ts';

export interface TryOptions extends LocatedOptions {
  /** Must be given. */
  readonly colour?: string;
  /** @default - every region of the locator, one after another */
  readonly region?: string;
}

/**
 * `zeroshift try`: one request with the service's host name through a colour's entrance, whatever its weight.
 * @returns 0 when a service answered with less than 500 in every region, else 1
 */
export async function tryVerb(output: Output, options: TryOptions, host?: string): Promise<number> {
  const colour = oneOf(options.colour, colours, { code: 'usage.colour', where: '--colour', what: 'colour' });
  const target = tryTarget(host);
  const { fleet, locator } = await locatedFleet(options);
  const tries = chosenRegions(locator.regions, options.region).map(({ region, colours: locations }) => ({
    ...throughEntrance(target, locations[colour].entrance),
    colour,
    region,
  }));
  let exit: number = exitCodes.done;
  for (const at of tries)
    exit = Math.max(
      exit,
      // The other regions are tried all the same.
      await tryOnce(output, at, fleet).catch((error: unknown) => sayFailure(output, error)),
    );
  return exit;
}

async function tryOnce(output: Output, at: TriedAt, fleet: Fleet): Promise<number> {
  const { colour, region, url, address } = at;
  output.say('try.asking', { colour, region, url, address });
  const answer = await ask(at).catch(async (failure: unknown) => {
    if (!(failure instanceof NoAnswer)) throw failure;
    throw tryError(at, failure, isAboutCertificate(failure) ? await presented(at) : undefined);
  });
  if (answer.hostUnknown) {
    const hosts = await hostsOf(fleet, colour);
    throw unknownHost(at, hosts, nearest(at.host, hosts));
  }
  const { status, statusText, headers, complete, times, body } = answer;
  const failed = status >= 500;
  const revision = revisionOf(answer);
  output.say(failed ? 'try.failed' : 'try.answered', {
    colour,
    region,
    url,
    address,
    status,
    statusText,
    milliseconds: times,
    ...(revision === undefined ? {} : { revision }),
    headers,
    bytes: body.length,
    complete,
    ...textOf(answer),
  });
  return failed ? exitCodes.error : exitCodes.done;
}

/** Milliseconds for a second look, at the certificate alone. */
const lookMs = 5_000;

async function presented({ address, host }: TriedAt) {
  const { createEntrance } = await import('../../metrics/index.ts');
  const found = await createEntrance().certificate({ address, host, timeoutMs: lookMs });
  return 'error' in found ? undefined : found;
}

async function hostsOf(fleet: Fleet, colour: Colour): Promise<string[]> {
  const { fleetHosts } = await import('../../../charts/index.ts');
  return fleetHosts(fleet, colour);
}

/** Knative itself tells no client; a service may, and a rehearsal's does: `shop/cart-00001 cart-00001-deployment-…`. */
function revisionOf({ headers }: TryAnswer): string | undefined {
  const named = headers['k-revision'] ?? headers['x-revision'];
  return named ?? /^(\S+\/\S+) /.exec(headers['x-served-by'] ?? '')?.[1];
}

/** The body as text, unless it is something else. */
function textOf({ body, headers }: TryAnswer): { readonly body?: string } {
  const type = headers['content-type'] ?? 'text/plain';
  if (!/^(text\/|application\/(\S*\+)?(json|xml|yaml|javascript|problem|x-www-form-urlencoded))/i.test(type))
    return body.length === 0 ? { body: '' } : {};
  return { body: body.toString('utf8') };
}
