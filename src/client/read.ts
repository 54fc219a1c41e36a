interface Legacy {
  __lookupGetter__(name: string): ((this: Element) => unknown) | undefined
}

/**
 * Returns an element's property, by the getter of one of the same kind that has no controls, because the controls of a form are
 * properties of the form (HTML Standard, 4.10.3, `LegacyOverrideBuiltIns`); before Chromium 43 there was no getter.
 * (`Reflect` came later than the oldest TVs.)
 */
export function read<Name extends 'style' | 'classList' | 'childNodes' | 'isConnected'>(
  element: HTMLElement,
  plain: Node,
  name: Name,
): HTMLElement[Name] {
  const get = (plain as unknown as Legacy).__lookupGetter__(name)
  return (get ? get.call(element) : element[name]) as HTMLElement[Name]
}
