import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { LiveScreen } from '../../../lib/cli/live/screen.ts';
import { createOutput, lineOf, type OutputProps } from '../../../lib/cli/output.ts';
import { paint, wantsColor } from '../../../lib/cli/paint.ts';
import type { SaidEvent } from '../../../lib/messages/index.ts';

/** A stream that keeps what is written to it. */
function sink(isTTY = false) {
  const stream = Object.assign(new PassThrough(), { isTTY });
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return { stream, text: () => text };
}

function output(props: Partial<OutputProps> = {}) {
  const [stdout, stderr] = [sink(), sink()];
  const created = createOutput({
    json: false,
    color: false,
    stdout: stdout.stream,
    stderr: stderr.stream,
    now: () => new Date('2026-11-24T06:12:03.456Z'),
    ...props,
  });
  return { ...created, stdout, stderr };
}

const failure = {
  code: 'fleet.invalid',
  message: 'the fleet has a mistake',
  problems: ['name: …'],
  action: 'mend it',
};

describe('plain lines', () => {
  it('have the time, a mark for the level, and more lines below the text', () => {
    const { say, stdout, stderr } = output();
    say('synth.written', { colour: 'blue', files: 3, directory: 'm/blue' });
    say('synth.unchanged', { directory: 'm' });
    say('synth.changed', { file: 'm/a.yaml', change: 'missing' });
    say('error.failed', failure);
    expect(stdout.text()).toBe(
      '06:12:03   blue: 3 manifests in m/blue\n06:12:03 ✓ m is up to date\n06:12:03 ! m/a.yaml is missing\n',
    );
    // Seen although the rest is piped somewhere.
    expect(stderr.text()).toBe(
      '06:12:03 ✗ the fleet has a mistake [fleet.invalid]\n             name: …\n             to do: mend it\n',
    );
  });

  it('leave out what only machines and live views want', () => {
    const { say, stdout } = output();
    say('cutover.waiting', { reason: 'pods' });
    expect(stdout.text()).toBe('');
  });

  it('mean the same with colour and without', () => {
    const said = {
      event: 'error.failed',
      at: '2026-11-24T06:12:03.456Z',
      level: 'error',
      ...failure,
    } as SaidEvent;
    expect(lineOf(said, true)).not.toBe(lineOf(said, false));
    expect(stripVTControlCharacters(lineOf(said, true))).toBe(lineOf(said, false));
  });

  it('let nothing through that moves the cursor or sets a colour', () => {
    const { say, stderr } = output();
    say('error.failed', { ...failure, message: 'a\u001b[31mred\u001b]0;title\u0007 \u009b2J\rback\u0008' });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(stderr.text()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(stderr.text()).toContain('ared');
  });

  it('of a failure are painted for the terminal that they go to', () => {
    const [terminal, file] = [sink(true), sink()];
    output({ color: true, stderr: terminal.stream }).say('error.failed', failure);
    output({ color: true, stderr: file.stream }).say('error.failed', failure);
    expect(terminal.text()).not.toBe(file.text());
    expect(stripVTControlCharacters(terminal.text())).toBe(file.text());
  });
});

describe('--json', () => {
  it('prints every event, failures too, as one object a line on standard output', () => {
    const { say, stdout, stderr } = output({ json: true });
    say('cutover.waiting', { reason: 'two\nlines\u2028' });
    say('error.failed', failure);
    const lines = stdout
      .text()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      { event: 'cutover.waiting', at: '2026-11-24T06:12:03.456Z', level: 'info', reason: 'two\nlines\u2028' },
      { event: 'error.failed', at: '2026-11-24T06:12:03.456Z', level: 'error', ...failure },
    ]);
    expect(stderr.text()).toBe('');
  });
});

describe('a live view', () => {
  function live() {
    const calls: string[] = [];
    const screen: LiveScreen = {
      tell: ({ event }) => calls.push(`tell ${event}`),
      above: (text) => calls.push(`above ${text.trimEnd().slice(11)}`),
      close: () => calls.push('close'),
    };
    return { calls, ...output({ live: screen }) };
  }

  it('is told everything, and lines go above it', () => {
    const { say, calls, stdout } = live();
    say('cutover.waiting', { reason: 'pods' });
    say('synth.unchanged', { directory: 'm' });
    expect(calls).toEqual(['tell cutover.waiting', 'tell synth.unchanged', 'above m is up to date']);
    expect(stdout.text()).toBe('');
  });

  it('is taken away before a failure is said, and at the end', () => {
    const { say, close, calls, stderr } = live();
    say('error.failed', failure);
    expect(calls).toEqual(['tell error.failed', 'close']);
    expect(stderr.text()).toContain('the fleet has a mistake');
    close();
    expect(calls.at(-1)).toBe('close');
  });
});

it('goes on in silence when nobody reads any more, and says so once', () => {
  const { stream, text } = sink();
  const { say, readerGone } = output({ stdout: stream });
  say('synth.unchanged', { directory: 'first' });
  stream.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  expect(readerGone.aborted).toBe(true);
  say('synth.unchanged', { directory: 'second' });
  stream.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  expect(text()).toContain('first');
  expect(text()).not.toContain('second');
});

describe('colour', () => {
  it.each([
    ['a terminal', true, { isTTY: true }, {}, true],
    ['a pipe', true, {}, {}, false],
    ['--no-color', false, { isTTY: true }, {}, false],
    ['NO_COLOR', true, { isTTY: true }, { NO_COLOR: '1' }, false],
    ['an empty NO_COLOR, which means nothing', true, { isTTY: true }, { NO_COLOR: '' }, true],
    ['a terminal that cannot', true, { isTTY: true }, { TERM: 'dumb' }, false],
  ])('%s', (_, option, stream, env, expected) => {
    expect(wantsColor(option, stream, env)).toBe(expected);
  });

  it('adds nothing but colour', () => {
    for (const style of ['dim', 'bold', 'info', 'good', 'warn', 'error', 'blue', 'green'] as const) {
      expect(paint(style, 'text', false)).toBe('text');
      expect(stripVTControlCharacters(paint(style, 'text', true))).toBe('text');
    }
  });
});
