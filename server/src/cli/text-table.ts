/** A column of a table for a terminal. */
export interface TextColumn {
  title: string
  cells: readonly string[]
  /** True for text, which begins at the left; numbers end at the right. */
  isText?: boolean
  /** Place in the order in which columns are left out on a narrow terminal: 1 goes first. Absent: the column stays. */
  leaveOut?: number
}

const INDENT = '  '
const GAP = '  '

function widthOf({ title, cells }: TextColumn): number {
  return Math.max(title.length, ...cells.map((cell) => cell.length))
}

function lengthOf(columns: readonly TextColumn[]): number {
  return columns.reduce((sum, column) => sum + widthOf(column) + GAP.length, INDENT.length - GAP.length)
}

/** Lays out columns under their titles. If they are wider than the terminal, those that matter least are left out. */
export function textTable(columns: readonly TextColumn[], width: number): string[] {
  const order = columns
    .filter(({ leaveOut }) => leaveOut !== undefined)
    .sort((one, other) => (one.leaveOut ?? 0) - (other.leaveOut ?? 0))
  let kept = columns
  for (const column of order) {
    if (lengthOf(kept) <= width) break
    kept = kept.filter((one) => one !== column)
  }
  const line = (textOf: (column: TextColumn) => string): string => {
    const cells = kept.map((column) => {
      const text = textOf(column)
      return column.isText ? text.padEnd(widthOf(column)) : text.padStart(widthOf(column))
    })
    return `${INDENT}${cells.join(GAP)}`.trimEnd()
  }
  const rows = kept[0]?.cells ?? []
  return [line(({ title }) => title), ...rows.map((_row, index) => line(({ cells }) => cells[index] ?? ''))]
}

/** Breaks a text into indented lines, between words where it can. */
export function wrapped(text: string, width: number): string[] {
  const room = Math.max(20, width - INDENT.length)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((one) => INDENT + one)
}
