import type { EntranceLocation } from '../../fleet/locator.ts';
import { ZeroshiftError } from '../../messages/error.ts';

/** What is asked for, whichever entrance it goes through. */
export interface TryTarget {
  readonly tls: boolean;
  /** Host name, without a port. */
  readonly host: string;
  /** Listener port of the fleet; undefined where none was said. */
  readonly port: string | undefined;
  /** Path and query. */
  readonly path: string;
}

const allowed = 'HOST, HOST/PATH, or a URL with http:// or https://';
const form = /^(?:(https?):\/\/)?([^/?#]+)([/?][^#]*)?(?:#.*)?$/i;

/** Reads `HOST[/PATH]`, with or without a scheme. @throws ZeroshiftError `usage.host` */
export function tryTarget(given: string | undefined): TryTarget {
  const [, scheme, authority = '', rest = ''] = form.exec(given ?? '') ?? [];
  // What ends in a colon is a scheme that nothing follows, or another one than these.
  const url =
    authority === '' || authority.endsWith(':')
      ? undefined
      : parsed(`${scheme ?? 'http'}://${authority}${rest}`);
  if (url === undefined || url.username !== '' || url.password !== '')
    throw new ZeroshiftError(given === undefined ? 'no host was given' : 'this is no host', {
      code: 'usage.host',
      source: 'user',
      problems: [{ where: 'HOST', value: given, allowed }],
    });
  const tls = url.protocol === 'https:';
  // A URL leaves out the port that its scheme means anyway.
  const said = url.port !== '' ? url.port : scheme === undefined ? /:(\d+)$/.exec(authority)?.[1] : undefined;
  return {
    tls,
    host: url.hostname,
    port: said ?? (scheme === undefined ? undefined : tls ? '443' : '80'),
    path: `${url.pathname}${url.search}`,
  };
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** A target as it goes through one entrance. */
export interface EntranceTry extends TryTarget {
  readonly port: string;
  /** `host:port` to dial. */
  readonly address: string;
  /** As a person writes it. */
  readonly url: string;
}

/**
 * The listener of an entrance that a target goes to: the one that was said, else 80, else 443 by TLS.
 * @throws ZeroshiftError `usage.port`
 */
export function throughEntrance(target: TryTarget, { addresses }: EntranceLocation): EntranceTry {
  const ports = Object.keys(addresses);
  const port = target.port ?? ['80', '443'].find((usual) => ports.includes(usual)) ?? ports[0] ?? '80';
  const address = addresses[port];
  if (address === undefined)
    throw new ZeroshiftError(`the entrance does not listen on port ${port}`, {
      code: 'usage.port',
      source: 'user',
      problems: [{ where: 'HOST', value: port, allowed: `the fleet's ports, ${ports.join(', ')}` }],
      action: `say which: ${ports.includes('80') ? 'http' : 'https'}://${target.host}${target.path}`,
    });
  const tls = target.tls || (target.port === undefined && port === '443');
  const scheme = tls ? 'https' : 'http';
  const usual = port === (tls ? '443' : '80');
  return {
    ...target,
    tls,
    port,
    address,
    url: `${scheme}://${target.host}${usual ? '' : `:${port}`}${target.path}`,
  };
}
