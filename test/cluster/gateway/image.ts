import type { ImageContent, ImageFile } from '../images/index.ts';
import { run } from '../machine/index.ts';

/** What the drain script is run by, and what it calls. */
const tools = ['/bin/bash', '/bin/cat', '/bin/sleep'];

/**
 * A gateway's image: Envoy where the Deployment calls it, what the drain script needs, and their libraries from this
 * machine. @param envoy path of Envoy's binary
 */
export async function gatewayImage(envoy: string): Promise<ImageContent> {
  const libraries = await librariesOf([envoy, ...tools]);
  return {
    entrypoint: ['/usr/local/bin/envoy'],
    files: [
      { to: '/usr/local/bin/envoy', from: envoy },
      ...[...tools, ...libraries].map((path): ImageFile => ({ to: path, from: path })),
      // Upstream's own hook asks for this shell.
      { to: '/bin/sh', from: { target: 'bash' } },
    ],
  };
}

/** The image of the program that stands in for Kourier's controller. @param binary path of the built program */
export const controllerImage = (binary: string): ImageContent => ({
  entrypoint: ['/ko-app/kourier'],
  files: [{ to: '/ko-app/kourier', from: binary }],
});

/** Absolute paths of the libraries that programs load, the loader included. */
async function librariesOf(programs: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const program of programs)
    for (const [, path] of (await run('ldd', [program])).matchAll(/^\t(?:\S+ => )?(\/\S+)/gm))
      if (path !== undefined) found.add(path);
  return [...found].sort();
}
