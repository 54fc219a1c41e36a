/** Returns an attribute's value, or null. Uses the prototype's method, for the same reason as `setAttribute`. */
export function getAttribute(element: Element, name: string): string | null {
  return Element.prototype.getAttribute.call(element, name)
}

/**
 * Sets an attribute, or with null removes it. Uses the prototype's methods, because a form's controls are properties of the
 * form and may shadow its methods (HTML Standard, 4.10.3, `LegacyOverrideBuiltIns`).
 */
export function setAttribute(element: Element, name: string, value: string | null): void {
  const { prototype } = Element
  if (value === null) prototype.removeAttribute.call(element, name)
  else prototype.setAttribute.call(element, name, value)
}
