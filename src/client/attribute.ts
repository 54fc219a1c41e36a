/** An attribute's value; null where there is none. By the prototype's method, for the same reason as below. */
export function getAttribute(element: Element, name: string): string | null {
  return Element.prototype.getAttribute.call(element, name)
}

/**
 * Sets an attribute, or with null removes it. By the prototype's methods: the controls of a form are properties of the form, and
 * may be called as one of its methods is (HTML Standard, 4.10.3, `LegacyOverrideBuiltIns`).
 */
export function setAttribute(element: Element, name: string, value: string | null): void {
  const { prototype } = Element
  if (value === null) prototype.removeAttribute.call(element, name)
  else prototype.setAttribute.call(element, name, value)
}
