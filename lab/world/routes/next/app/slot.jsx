/** A slot that is prepared: React does not look into it as it takes over what the server has sent. */
export function Slot({ as: Element = 'p', name, html }) {
  return (
    <Element className={name} data-pp-slot={name} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: html }} />
  )
}
