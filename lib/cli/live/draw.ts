import { paint } from '../paint.ts';
import { printable } from '../printable.ts';
import type { View } from './view.ts';

export interface DrawProps {
  readonly columns: number;
  readonly color: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Draws a view as lines, none wider than the terminal. */
export function drawView(view: View, { columns, color, now }: DrawProps): string {
  // The last column stays free: some terminals begin a new line when it is written.
  const width = Math.max(10, Math.min(columns, 100) - 1);
  const lines = [
    paint('dim', '─'.repeat(width), color),
    heading(view, width, color, now),
    ...(view.weights === undefined ? [] : [bar('weights', view.weights, width, color)]),
    ...(view.second === undefined ? [] : load(view, width, color)),
    ...steps(view, width, color),
  ];
  return lines.join('\n');
}

function cropped(text: string, width: number): string {
  const line = printable(text).replace(/[\t\n]+/g, ' ');
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`;
}

function heading(view: View, width: number, color: boolean, now: number): string {
  const seconds = Math.max(0, Math.round((now - view.since) / 1000));
  const mode = {
    starting: 'starting',
    forward: 'moving',
    back: 'ROLLING BACK',
    held: 'HELD',
    ended: view.outcome,
  }[view.mode];
  const text = `${view.title}   ${mode}   ${seconds} s${view.waiting === '' ? '' : `   ${view.waiting}`}`;
  return paint('bold', cropped(text, width), color);
}

function bar(
  label: string,
  parts: Readonly<Record<'blue' | 'green', number>>,
  width: number,
  color: boolean,
): string {
  const sum = parts.blue + parts.green;
  if (sum === 0) return cropped(`${label.padEnd(9)} nothing`, width);
  const share = (part: number): string => `${((part / sum) * 100).toFixed(1).replace(/\.0$/, '')} %`;
  const room = width - 36;
  if (room < 8) return cropped(`${label} blue ${share(parts.blue)}, green ${share(parts.green)}`, width);
  const blue = Math.round((parts.blue / sum) * room);
  // Two fillings, so that the colours are told apart without colour.
  const filling = paint('blue', '█'.repeat(blue), color) + paint('green', '░'.repeat(room - blue), color);
  return `${label.padEnd(9)} blue ${share(parts.blue).padStart(6)} ${filling} green ${share(parts.green).padStart(6)}`;
}

function load(view: View, width: number, color: boolean): string[] {
  const { second } = view;
  if (second === undefined) return [];
  const milliseconds = (value: number | null): string => (value === null ? '–' : `${value.toFixed(0)} ms`);
  const lost = `lost ${view.lost}`;
  const numbers = `requests  ${view.sent} sent, ${second.sent}/s, p50 ${milliseconds(second.p50)}, p99 ${milliseconds(second.p99)}, `;
  return [
    bar('arrived', second, width, color),
    cropped(numbers, width - lost.length) + paint(view.lost > 0 ? 'error' : 'good', lost, color),
  ];
}

function steps(view: View, width: number, color: boolean): string[] {
  if (view.steps.length === 0) return [];
  // The region stands in every name; here it would only take room.
  const names = view.steps.map((step) => step.split('/').at(-1) ?? step);
  const marked = names.map((name, index) => {
    if (index < view.step) return { text: `✓ ${name}`, style: 'good' as const };
    if (index === view.step)
      return {
        text: `${view.mode === 'back' ? '↩' : view.mode === 'held' ? '‖' : '▸'} ${name}`,
        style: 'bold' as const,
      };
    return { text: `· ${name}`, style: 'dim' as const };
  });
  const lines: string[] = [];
  let line = '';
  let length = 0;
  for (const { text, style } of marked) {
    if (length > 0 && length + text.length + 2 > width) {
      lines.push(line);
      line = '';
      length = 0;
    }
    line += `${length > 0 ? '  ' : ''}${paint(style, cropped(text, width), color)}`;
    length += text.length + (length > 0 ? 2 : 0);
  }
  return [...lines, line];
}
