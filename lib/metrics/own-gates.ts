import { spawn } from 'node:child_process';
import type { OwnGate } from '../fleet/cutover-gates.ts';
import type { OwnAnswer, OwnGatePort, OwnQuestion } from './own-gate-port.ts';
import { createPrometheus, type Prometheus, unanswered } from './prometheus.ts';

type Said = Omit<OwnAnswer, 'name'>;

/** Characters of what is said that are kept. */
const keptLength = 300;

/** Asks the gates that a fleet defines: commands, HTTP, and queries of Prometheus. */
export const createOwnGates = (gates: readonly OwnGate[]): OwnGatePort => ({
  ask: (question) =>
    Promise.all(
      gates.map(async (gate) => ({
        name: gate.name,
        ...(await answerOf(gate, question).catch(
          (error: unknown): Said => ({ text: error instanceof Error ? error.message : String(error) }),
        )),
      })),
    ),
});

function answerOf(gate: OwnGate, question: OwnQuestion): Promise<Said> {
  const timeoutMs = gate.timeout.milliseconds;
  if (gate.run !== undefined) return run(gate.run, question, timeoutMs);
  if (gate.url !== undefined) return get(filled(gate.url, question), gate.pointer, timeoutMs);
  const { url = '', query = '', token } = gate.prometheus ?? {};
  return one(createPrometheus(url, token), filled(query, question), timeoutMs);
}

const filled = (text: string, question: OwnQuestion): string =>
  text.replace(/\{(region|from|to)\}/g, (_, name: keyof OwnQuestion) => question[name]);

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)?.trim().slice(-keptLength) ?? '';

/** A command: no shell, a group of its own, so that what it has started ends with it. */
function run(
  [command = '', ...args]: readonly string[],
  { region, from, to }: OwnQuestion,
  timeoutMs: number,
): Promise<Said> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ZEROSHIFT_REGION: region, ZEROSHIFT_FROM: from, ZEROSHIFT_TO: to },
    });
    let said = '';
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString('utf8')).slice(-10 * keptLength);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const done = (answer: Said): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    const timer = setTimeout(() => {
      if (child.pid !== undefined) endGroup(child.pid);
      done({ text: `no answer within ${timeoutMs / 1000} s` });
    }, timeoutMs);
    child.on('error', (error) => done({ text: `it could not be started: ${error.message}` }));
    // Its last words may come after its exit; who holds its pipes open longer is not waited for.
    child.on('exit', (code, signal) => {
      setImmediate(() => {
        const words = lastLine(said);
        if (code === null) done({ text: `it was ended by ${signal}` });
        else done({ ok: code === 0, text: words === '' ? `exit code ${code}` : words });
      });
    });
  });
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

async function get(url: string, pointer: string | undefined, timeoutMs: number): Promise<Said> {
  const signal = AbortSignal.timeout(timeoutMs);
  const read = async (): Promise<{ readonly status: number; readonly text: string }> => {
    const response = await fetch(url, { redirect: 'manual', signal });
    return { status: response.status, text: await response.text() };
  };
  const { status, text } = await read().catch((cause: unknown) => {
    throw new Error(unanswered(cause, timeoutMs), { cause });
  });
  const good = status >= 200 && status <= 299;
  if (pointer === undefined) return { ok: good, text: `status ${status}` };
  // What is no answer to the question has no number in it.
  if (!good) return { text: `status ${status}` };
  const value = numberAt(text, pointer);
  return value === undefined
    ? { text: `no number at ${pointer}` }
    : { value, text: `${value} at ${pointer}` };
}

/** The number that a JSON Pointer (RFC 6901) leads to. */
function numberAt(text: string, pointer: string): number | undefined {
  let at: unknown;
  try {
    at = JSON.parse(text);
  } catch {
    return undefined;
  }
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = Reflect.get(at, key);
  }
  return typeof at === 'number' && Number.isFinite(at) ? at : undefined;
}

async function one(server: Prometheus, query: string, timeoutMs: number): Promise<Said> {
  const samples = await server.query(query, timeoutMs);
  const [sample, ...others] = samples;
  if (sample === undefined) return { text: 'the query gives nothing' };
  if (others.length > 0) return { text: `the query gives ${samples.length} series, not one` };
  if (!Number.isFinite(sample.value)) return { text: `the query gives ${sample.value}` };
  return { value: sample.value, text: `${sample.value}` };
}
