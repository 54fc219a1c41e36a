import { commandLine } from './command-line.ts'

/** The tag as the command line prints it for this catalog, with further attributes. */
export async function snippetFor(catalog: string, attributes: { [name: string]: string }): Promise<string> {
  const { tag } = await commandLine<{ tag: string }>('snippet', '--catalog', catalog, '--mode', 'inline')
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`)
  // The command queue stands before it, in a script of its own.
  return tag.replace('<script data-', () => `<script${written.join('')} data-`)
}
