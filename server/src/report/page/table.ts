import { type Markup, markup, type Part } from './markup.ts'

/** A column of a table. */
export interface Column {
  title: string
  /** True for what is aligned at its right. */
  isNumber?: boolean
}

/** Makes a table whose rows are named by their first cell. A narrow window scrolls it by itself. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Part[])[]): Markup {
  const kind = (index: number): Part => (columns[index]?.isNumber ? markup` class="n"` : '')
  const head = columns.map(({ title }, index) => markup`<th scope="col"${kind(index)}>${title}</th>`)
  const body = rows.map((cells) => {
    const row = cells.map((cell, index) =>
      index === 0 ? markup`<th scope="row">${cell}</th>` : markup`<td${kind(index)}>${cell}</td>`,
    )
    return markup`<tr>${row}</tr>`
  })
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
    <table>
      <caption>${caption}</caption>
      <thead><tr>${head}</tr></thead>
      <tbody>${body}</tbody>
    </table>
  </div>`
}

/** A bar under a number; for the eye alone, as the number says it. */
export function bar(share: number): Markup {
  const width = Math.round(1000 * Math.max(0, Math.min(1, Number.isFinite(share) ? share : 0))) / 10
  return markup`<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="all" width="100" height="4"/><rect width="${width}" height="4"/></svg>`
}
