import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { type Colour, colours } from '../../fleet/colour.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { nearest } from '../../messages/nearest.ts';

export interface ChosenContexts {
  /** Absolute path. */
  readonly kubeconfig: string;
  readonly contexts: Readonly<Record<Colour, string>>;
}

/**
 * The two contexts that `blue,green` names, in a kubeconfig.
 * @param kubeconfig a path. @default - `KUBECONFIG`, else `~/.kube/config`
 * @throws ZeroshiftError `usage.contexts`, `usage.kubeconfig`
 */
export async function chooseContexts(given: string, kubeconfig?: string): Promise<ChosenContexts> {
  const [blue, green, ...more] = given.split(',').map((name) => name.trim());
  if (!blue || !green || more.length > 0 || blue === green)
    throw new ZeroshiftError('a rehearsal needs two contexts', {
      code: 'usage.contexts',
      source: 'user',
      problems: [
        { where: '--contexts', value: given, allowed: "two different ones: blue's, a comma, green's" },
      ],
    });
  const file = kubeconfigFile(kubeconfig);
  const known = await contextsIn(file);
  const contexts = { blue, green };
  const unknown = colours.map((colour) => contexts[colour]).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const near = unknown.flatMap((name) => nearest(name, known) ?? []);
    throw new ZeroshiftError('the kubeconfig has no such context', {
      code: 'usage.contexts',
      source: 'user',
      problems: unknown.map((name) => ({
        where: '--contexts',
        value: name,
        allowed: known.join(', ') || 'nothing: there is none',
      })),
      action:
        near.length > 0
          ? `did you mean ${near.join(' and ')}?`
          : `name contexts of ${file}, or another file with --kubeconfig`,
    });
  }
  return { kubeconfig: file, contexts };
}

function kubeconfigFile(given: string | undefined): string {
  const named = given ?? (process.env.KUBECONFIG || join(homedir(), '.kube', 'config'));
  const files = named.split(delimiter).filter((file) => file !== '');
  const [file] = files;
  if (file === undefined || files.length > 1)
    throw new ZeroshiftError('a rehearsal needs one kubeconfig', {
      code: 'usage.kubeconfig',
      source: 'user',
      problems: [{ where: 'KUBECONFIG', value: named, allowed: 'one file' }],
      action: 'name one file with --kubeconfig',
    });
  return resolve(file);
}

async function contextsIn(file: string): Promise<string[]> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (cause) {
    throw new ZeroshiftError('the kubeconfig cannot be read', {
      code: 'usage.kubeconfig',
      source: 'user',
      problems: [{ where: '--kubeconfig', value: file, allowed: 'a kubeconfig' }],
      action: `see what is wrong with it: ${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}`,
      cause,
    });
  }
  return config.getContexts().map(({ name }) => name);
}
