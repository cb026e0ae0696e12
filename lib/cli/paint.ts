import { styleText } from 'node:util';

const styles = {
  dim: 'dim',
  bold: 'bold',
  info: undefined,
  good: 'green',
  warn: 'yellow',
  error: 'red',
  blue: 'blueBright',
  green: 'greenBright',
} as const;

export type Style = keyof typeof styles;

/** Text in a style, or as it is where colour is not wanted. Nothing is ever said by colour alone. */
export function paint(style: Style, text: string, color: boolean): string {
  const format = styles[style];
  if (!color || format === undefined) return text;
  // The caller has decided: the stream is not asked again.
  return styleText(format, text, { validateStream: false });
}

/** Whether a stream gets colour: `--no-color` and `NO_COLOR` win, then it must be a terminal that can. */
export const wantsColor = (option: boolean, stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean =>
  option && (env.NO_COLOR ?? '') === '' && stream.isTTY === true && env.TERM !== 'dumb';
