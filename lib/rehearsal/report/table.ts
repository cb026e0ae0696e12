import { none } from './format.ts';
import { type Html, html } from './html.ts';

export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => Html | string;
  /** @default false */
  readonly number?: boolean;
}

/**
 * A table that turns into one card a row on a phone. The roles are written out because a browser forgets them once the
 * parts of a table are laid out as blocks.
 */
export function table<Row>(caption: string, columns: readonly Column<Row>[], rows: readonly Row[]): Html {
  const kind = (column: Column<Row>) => (column.number === true ? 'number' : 'text');
  return html`<table role="table">
<caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(
    (column) => html`<th role="columnheader" scope="col" class="${kind(column)}">${column.name}</th>`,
  )}</tr></thead>
<tbody role="rowgroup">
${rows.map(
  (row) => html`<tr role="row">${columns.map((column, index) => {
    const cell = column.cell(row);
    const style = `${kind(column)}${cell === none ? ' none' : ''}`;
    return index === 0
      ? html`<th role="rowheader" scope="row" data-label="${column.name}" class="${style}">${cell}</th>`
      : html`<td role="cell" data-label="${column.name}" class="${style}">${cell}</td>`;
  })}</tr>
`,
)}</tbody>
</table>`;
}
