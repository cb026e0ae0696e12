import { once } from 'node:events';

/** Writes a document to standard output, and waits until there is room for more. */
export async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}
