import type { KubeObject } from '../clusters/cluster-port.ts';
import { yamlText } from '../manifests/index.ts';
import type { InventoryEntry, InventoryObject, InventoryUnread, StayReason } from '../migration/index.ts';
import {
  count,
  kindText,
  missingText,
  noSums,
  placeText,
  reasonTexts,
  remarks,
  settingText,
  sumsText,
} from './inventory-words.ts';
import { paint, type Style } from './paint.ts';
import { printable } from './printable.ts';

/** How an inventory is written: lines for each entry as it comes, and lines when it is complete. */
export interface InventoryFormat {
  entry(entry: InventoryEntry): string[];
  end(): string[];
}

export interface Place {
  readonly colour: string;
  readonly region: string;
  readonly cluster: string;
}

const unreadText = ({ kind, namespace, why }: InventoryUnread): string =>
  `${kind}${namespace === undefined ? '' : ` in ${namespace}`}: ${why}`;

/** One JSON object a line. Field names are a contract; what stays is told without its content. */
export function jsonLines({ colour, region }: Place): InventoryFormat {
  return {
    entry: (entry) => {
      const { object, ...told } = entry as InventoryObject;
      const whole = entry.entry === 'object' && entry.fate === 'moves' ? { ...told, object } : told;
      return [JSON.stringify({ colour, region, ...whole })];
    },
    end: () => [],
  };
}

/** Revisions are made by their services, and Secrets have no values here: as objects both would do harm. */
const isOnlyTold = ({ apiVersion, kind }: InventoryObject): boolean =>
  (kind === 'Revision' && apiVersion.startsWith('serving.knative.dev/')) ||
  (apiVersion === 'v1' && kind === 'Secret');

/** As people write objects: what it is called before what is in it. */
const inOrder = ({ apiVersion, kind, metadata, ...rest }: KubeObject) => ({
  apiVersion,
  kind,
  metadata,
  ...rest,
});

const comment = (text: string): string[] =>
  printable(text)
    .split('\n')
    .map((line) => `# ${line}`);

/** What moves as YAML that kubectl takes; the rest as comments. */
export function yamlLines({ colour, region, cluster }: Place): InventoryFormat {
  const sums = noSums();
  let begun = false;
  const told = (entry: InventoryEntry): string => {
    switch (entry.entry) {
      case 'object': {
        const why = entry.fate === 'stays' ? `stays: ${entry.reason}; ` : 'moves; ';
        return `${why}${[`${kindText(entry)} ${placeText(entry)}`, ...remarks(entry)].join('; ')}`;
      }
      case 'missing':
        return `not there: ${missingText(entry)}`;
      case 'setting':
        return `setting: ${settingText(entry)}`;
      case 'unread':
        return `not read: ${unreadText(entry)}`;
    }
  };
  return {
    entry: (entry) => {
      const head = begun
        ? []
        : [
            `# what ${colour} in ${region} holds (cluster ${cluster})`,
            '# Secrets and revisions are named only',
          ];
      begun = true;
      count(sums, entry);
      if (entry.entry !== 'object' || entry.fate === 'stays' || isOnlyTold(entry))
        return [...head, ...comment(told(entry))];
      const said = remarks(entry).filter((remark) => !remark.startsWith('needed by'));
      return [
        ...head,
        '---',
        ...said.flatMap(comment),
        // Its last end of line alone: those before it may be a text's own.
        yamlText(inOrder(entry.object)).slice(0, -1),
      ];
    },
    end: () => ['---', `# ${sumsText(sums)}`],
  };
}

const width = 26;

/** Lines for people: what moves as it is read, by kind; then what stays and why, and what else is to be known. */
export function tableLines({ colour, region, cluster }: Place, color: boolean): InventoryFormat {
  const sums = noSums();
  const stays = new Map<StayReason, string[]>();
  const others = {
    undecided: [] as string[],
    missing: [] as string[],
    setting: [] as string[],
    unread: [] as string[],
  };
  let begun = false;
  const title = (text: string, style: Style = 'bold'): string[] => ['', paint(style, text, color)];
  const line = (item: InventoryObject): string => {
    const more = remarks(item).join('; ');
    const name = `  ${kindText(item).padEnd(width)} ${placeText(item)}`;
    return printable(more === '' ? name : `${name.padEnd(width + 30)}  ${more}`);
  };
  const section = (heading: string, lines: readonly string[], style: Style = 'bold'): string[] =>
    lines.length === 0 ? [] : [...title(heading, style), ...lines.map((text) => `  ${printable(text)}`)];
  return {
    entry: (entry) => {
      const head = begun
        ? []
        : [`${paint('bold', `${colour} in ${region}`, color)} (cluster ${cluster})`, ...title('moves')];
      begun = true;
      count(sums, entry);
      if (entry.entry === 'missing') others.missing.push(missingText(entry));
      else if (entry.entry === 'setting') others.setting.push(settingText(entry));
      else if (entry.entry === 'unread') others.unread.push(unreadText(entry));
      else if (entry.fate === 'moves') {
        if (entry.role === 'undecided') others.undecided.push(`${kindText(entry)} ${placeText(entry)}`);
        return [...head, line(entry)];
      } else {
        const reason = entry.reason ?? 'system';
        const lines = stays.get(reason) ?? [];
        lines.push(line(entry));
        stays.set(reason, lines);
      }
      return head;
    },
    end: () => [
      ...[...stays].flatMap(([reason, lines]) => [
        ...title(`stays (${reason}): ${reasonTexts[reason]}`),
        ...lines,
      ]),
      ...section(
        'cannot be told: may it run on both colours at once, on one only, or not at all?',
        others.undecided,
        'warn',
      ),
      ...section('needed and not there', others.missing, 'warn'),
      ...section("Knative's settings that the other colour needs too", others.setting),
      ...section('not read, so nothing is known of it', others.unread, 'error'),
      '',
      sumsText(sums),
    ],
  };
}
