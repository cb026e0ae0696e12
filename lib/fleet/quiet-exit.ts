let exit: typeof process.exit | undefined;
let running = 0;

const refused = (code?: number | string | null): never => {
  throw new Error(`it calls process.exit(${code ?? ''}), but a definition has only to export`);
};

/** Runs what must not end the process: `process.exit` throws meanwhile. */
export async function quietExit<T>(run: () => Promise<T>): Promise<T> {
  if (running++ === 0) {
    exit = process.exit;
    process.exit = refused;
  }
  try {
    return await run();
  } finally {
    if (--running === 0 && exit !== undefined) process.exit = exit;
  }
}
